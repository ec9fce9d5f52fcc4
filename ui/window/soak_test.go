package window_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/windowtest"
)

// state is the picture number i of a busy life, which repeats itself: the toolkit
// remembers the size of every text it has drawn, and only its real driver ever
// forgets one.
func state(i int) engine.AccountStatus {
	i %= 60
	a := account("help-center", "Zendesk", 1000+i)
	switch i % 6 {
	case 1:
		a.Imported, a.Phase, a.Done, a.Total, a.Began = false, engine.FirstCopy, i, 20_000, now.Add(-time.Minute)
	case 2:
		a.Problem = &engine.Problem{Kind: source.SignIn, Side: "source", Since: now}
	case 3:
		a.Held, a.Waiting = 1+i, engine.WaitMany
	case 4:
		a.Failed = 1 + i%50
	case 5:
		a.Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeOffline, Since: now}
	}
	return a
}

// TestManyPicturesLeaveNothingBehind shows picture after picture on every page:
// goroutines and memory stay as they were.
func TestManyPicturesLeaveNothingBehind(t *testing.T) {
	a := agent()
	d := open(t, a)
	d.until("1,204")
	pages := []string{"Overview", "Activity", "Problems", "Settings"}
	number := 0
	round := func(pictures int) {
		for range pictures {
			number++
			a.Change(func(a *windowtest.Agent) {
				a.Shown.Accounts = []engine.AccountStatus{state(number)}
				a.Shown.Activity = int64(number)
				happened := row(int64(number), engine.Updated, "Gift cards")
				happened.At = now
				a.Rows = append(a.Rows, happened)
				a.Rows = a.Rows[max(0, len(a.Rows)-2000):]
			})
			d.when("the picture is drawn", func() bool { return d.window.Drawn() == int64(number) })
			if number%25 == 0 {
				d.menu([]string{"1", "2", "3", "4"}[number/25%len(pages)])
				d.Window.Canvas().Capture()
			}
		}
	}
	round(300) // caches fill
	goroutines, memory := measured()
	round(soakPictures)
	goroutinesAfter, memoryAfter := measured()
	if goroutinesAfter > goroutines {
		t.Errorf("%d goroutines, %d after %d pictures", goroutines, goroutinesAfter, soakPictures)
	}
	const room = 4 << 20 // the 2,000 rows of activity
	if memoryAfter > memory+room {
		t.Errorf("%d kB, %d kB after %d pictures", memory>>10, memoryAfter>>10, soakPictures)
	}
	t.Logf("%d pictures: %d goroutines before, %d after; %d kB before, %d kB after",
		soakPictures, goroutines, goroutinesAfter, memory>>10, memoryAfter>>10)
}

func measured() (goroutines int, memory uint64) {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), m.HeapAlloc
}

// TestAFloodOfPicturesIsDrawnOnce: the newest wins, and nobody waits for the
// others.
func TestAFloodOfPicturesIsDrawnOnce(t *testing.T) {
	a := agent()
	d := open(t, a)
	d.until("1,204")
	for i := range 1000 {
		a.Change(func(a *windowtest.Agent) {
			a.Shown.Accounts = []engine.AccountStatus{account("help-center", "Zendesk", i)}
		})
	}
	d.until("999 of 999 answers are in Dialpad")
}

// TestGarbageInTheSearchField pastes what nobody means to paste.
func TestGarbageInTheSearchField(t *testing.T) {
	d := open(t, happened(some()...), at(local.PageActivity))
	d.until("Gift cards")
	entry, _ := windowtest.Find[*control.Entry](d.Screen)
	for _, garbage := range []string{
		strings.Repeat("a", 1<<20), "\xff\xfe\x00", "שאלות נפוצות", "a\nb\r\nc", strings.Repeat("👩‍👩‍👧‍👦", 1000), "%s {{.}} {title}",
	} {
		fyne.CurrentApp().Clipboard().SetContent(garbage)
		entry.SetText("")
		entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
		d.sees("Nothing here has this title.")
		d.Window.Canvas().Capture()
	}
	entry.SetText("")
	d.sees("Gift cards")
}
