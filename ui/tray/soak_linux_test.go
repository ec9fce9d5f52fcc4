package tray

import (
	"testing"
	"time"
)

// TestManyPicturesCostNothingForGood shows pictures that all differ, with a
// panel that reads everything again and again.
func TestManyPicturesCostNothingForGood(t *testing.T) {
	d := open(t)
	settle := func(from, to int) report {
		for n := from; n < to; n++ {
			s := status(n)
			if n%25 < 5 {
				paused(&s) // another drawing and entry, the same line
			}
			d.show(s)
			if n%50 == 0 {
				d.untilTooltip(faceFor(s, time.Now()).line)
				if _, err := d.item.Icon(d.ctx); err != nil {
					t.Fatal(err)
				}
			}
		}
		s := status(to)
		d.show(s)
		d.untilMenu(menuOf(faceFor(s, time.Now()))...)
		d.order(order{Measure: true})
		return d.next()
	}
	before := settle(0, soakPictures/5)
	after := settle(soakPictures/5, soakPictures)
	t.Logf("%d pictures: %+v, then %+v", soakPictures, before, after)
	if got := d.host.Changes("NewToolTip"); got < soakPictures*8/10 {
		t.Errorf("%d refreshes for %d pictures", got, soakPictures)
	}
	if after.Goroutines > before.Goroutines+2 || after.Files > before.Files || after.Bytes > before.Bytes+300<<10 {
		t.Errorf("grew from %+v to %+v", before, after)
	}
	d.order(order{End: true})
	d.end()
}
