package main

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// odd is something strange in the place of the records.
type odd struct {
	spoil func(*world)
	// refused is what is said where nothing can be done without the person;
	// otherwise the run ends in a proof.
	refused string
	// quiet means that nothing is lost, so that nothing is said.
	quiet bool
}

const madeAnew = "were made anew. Every answer was compared before anything was written."

// flipped changes n bytes of the records from an offset on.
func flipped(at, n int) func(*world) {
	return func(w *world) {
		text := []byte(w.read(w.checkpointFile()))
		dice := rand.New(rand.NewPCG(uint64(at), uint64(n)))
		for i := at; i < min(len(text), at+n); i++ {
			text[i] ^= byte(1 + dice.IntN(255))
		}
		w.put(w.checkpointFile(), string(text))
	}
}

// elsewhere moves the records to another folder and leaves a link.
func elsewhere(w *world) string {
	to := filepath.Join(w.t.TempDir(), "records.db")
	w.must(os.Rename(w.checkpointFile(), to))
	w.must(os.Symlink(to, w.checkpointFile()))
	return to
}

func oddities() map[string]odd {
	return map[string]odd{
		"a flipped header":       {spoil: flipped(0, 16)},
		"a flipped page size":    {spoil: flipped(16, 2)},
		"a flipped page of rows": {spoil: flipped(4096, 1<<20)},
		"zeros": {spoil: func(w *world) {
			w.put(w.checkpointFile(), string(make([]byte, len(w.read(w.checkpointFile())))))
		}},
		"a text": {spoil: func(w *world) { w.put(w.checkpointFile(), strings.Repeat("Dear diary, ", 999)) }},
		"cut at an odd place": {spoil: func(w *world) {
			w.must(os.Truncate(w.checkpointFile(), 5001))
		}},
		"a log of something else": {quiet: true, spoil: func(w *world) {
			w.put(w.checkpointFile()+"-wal", strings.Repeat("not a log ", 999))
			w.put(w.checkpointFile()+"-shm", strings.Repeat("x", 32768))
		}},
		"nobody may read it": {quiet: true, spoil: func(w *world) { w.must(os.Chmod(w.checkpointFile(), 0)) }},
		"read-only":          {quiet: true, spoil: func(w *world) { w.must(os.Chmod(w.checkpointFile(), 0o444)) }},
		"open to everybody":  {quiet: true, spoil: func(w *world) { w.must(os.Chmod(w.checkpointFile(), 0o666)) }},
		"a link":             {quiet: true, spoil: func(w *world) { elsewhere(w) }},
		"a link to something broken": {spoil: func(w *world) {
			w.put(elsewhere(w), strings.Repeat("no database ", 999))
		}},
		"a link to nothing": {quiet: true, spoil: func(w *world) { w.must(os.Remove(elsewhere(w))) }},
		"a folder": {refused: "We may not write to ", spoil: func(w *world) {
			w.must(os.Remove(w.checkpointFile()))
			w.must(os.Mkdir(w.checkpointFile(), 0o750))
		}},
		"a folder for its log": {refused: "We may not write to ", spoil: func(w *world) {
			w.must(os.Mkdir(w.checkpointFile()+"-wal", 0o750))
		}},
		"a pipe": {refused: "We may not write to ", spoil: func(w *world) {
			w.must(os.Remove(w.checkpointFile()))
			w.must(syscall.Mkfifo(w.checkpointFile(), 0o600))
		}},
	}
}

// snapshot is what a home's records look like from outside.
func (w *world) snapshot() string {
	w.t.Helper()
	var seen bytes.Buffer
	entries, err := filepath.Glob(w.checkpointFile() + "*")
	w.must(err)
	for _, path := range entries {
		info, err := os.Lstat(path)
		w.must(err)
		seen.WriteString(filepath.Base(path) + " " + info.Mode().String() + "\n")
	}
	return seen.String()
}

// Whatever is in the place of the records, the built program goes on, makes them
// anew from both listings or says what is wrong; it sends nothing again, says at
// most one thing, once, and leaves alone what it did not make.
func TestOddRecords(t *testing.T) {
	t.Parallel()
	for name, o := range oddities() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sync()
			o.spoil(w)
			before := w.snapshot()
			w.forgetJournals()
			got := w.exec("sync", "--json", "--wait", "10s")
			if o.refused != "" {
				got.says(t, exitUsage, o.refused+w.home)
				if strings.Count(got.out, "\n") != 1 || !strings.HasPrefix(got.out, `{"error":{"kind":"not_writable"`) {
					t.Errorf("not one line with the error: %s", got)
				}
				if now := w.snapshot(); now != before {
					t.Errorf("there was\n%sand now there is\n%s", before, now)
				}
				w.must(os.RemoveAll(w.checkpointFile()))
				w.must(os.RemoveAll(w.checkpointFile() + "-wal"))
			} else {
				if r := got.report(t); got.code != exitInSync || r.DialpadDocuments != 3 {
					t.Errorf("%s", got)
				}
				said := 1
				if o.quiet {
					said = 0
				}
				if n := strings.Count(got.errs, madeAnew); n != said {
					t.Errorf("it is said %d times, want %d: %s", n, said, got)
				}
			}
			again := w.exec("sync", "--json", "--wait", "10s")
			again.says(t, exitInSync)
			if strings.Contains(again.errs, madeAnew) {
				t.Errorf("it is said again: %s", again)
			}
			w.equal()
			if n := w.writes(); n != 0 {
				t.Errorf("%d writes", n)
			}
			w.private()
		})
	}
}

// private demands that nobody else may read the records.
func (w *world) private() {
	w.t.Helper()
	info, err := os.Stat(w.checkpointFile())
	w.must(err)
	if info.Mode().Perm()&0o077 != 0 || info.Mode().Type() == fs.ModeDir {
		w.t.Errorf("the records are %v", info.Mode())
	}
}

// Records that belong to somebody else, as after a call with sudo, are refused
// in words, and so is a log that does; both are as they were afterwards.
func TestRecordsOfSomebodyElse(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		return // only the administrator can give files away; CI runs as one
	}
	for _, suffix := range []string{"", "-wal"} {
		t.Run("records"+suffix, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sync()
			w.reachable()
			w.rights(w.home, 0o700, 0o600)
			w.strangers(w.home)
			w.strangers(w.secrets)
			path := w.checkpointFile() + suffix
			if suffix != "" {
				w.put(path, "")
			}
			w.must(os.Chown(path, 0, 0))
			w.must(os.Chmod(path, 0o600))
			w.forgetJournals()
			before := w.snapshot()
			got := finish(t, w.stranger(w.program("sync", "--json")))
			got.says(t, exitUsage, "We may not write to "+w.home)
			if now := w.snapshot(); now != before {
				t.Errorf("there was\n%sand now there is\n%s", before, now)
			}
			w.strangers(w.home)
			finish(t, w.stranger(w.program("sync", "--json"))).says(t, exitInSync)
			w.equal()
			if n := w.writes(); n != 0 {
				t.Errorf("%d writes", n)
			}
		})
	}
}
