package main

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		main() // the children of a bench are this very program
	}
	os.Exit(m.Run())
}

// tiny sizes show that everything works, not how well.
func tiny() sizes {
	return sizes{
		starts: 1, entries: 2_000, offsets: 5,
		agent: 30, calm: 10 * time.Millisecond, idle: 300 * time.Millisecond,
		slow: 12, limited: 3 * time.Second, settled: time.Second, rates: 2,
		rows: 500, few: 20, many: 40, between: []int{10, 30}, languages: 5,
		bulk: 20, long: 5, longBytes: 10_000, keys: 2_000, compared: []int{5, 12}, changes: []int{0, 1, 3},
	}
}

func TestEveryMeasurement(t *testing.T) {
	b := &bench{sizes: tiny(), dir: t.TempDir(), docs: t.TempDir()}
	defer b.close()
	lines := map[string]int{
		"agent": 5, "window": 2, "list": 1, "latency": 2, "limit": 2, "rates": 4, "checkpoint": 2, "memory": 1, "quiet": 6, "delta": 1, "reconcile": 2, "comparison": 9,
	}
	for _, m := range measurements() {
		t.Run(m.name, func(t *testing.T) {
			figures, err := m.run(t.Context(), b)
			if err != nil || len(figures) != lines[m.name] {
				t.Fatalf("%d lines, %v", len(figures), err)
			}
			for _, f := range figures {
				// Nothing is refused, or nothing wakes up, in so short a time.
				mayBeZero := strings.Contains(f.what, "429s") || strings.Contains(f.what, "a minute")
				if f.value < 0 || f.value == 0 && !mayBeZero {
					t.Errorf("not measured: %v", f)
				}
			}
		})
	}
}

// TestSizesFitTogether: what is changed has to be there.
func TestSizesFitTogether(t *testing.T) {
	for name, s := range map[string]sizes{"normal": normalSizes(), "short": shortSizes(), "tiny": tiny()} {
		if held := s.holding(s.bulk); held < s.bulk {
			t.Errorf("%s: %d articles are to change in a help center of %d", name, s.bulk, held)
		}
		if s.long > min(s.few, s.many) {
			t.Errorf("%s: %d articles are to grow in a help center of %d", name, s.long, min(s.few, s.many))
		}
	}
	if s := (sizes{between: []int{100, 10_000}, many: 5_000}); s.holding(1_001) != 5_000 || s.holding(10_001) != 0 {
		t.Errorf("the smallest that has 1,001 is %d, and one that has 10,001 is %d", s.holding(1_001), s.holding(10_001))
	}
}

func TestVerdicts(t *testing.T) {
	for _, test := range []struct {
		figure figure
		ok     bool
		want   string
	}{
		{atMost("w", "s", 200, 200, "MB"), true, "200 MB ≤ 200 MB ok"},
		{atMost("w", "s", 200.5, 200, "MB"), false, "200.5 MB ≤ 200 MB MISS"},
		{atLeast("w", "s", 0.9712, 0.97), true, "0.971 ≥ 0.970 ok"},
		{atLeast("w", "s", 0.9, 0.97).more("n %d", 3), false, "0.900 (n 3) ≥ 0.970 MISS"},
		{(&bench{sizes: tiny()}).grown("w", "", 1e6, 12e6), false, "+11.0 MB (1.0 → 12.0) ≤ +10 MB MISS"},
		{cost{2, 0, 1300}.figure("s", 2), true, "2 + 0, 1.3 kB ≤ 2 a side ok"},
		{cost{2, 3, 1300}.figure("s", 2), false, "2 + 3, 1.3 kB ≤ 2 a side MISS"},
	} {
		line := strings.Join(strings.Fields(test.figure.String()), " ")
		if test.figure.ok != test.ok || !strings.HasSuffix(line, test.want) {
			t.Errorf("%q does not end in %q", line, test.want)
		}
	}
	if got := many(1_001) + " " + many(100) + " " + many(1_000_000); got != "1,001 100 1,000,000" {
		t.Error(got)
	}
}

func TestRun(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"-only", "["}, &out, &errs); code != exitUsage || !strings.Contains(errs.String(), "reconcile") {
		t.Errorf("%d, %q", code, errs.String())
	}
	if code := run(t.Context(), []string{"-only", "nothing at all"}, &out, &errs); code != exitMet || !strings.Contains(out.String(), "0 missed") {
		t.Errorf("%d, %q", code, out.String())
	}
	out.Reset()
	if code := measureAll(t.Context(), tiny(), regexp.MustCompile("^checkpoint$"), "", &out, &errs); code != exitMissed ||
		strings.Count(out.String(), "checkpoint: ") != 2 || !strings.Contains(out.String(), "1 missed") {
		t.Errorf("500 documents fill a checkpoint badly, but: %d, %q", code, out.String())
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	out.Reset()
	if code := measureAll(ended, tiny(), regexp.MustCompile("^quiet$"), "", &out, &errs); code != exitMissed || !strings.Contains(out.String(), "quiet: could not be measured") {
		t.Errorf("a measurement that fails: %d, %q", code, out.String())
	}
}
