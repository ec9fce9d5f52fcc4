package wake

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestSleepAndClockChangesShowBetweenTicks(t *testing.T) {
	for name, row := range map[string]struct {
		wall, steady, every time.Duration
		want                Reason
	}{
		"nothing":                              {30 * time.Second, 30 * time.Second, 30 * time.Second, ""},
		"a loaded computer":                    {38 * time.Second, 38 * time.Second, 30 * time.Second, ""},
		"a clock service":                      {31 * time.Second, 30 * time.Second, 0, ""},
		"sleep, Linux":                         {8 * time.Hour, 20 * time.Second, 30 * time.Second, Slept},
		"sleep, the steady clock goes on":      {8 * time.Hour, 8 * time.Hour, 30 * time.Second, Slept},
		"a long wait that was meant":           {8 * time.Hour, 8 * time.Hour, 0, ""},
		"set ahead":                            {time.Hour, 30 * time.Second, 0, Slept},
		"set back":                             {-time.Hour, 30 * time.Second, 0, Clock},
		"set back a little, which hides sleep": {10 * time.Second, 30 * time.Second, 30 * time.Second, Clock},
	} {
		if got := between(row.wall, row.steady, row.every); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

func TestAWatchTicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := Watch{Every: 30 * time.Second}
		for _, step := range []struct {
			after time.Duration
			want  Reason
		}{{0, ""}, {30 * time.Second, ""}, {time.Hour, Slept}, {30 * time.Second, ""}} {
			time.Sleep(step.after)
			if got := w.Tick(time.Now()); got != step.want {
				t.Errorf("after %v: %q, want %q", step.after, got, step.want)
			}
		}
	})
}

func TestWindowsTellsOfTheBattery(t *testing.T) {
	for status, want := range map[byte]Answer{0: Yes, 1: No, 255: Unknown} {
		if got := fromACLine(status); got != want {
			t.Errorf("%d: %v, want %v", status, got, want)
		}
	}
}
