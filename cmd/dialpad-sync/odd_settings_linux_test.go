package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// cuts are the places at which a settings file is cut short: the ends of its
// lines, and the middle of each.
func cuts(text string) (places []int) {
	at := 0
	for line := range strings.Lines(text) {
		places = append(places, at, at+len(line)/2, at+len(line)-1)
		at += len(line)
	}
	return places
}

// removals is how often Dialpad was asked to remove something.
func (w *world) removals() (n int) {
	for _, e := range w.dialpad.Journal().Entries() {
		if e.Method == "DELETE" {
			n++
		}
	}
	return n
}

// Settings that were cut short by something else are refused with a line and a
// remedy and left as they are, or still say enough; nothing is removed, doubled
// or sent again for it, and with the whole file everything is as it was.
func TestSettingsCutShort(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	path := filepath.Join(w.home, "settings.toml")
	whole := w.read(path)
	w.forgetJournals()
	refused, went := 0, 0
	for _, at := range cuts(whole) {
		w.settings(whole[:at])
		got := w.call("sync", "--json", "--wait", "1s")
		switch got.code {
		case exitInSync:
			went++
		case exitUsage:
			refused++
			if !strings.HasPrefix(got.out, `{"error":{"kind":"`) || strings.Count(got.errs, "\n") == 0 {
				t.Errorf("cut at %d: no words: %s", at, got)
			}
		default:
			t.Errorf("cut at %d, after %q: %s", at, whole[max(0, at-30):at], got)
		}
		if strings.Contains(got.out+got.errs, "defect") || len(w.ours()) != 3 {
			t.Errorf("cut at %d: Dialpad has %d answers: %s", at, len(w.ours()), got)
		}
	}
	t.Logf("%d refused, %d said enough", refused, went)
	if refused < 20 {
		t.Errorf("only %d were refused", refused)
	}
	w.settings(whole)
	w.sync()
	if n := w.writes(); n != 0 || w.removals() != 0 {
		t.Errorf("%d writes, %d removals", n, w.removals())
	}
}

// Where the disk has no room for what is filled in, settings.toml stays whole.
func TestSettingsOnAFullDisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := filepath.Join(w.home, "settings.toml")
	text := w.read(path)
	for _, args := range [][]string{{"sync", "--json", "--wait", "1s"}, {"agent", "--no-tray"}} {
		finish(t, w.full(0, args...)).says(t, exitWaiting, "The disk is full.")
		if got := w.read(path); got != text {
			t.Errorf("after %q the file is\n%s", args, got)
		}
		if left, err := filepath.Glob(filepath.Join(w.home, ".settings*")); err != nil || len(left) > 0 {
			t.Errorf("%q is left (%v)", left, err)
		}
	}
	if n := w.zendesk.Journal().Total() + w.dialpad.Journal().Total(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
	w.sync()
}
