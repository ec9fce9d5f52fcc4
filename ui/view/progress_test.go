package view_test

import (
	"testing"
	"time"

	"dialpadsync.app/ui/view"
)

func TestProgressTellsRateAndTimeLeft(t *testing.T) {
	a := good()
	a.Done, a.Total, a.Began = 100, 1000, now.Add(-50*time.Second)
	bar := view.Progress(a, now)
	if bar.PerSecond != 2 || bar.Left != 450*time.Second || bar.Share() != 0.1 {
		t.Errorf("%+v", bar)
	}
	a.Total = 0
	if bar := view.Progress(a, now); english.Progress(bar) != "100" || bar.Share() != 0 {
		t.Errorf("without a total: %+v", bar)
	}
	a.Done, a.Total, a.Began = 0, 50, now
	if bar := view.Progress(a, now); english.Progress(bar) != "0 of 50" {
		t.Errorf("at the start: %+v", bar)
	}
}

func TestTimeLeftIsRoundedAsPeopleDo(t *testing.T) {
	for left, want := range map[time.Duration][2]string{
		2 * time.Second:  {"1,000 of 2,000, about 5 seconds left", "1.000 von 2.000, noch etwa 5 Sekunden"},
		41 * time.Second: {"1,000 of 2,000, about 45 seconds left", "1.000 von 2.000, noch etwa 45 Sekunden"},
		70 * time.Second: {"1,000 of 2,000, about a minute left", "1.000 von 2.000, noch etwa eine Minute"},
		80 * time.Minute: {"1,000 of 2,000, about 80 minutes left", "1.000 von 2.000, noch etwa 80 Minuten"},
		5 * time.Hour:    {"1,000 of 2,000, about 5 hours left", "1.000 von 2.000, noch etwa 5 Stunden"},
	} {
		bar := view.Bar{Done: 1000, Total: 2000, Left: left}
		if got := [2]string{english.Progress(bar), german.Progress(bar)}; got != want {
			t.Errorf("%v: %q, want %q", left, got, want)
		}
	}
}
