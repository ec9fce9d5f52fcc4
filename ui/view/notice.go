package view

import (
	"fmt"
	"time"

	"dialpadsync.app/sync/engine"
)

// Notice is one notification. No title of an answer is ever in it.
type Notice struct {
	Title, Text string
	// Account is the one it is about, or empty for all. Action is what helps.
	Account string
	Action  Action
}

const (
	// longWait is how long an account waits before that is worth a notification,
	// in whole hours.
	longWait = 6 * time.Hour
	// longPause is how long a pause without an end lasts before it is reminded of.
	longPause = 24 * time.Hour
	// awake is the longest time between two looks that counts as waiting: through
	// a longer one the computer slept.
	awake = 5 * time.Minute
)

// Told is what notifications have told, and what they wait for. The zero value
// has told nothing. It can be kept as JSON.
type Told struct {
	Accounts map[string]ToldAccount `json:"accounts,omitempty"`
	// At is the last look.
	At time.Time `json:"at,omitzero"`
	// Open says that something was told since all was well.
	Open bool `json:"open,omitempty"`
	// Paused is when a pause without an end was first seen; Reminded says that it
	// was told of.
	Paused   time.Time `json:"paused,omitzero"`
	Reminded bool      `json:"reminded,omitempty"`
}

// ToldAccount is an account's part of Told.
type ToldAccount struct {
	// Need is what the person was last told to do something about; it is kept
	// until the account is up to date again.
	Need string `json:"need,omitempty"`
	// Waited is how long it has waited while the computer was awake; Long says
	// that it was told of.
	Waited time.Duration `json:"waited,omitempty"`
	Long   bool          `json:"long,omitempty"`
	// Copying says that the first copy has not been proved yet.
	Copying bool `json:"copying,omitempty"`
}

// Notices are the notifications a status is worth, given what was told before:
// that the person is needed, once for each change of what for; that a first
// copy is done; that an account waits for over six hours; that a pause without
// an end is a day old; and that all is well again after any need or wait. A
// normal check is worth none. It is to be asked with every status, and at least
// once in five minutes.
func (w *Words) Notices(before Told, s engine.Status, now time.Time) (Told, []Notice) {
	t := teller{words: w, view: w.Of(s, now, ClockTimes), told: before}
	t.told.Accounts, t.told.At = map[string]ToldAccount{}, now
	if !before.At.IsZero() && !s.Paused {
		t.waited = max(0, min(now.Sub(before.At), awake))
	}
	for i, a := range s.Accounts {
		t.told.Accounts[a.ID] = t.account(before.Accounts[a.ID], a, t.view.Accounts[i])
	}
	t.pause(s, now)
	if t.view.State == Current {
		t.well(total(s))
	}
	return t.told, t.notices
}

// Parted tells of a disconnection that ended while nobody looked, with so many
// answers removed from Dialpad.
func (w *Words) Parted(source string, removed int, notConfirmed bool) Notice {
	args := Args{"source": source, "n": removed}
	text := w.Text("notice.parted", args)
	switch {
	case notConfirmed:
		text = w.Text("parting.not_confirmed", args)
	case removed > 0:
		text = w.Text("notice.parted_removed", args)
	}
	return Notice{Title: w.Text("notice.title"), Text: text}
}

// NotParted tells of one that failed; without a source it was of everything.
func (w *Words) NotParted(source string, p engine.Problem, now time.Time) Notice {
	args := Args{"source": source, "line": w.Message(p, Context{Source: source, Now: now}).Sentence}
	text := w.Text("notice.not_parted", args)
	if source == "" {
		text = w.Text("notice.not_removed", args)
	}
	return Notice{Title: w.Text("notice.title"), Text: text}
}

// teller finds out what to tell.
type teller struct {
	words   *Words
	view    View
	waited  time.Duration // since the last look
	copied  bool          // a first copy is done
	told    Told
	notices []Notice
}

func (t *teller) say(n Notice) {
	if n.Title == "" {
		n.Title = t.words.Text("notice.title")
	}
	t.notices = append(t.notices, n)
}

// account tells of one account and returns what was told of it.
func (t *teller) account(told ToldAccount, a engine.AccountStatus, shown Account) ToldAccount {
	told.Copying = told.Copying || !a.Imported
	notice := Notice{Title: shown.Name, Text: shown.Line, Account: a.ID, Action: shown.Action}
	switch shown.State {
	case SomeFailed, Held, Needed:
		need := needOf(a, shown.State)
		if need != told.Need {
			t.say(notice)
			t.told.Open = true
		}
		return ToldAccount{Need: need, Copying: told.Copying}
	case Waits:
		told.Waited += t.waited
		if told.Waited >= longWait && !told.Long {
			notice.Text = t.words.Text("notice.long_wait", Args{"n": int(longWait.Hours()), "line": shown.Line})
			t.say(notice)
			told.Long, t.told.Open = true, true
		}
	case Current:
		if told.Copying {
			notice.Text = t.words.Text("notice.first_copy", Args{"in_dialpad": t.words.inDialpad(a)})
			t.say(notice)
			t.copied = true
		}
		return ToldAccount{}
	}
	return told
}

// needOf names what the person is needed for.
func needOf(a engine.AccountStatus, state State) string {
	switch state {
	case SomeFailed:
		return "failed"
	case Held:
		return "held " + string(a.Waiting)
	}
	return fmt.Sprintf("%s %s", a.Problem.Kind, a.Problem.Code)
}

// pause reminds of a pause that nobody ended.
func (t *teller) pause(s engine.Status, now time.Time) {
	switch since := t.told.Paused; {
	case !s.Paused || !s.PausedUntil.IsZero():
		t.told.Paused, t.told.Reminded = time.Time{}, false
	case since.IsZero() || since.After(now):
		t.told.Paused = now
	case now.Sub(since) >= longPause && !t.told.Reminded:
		t.told.Reminded = true
		t.say(Notice{Text: t.words.Text("notice.paused_long"), Action: Resume})
	}
}

// well tells that all is well again, if anything else was told before.
func (t *teller) well(sum engine.AccountStatus) {
	if t.told.Open && !t.copied {
		t.say(Notice{Text: t.words.Text("notice.all_well", Args{"in_dialpad": t.words.inDialpad(sum)})})
	}
	t.told.Open = false
}
