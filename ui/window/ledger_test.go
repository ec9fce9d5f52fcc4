package window

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"pgregory.net/rapid"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
)

// rows makes rows with the numbers from..to.
func rows(from, to int) []local.ActivityRow {
	var all []local.ActivityRow
	for n := from; n <= to; n++ {
		all = append(all, local.ActivityRow{Number: int64(n), Title: fmt.Sprintf("Answer %d", n), Deed: deeds[1+n%5]})
	}
	return all
}

func TestTheLedgerKeepsTheNewest(t *testing.T) {
	l := ledger{limit: 2000}
	l.add(rows(1, 1500))
	if added := l.add(rows(1001, 2500)); added != 1000 {
		t.Errorf("%d were new, want 1000", added)
	}
	if len(l.rows) != 2000 || l.at(0).Number != 2500 || l.at(1999).Number != 501 {
		t.Errorf("%d rows from %d to %d", len(l.rows), l.at(0).Number, l.at(1999).Number)
	}
	if l.find(501) != 1999 || l.find(500) != -1 {
		t.Errorf("501 is at %d, 500 at %d", l.find(501), l.find(500))
	}
}

// TestTheLedgerShowsWhatIsChosen adds and chooses at random: what is seen is
// always exactly what matches, newest first, and add counts what is new of it.
func TestTheLedgerShowsWhatIsChosen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := ledger{limit: rapid.IntRange(1, 50).Draw(rt, "limit")}
		last := 0
		for range rapid.IntRange(1, 10).Draw(rt, "steps") {
			if rapid.Bool().Draw(rt, "choose") {
				l.choose(rapid.SampledFrom([]string{"", "1", "answer 2", "nothing"}).Draw(rt, "text"), rapid.SampledFrom(deeds).Draw(rt, "deed"))
				continue
			}
			before := last
			last += rapid.IntRange(0, 30).Draw(rt, "more")
			added, fresh := l.add(rows(max(1, before-3), last)), 0
			for i := range l.seen {
				if l.at(i).Number > int64(before) {
					fresh++
				}
			}
			if added != fresh {
				rt.Fatalf("%d were added, %d are seen", added, fresh)
			}
		}
		if len(l.rows) > l.limit {
			rt.Fatalf("%d rows kept", len(l.rows))
		}
		for i := range l.seen {
			r := l.at(i)
			if l.deed != "" && r.Deed != l.deed || i > 0 && l.at(i-1).Number <= r.Number {
				rt.Fatalf("row %d is %+v, chosen %q %q", i, r, l.text, l.deed)
			}
		}
	})
}

// TestAHundredThousandRowsAreAFewWidgets: only what is in sight exists.
func TestAHundredThousandRowsAreAFewWidgets(t *testing.T) {
	test.NewTempApp(t)
	a := newActivity(&desk{words: view.In("en"), now: fixed}, 100_000)
	made := 0
	create := a.list.CreateItem
	a.list.CreateItem = func() fyne.CanvasObject {
		made++
		return create()
	}
	w := test.NewTempWindow(t, a.content())
	w.Resize(fyne.NewSize(760, 560))
	a.add(rows(1, 100_000))
	if n := len(a.ledger.seen); n != 100_000 {
		t.Fatalf("%d rows", n)
	}
	for _, at := range []int{0, 99_999, 50_000, 7} {
		a.list.ScrollTo(at)
		w.Canvas().Capture()
	}
	if made > 200 {
		t.Errorf("%d row widgets for 100,000 rows", made)
	}
	a.search.SetText("answer 77777")
	if len(a.ledger.seen) != 1 || a.ledger.at(0).Number != 77777 {
		t.Errorf("%d found", len(a.ledger.seen))
	}
	a.kind.SetSelectedIndex(1 + 77777%5)
	if len(a.ledger.seen) != 0 && a.ledger.at(0).Deed != deeds[a.kind.SelectedIndex()] {
		t.Errorf("found %+v", a.ledger.at(0))
	}
}

// TestReadingOnDoesNotMoveTheList: rows that come while somebody reads further
// down push nothing away.
func TestReadingOnDoesNotMoveTheList(t *testing.T) {
	test.NewTempApp(t)
	a := newActivity(&desk{words: view.In("en"), now: fixed}, 0)
	w := test.NewTempWindow(t, a.content())
	w.Resize(fyne.NewSize(760, 560))
	a.add(rows(1, 1000))
	topRow := func() int64 {
		height := a.list.GetScrollOffset() / a.rowHeight()
		return a.ledger.at(int(height)).Number
	}
	a.list.ScrollTo(500)
	before := topRow()
	a.add(rows(1001, 1040))
	if after := topRow(); after != before {
		t.Errorf("row %d was on top, now %d", before, after)
	}
	a.list.ScrollToTop()
	a.add(rows(1041, 1050))
	if got := topRow(); got != 1050 {
		t.Errorf("at the top row %d is seen, not the newest", got)
	}
}

// fixed is when the tests happen.
func fixed() time.Time { return time.Date(2026, 11, 22, 10, 42, 0, 0, time.UTC) }
