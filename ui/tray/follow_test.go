package tray

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

var english = view.In("en")

// recorder is a screen that remembers what it was shown, and when.
type recorder struct {
	began time.Time
	mu    sync.Mutex
	seen  []string
}

func (r *recorder) show(f face, s stage, anew bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, fmt.Sprintf("%v %s dark=%v anew=%v", time.Since(r.began), f.icon, s.dark, anew))
}

func (r *recorder) speak(w *view.Words) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, "speaks "+w.Language())
}

func (r *recorder) expect(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if diff := cmp.Diff(want, r.seen); diff != "" {
		t.Error(diff)
	}
	r.seen = nil
}

// shown runs a follower in a bubble where time passes at once. The panel is up.
func shown(t *testing.T, play func(r *recorder, pictures chan<- engine.Status, stages chan<- stage)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r := &recorder{began: time.Now()}
		f := &follower{timing: patient, screen: r, words: func() *view.Words { return english }, spoken: english}
		pictures, stages, done := make(chan engine.Status), make(chan stage), make(chan struct{})
		go func() {
			defer close(done)
			f.follow(ctx, pictures, stages)
		}()
		stages <- stage{up: true}
		play(r, pictures, stages)
		cancel()
		<-done
	})
}

func fine(documents int) engine.Status {
	now := time.Now()
	return engine.Status{Accounts: []engine.AccountStatus{{
		ID: "help-center", Source: "Zendesk", Phase: engine.Idle, Imported: true, Interval: 15 * time.Minute,
		SourceDocuments: documents, DialpadDocuments: documents, Checked: now, Proved: now,
	}}}
}

func offline() engine.Status {
	s := fine(7)
	s.Accounts[0].Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeOffline}
	return s
}

func TestTheFirstPictureShowsAtOnce(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, _ chan<- stage) {
		r.expect(t)
		pictures <- offline()
		r.expect(t, "0s waiting dark=false anew=true")
	})
}

func TestEqualPicturesShowNothing(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, _ chan<- stage) {
		same := fine(7)
		pictures <- same
		r.expect(t, "0s up-to-date dark=false anew=true")
		for range 100 {
			pictures <- same
			time.Sleep(2 * time.Second)
		}
		r.expect(t)
	})
}

func TestPicturesThatFollowEachOtherAreMerged(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, _ chan<- stage) {
		for n := range 1000 {
			pictures <- fine(n)
			time.Sleep(time.Millisecond)
		}
		time.Sleep(5 * time.Second)
		r.expect(t, "0s up-to-date dark=false anew=true", "1s up-to-date dark=false anew=false")
	})
}

func TestAHiccupChangesNothing(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, _ chan<- stage) {
		good := fine(7)
		pictures <- good
		r.expect(t, "0s up-to-date dark=false anew=true")
		time.Sleep(time.Minute)
		pictures <- offline()
		time.Sleep(9900 * time.Millisecond)
		pictures <- good
		time.Sleep(time.Minute)
		r.expect(t)
	})
}

func TestATroubleThatLastsShowsByItself(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, _ chan<- stage) {
		good := fine(7)
		pictures <- good
		r.expect(t, "0s up-to-date dark=false anew=true")
		time.Sleep(5 * time.Second)
		pictures <- offline()
		time.Sleep(time.Minute)
		r.expect(t, "15s waiting dark=false anew=false")
		pictures <- good
		r.expect(t, "1m5s up-to-date dark=false anew=false")
	})
}

// TestATickThatIsUntrueGoesAtOnce: a hiccup is something else than answers
// that are on their way.
func TestATickThatIsUntrueGoesAtOnce(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, _ chan<- stage) {
		s := fine(7)
		pictures <- s
		r.expect(t, "0s up-to-date dark=false anew=true")
		time.Sleep(5 * time.Second)
		s = fine(7)
		s.Accounts[0].Pending = 1
		pictures <- s
		r.expect(t, "5s working dark=false anew=false")
	})
}

// TestALongCheckShowsWhenViewSaysSo: its ten seconds are not waited for twice.
func TestALongCheckShowsWhenViewSaysSo(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, _ chan<- stage) {
		s := fine(7)
		pictures <- s
		r.expect(t, "0s up-to-date dark=false anew=true")
		s = fine(7)
		s.Accounts[0].Phase, s.Accounts[0].Began = engine.Checking, time.Now()
		pictures <- s
		time.Sleep(view.Hiccup)
		r.expect(t)
		s = fine(7)
		s.Accounts[0].Phase, s.Accounts[0].Began = engine.Checking, time.Now().Add(-view.Hiccup)
		pictures <- s
		r.expect(t, "10s working dark=false anew=false")
	})
}

func TestWhatThePersonDidShowsAtOnce(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, _ chan<- stage) {
		s := fine(7)
		pictures <- s
		r.expect(t, "0s up-to-date dark=false anew=true")
		time.Sleep(5 * time.Second)
		s.Paused = true
		pictures <- s
		r.expect(t, "5s waiting dark=false anew=false")
	})
}

// TestATickNobodyRenewsGoes: without any new picture, the check grows old.
func TestATickNobodyRenewsGoes(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, _ chan<- stage) {
		pictures <- fine(7)
		r.expect(t, "0s up-to-date dark=false anew=true")
		time.Sleep(32 * time.Minute)
		r.expect(t, "31m0s working dark=false anew=false")
	})
}

func TestANewPanelIsShownEverything(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, stages chan<- stage) {
		pictures <- fine(7)
		r.expect(t, "0s up-to-date dark=false anew=true")
		stages <- stage{}
		time.Sleep(time.Hour)
		pictures <- fine(8)
		r.expect(t)
		stages <- stage{up: true, dark: true}
		r.expect(t, "1h0m0s up-to-date dark=true anew=true")
	})
}

func TestPicturesThatEndLeaveTheLastOne(t *testing.T) {
	shown(t, func(r *recorder, pictures chan<- engine.Status, stages chan<- stage) {
		pictures <- fine(7)
		close(pictures)
		time.Sleep(2 * time.Second)
		stages <- stage{up: true, dark: true}
		r.expect(t, "0s up-to-date dark=false anew=true", "2s up-to-date dark=true anew=true")
	})
}

func TestLabelsFitTheirPlace(t *testing.T) {
	for _, row := range []struct {
		text  string
		units int
		want  string
	}{
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"1.204 Antworten für Müller", 16, "1.204 Antworten…"},
		{"🙂🙂🙂", 5, "🙂🙂…"},
		{"🙂🙂🙂", 4, "🙂…"},
	} {
		if got := short(row.text, row.units); got != row.want {
			t.Errorf("%q in %d: %q, want %q", row.text, row.units, got, row.want)
		}
	}
	if got := unmarked("my_shop & co", "_"); got != "my__shop & co" {
		t.Errorf("%q", got)
	}
	if got := unmarked("my_shop & co", "&"); got != "my_shop && co" {
		t.Errorf("%q", got)
	}
}

func TestTomorrowIsTheNextMorningHere(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"2026-11-22 23:59": "2026-11-23 08:00",
		"2026-12-31 00:01": "2027-01-01 08:00",
		"2026-03-28 12:00": "2026-03-29 08:00", // the night the clocks change
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", at, berlin)
		if err != nil {
			t.Fatal(err)
		}
		if got := tomorrow(now).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

func TestMoreAccountsThanLinesShowTheFirst(t *testing.T) {
	s := fine(7)
	for range slots + 3 {
		s.Accounts = append(s.Accounts, s.Accounts[0])
	}
	f := faceOf(english, s, english.Of(s, time.Now(), view.ClockTimes))
	if f.accounts[slots-1].label == "" || f.icon != view.UpToDate {
		t.Errorf("%+v", f)
	}
}
