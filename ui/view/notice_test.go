package view_test

import (
	"encoding/json"

	"slices"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

// watcher asks for notices as an agent does: with every status, and each
// minute. What was told goes through JSON, as over a restart.
type watcher struct {
	t     *testing.T
	words *view.Words
	told  view.Told
	now   time.Time
}

func watch(t *testing.T) *watcher { return &watcher{t: t, words: english, now: now} }

// fresh makes a status checked just now, so that time passes without old age.
func (w *watcher) fresh(s engine.Status) engine.Status {
	s.Accounts = slices.Clone(s.Accounts)
	for i := range s.Accounts {
		s.Accounts[i].Checked, s.Accounts[i].Proved = w.now, w.now
	}
	return s
}

// show looks at a status for so long and expects these notifications.
func (w *watcher) show(s engine.Status, during time.Duration, want ...string) {
	w.t.Helper()
	var got []string
	for end := w.now.Add(during); ; w.now = w.now.Add(time.Minute) {
		var notices []view.Notice
		w.told, notices = w.words.Notices(w.told, w.fresh(s), w.now)
		for _, n := range notices {
			got = append(got, n.Title+": "+n.Text)
		}
		if !w.now.Before(end) {
			break
		}
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("told %q\nwant %q", got, want)
	}
	text, err := json.Marshal(w.told)
	w.told = view.Told{}
	if err == nil {
		err = json.Unmarshal(text, &w.told)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

var (
	fine      = with(func(*engine.AccountStatus) {})
	signedOut = with(func(a *engine.AccountStatus) { a.Problem = &engine.Problem{Kind: source.SignIn, Side: "source"} })
	failed    = with(func(a *engine.AccountStatus) { a.Failed, a.DialpadDocuments = 1, 1203 })
	held      = with(func(a *engine.AccountStatus) { a.Held, a.Waiting = 300, engine.WaitMany })
	copying   = with(func(a *engine.AccountStatus) { a.Imported, a.Phase, a.Began = false, engine.FirstCopy, now })
)

const allWell = "Dialpad Sync: All is well again: 1,204 of 1,204 answers are in Dialpad."

func TestNormalWorkIsNeverToldOf(t *testing.T) {
	w := watch(t)
	for range 3 {
		w.show(fine, time.Hour)
		w.show(with(inPhase(engine.Checking, 0)), time.Hour)
		w.show(with(func(a *engine.AccountStatus) { a.Pending = 3 }), time.Hour)
		w.show(offline(), 5*time.Hour)
	}
}

func TestANeedIsToldOnceUntilItChanges(t *testing.T) {
	const signIn = "Help center (Zendesk): Zendesk wants you to sign in again. Until then Dialpad keeps the answers as of 10:42."
	w := watch(t)
	w.show(signedOut, 0, signIn)
	w.show(signedOut, 48*time.Hour)
	w.show(offline(), time.Hour) // between two looks nobody could tell
	w.show(signedOut, time.Hour)
	w.show(held, 0, "Help center (Zendesk): 300 answers are no longer in Zendesk (archived or deleted). Dialpad still gives them until you decide. The other 1,204 are up to date.")
	w.show(failed, time.Hour, "Help center (Zendesk): 1,203 of 1,204 answers are in Dialpad. 1 could not be copied.")
	w.show(fine, time.Hour, allWell)
	w.show(failed, 0, "Help center (Zendesk): 1,203 of 1,204 answers are in Dialpad. 1 could not be copied.")
}

func TestAFirstCopyThatIsDone(t *testing.T) {
	const done = "Help center (Zendesk): The first copy is done: 1,204 of 1,204 answers are in Dialpad."
	w := watch(t)
	w.show(copying, time.Hour)
	w.show(fine, time.Hour, done)

	w = watch(t)
	w.show(copying, time.Hour)
	w.show(failed, time.Hour, "Help center (Zendesk): 1,203 of 1,204 answers are in Dialpad. 1 could not be copied.")
	w.show(fine, time.Hour, done) // which says that all is well, too
}

func TestALongWaitIsToldOnce(t *testing.T) {
	w := watch(t)
	w.show(offline(), 5*time.Hour+59*time.Minute)
	w.show(offline(), 20*time.Hour, "Help center (Zendesk): Nothing could be copied for over 6 hours. No internet. Trying again by itself.")
	w.show(fine, 0, allWell)
	w.show(offline(), 5*time.Hour)
}

func TestANightAsleepIsNoLongWait(t *testing.T) {
	w := watch(t)
	w.show(offline(), 10*time.Minute)
	w.now = w.now.Add(9 * time.Hour)
	w.show(offline(), 10*time.Minute)
}

func TestAPauseIsNoLongWait(t *testing.T) {
	w := watch(t)
	s := offline()
	s.Paused, s.PausedUntil = true, now.Add(48*time.Hour)
	w.show(s, 30*time.Hour)
}

func TestAPauseWithoutAnEndIsRemindedOfOnce(t *testing.T) {
	const reminder = "Dialpad Sync: Copying has been paused for a day. It stays so until you resume."
	w := watch(t)
	w.show(paused(time.Time{}), 23*time.Hour)
	w.show(paused(time.Time{}), 72*time.Hour, reminder)
	w.show(fine, time.Hour)
	w.show(paused(time.Time{}), 25*time.Hour, reminder)
	w.show(paused(now.Add(1000*time.Hour)), 72*time.Hour)
}

func TestAllIsWellOnlyWithAllAccounts(t *testing.T) {
	w := watch(t)
	s := several()
	s.Accounts[0].Problem = &engine.Problem{Kind: source.SignIn, Side: "source"}
	w.show(s, time.Hour,
		"Help center (Zendesk): Zendesk wants you to sign in again. Until then Dialpad keeps the answers as of 10:42.",
		"Shop (Magento): 189 of 190 documents are in Dialpad. 1 could not be copied.")
	s.Accounts[0].Problem = nil
	w.show(s, time.Hour)
	s.Accounts[1].Failed, s.Accounts[1].DialpadDocuments = 0, 190
	w.show(s, time.Hour, allWell)
}

func TestNoticesInGerman(t *testing.T) {
	w := watch(t)
	w.words = german
	w.show(copying, time.Minute)
	w.show(fine, 0, "Help Center (Zendesk): Die erste Kopie ist fertig: 1.204 von 1.204 Antworten sind in Dialpad.")
	w.show(offline(), 7*time.Hour, "Help Center (Zendesk): Seit über 6 Stunden konnte nichts kopiert werden. Kein Internet. Neuer Versuch von selbst.")
	w.show(fine, 0, "Dialpad Sync: Alles ist wieder in Ordnung: 1.204 von 1.204 Antworten sind in Dialpad.")
	w.show(paused(time.Time{}), 25*time.Hour, "Dialpad Sync: Das Kopieren ist seit einem Tag angehalten und bleibt es, bis Sie fortsetzen.")
}

func TestANoticeNamesItsAccountAndButton(t *testing.T) {
	_, notices := english.Notices(view.Told{}, signedOut, now)
	if len(notices) != 1 || notices[0].Account != "help-center" || notices[0].Action != view.Reconnect {
		t.Errorf("%+v", notices)
	}
}
