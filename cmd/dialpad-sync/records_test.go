package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func (w *world) checkpointFile() string { return filepath.Join(w.home, "checkpoint.db") }

// statement changes the checkpoint behind the program's back.
func (w *world) statement(text string) {
	w.t.Helper()
	db, err := sql.Open("sqlite", w.checkpointFile())
	w.must(err)
	_, err = db.ExecContext(w.t.Context(), text)
	w.must(err)
	w.must(db.Close())
}

// Broken records are set aside and made anew; nothing is sent again, and it is
// said.
func TestBrokenCheckpoint(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*world){
		"no database":   func(w *world) { w.put(w.checkpointFile(), strings.Repeat("This was a database. ", 1000)) },
		"an empty file": func(w *world) { w.must(os.Truncate(w.checkpointFile(), 0)) },
		"half of it":    func(w *world) { w.must(os.Truncate(w.checkpointFile(), 9000)) },
		"a bad page": func(w *world) {
			text := []byte(w.read(w.checkpointFile()))
			copy(text[4096:], bytes.Repeat([]byte{0xa5}, len(text)-4096))
			w.put(w.checkpointFile(), string(text))
		},
		"a bad row": func(w *world) { w.statement("UPDATE account SET state = '{broken'") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sync()
			spoil(w)
			w.forgetJournals()
			if name == "an empty file" { // which is as good as none
				w.call("status").says(t, exitSignIn, "Not connected yet.")
			} else {
				w.call("status").says(t, exitWaiting, "Our records were damaged and are being rebuilt.")
			}
			o := w.call("sync", "--json")
			if r := o.report(t); o.code != exitInSync || r.DialpadDocuments != 3 || r.Created+r.Updated+r.Deleted != 0 || w.writes() != 0 {
				t.Errorf("%d writes: %s", w.writes(), o)
			}
			w.equal()
			if name != "an empty file" {
				o.says(t, exitInSync, "were made anew. Every answer was compared before anything was written.")
			}
			w.sync()
		})
	}
}

// Records of a newer version are left alone.
func TestCheckpointOfANewerVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.statement("PRAGMA user_version = 99")
	before := w.read(w.checkpointFile())
	o := w.call("sync", "--json")
	o.says(t, exitUsage, "The records in this folder were written by a newer version of Dialpad Sync.", "Install that version again")
	if !strings.HasPrefix(o.out, `{"error":{"kind":"too_new"`) {
		t.Errorf("%s", o)
	}
	w.call("status").says(t, exitUsage, "written by a newer version")
	if w.read(w.checkpointFile()) != before {
		t.Error("the file was changed")
	}
	w.statement("PRAGMA user_version = 1")
	w.forgetJournals()
	w.sync()
	if n := w.writes(); n != 0 {
		t.Errorf("%d writes afterwards", n)
	}
}

// Another program holds the records open: a run gives up for now.
func TestCheckpointOpenElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	db, err := sql.Open("sqlite", w.checkpointFile())
	w.must(err)
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(t.Context(), "BEGIN EXCLUSIVE")
	w.must(err)
	w.touch()
	o := w.call("sync", "--json", "--wait", "1s")
	o.says(t, exitWaiting, "Another run of Dialpad Sync works on this folder.")
	if r := o.report(t); r.Result != "waiting" || r.Error == nil || r.Error.Kind != "busy" {
		t.Errorf("%s", o)
	}
	_, err = db.ExecContext(t.Context(), "ROLLBACK")
	w.must(err)
	w.must(db.Close())
	if r := w.sync(); r.Updated != 1 || r.Created+r.Deleted != 0 {
		t.Errorf("afterwards: %+v", r)
	}
}

// After a full run with failures of every kind, no file of the home holds a
// title, a text, an address of a person or a sign-in.
func TestTheHomeTellsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 3; p.dialpad.Switches.RejectTitles = "^Forbidden" })
	const title, phrase = "Forbidden Zirconium", "a quokka ate the lorikeet"
	_, err := w.zendesk.AddArticle(zendesksim.NewArticle{Title: title, Body: "<p>" + phrase + "</p>"})
	w.must(err)
	_, err = w.zendesk.AddArticle(zendesksim.NewArticle{Title: "Allowed Zirconium", Body: "<p>" + phrase + "</p>"})
	w.must(err)
	_, err = w.zendesk.AddArticle(zendesksim.NewArticle{Title: "Large Zirconium", Body: "<p>" + strings.Repeat(phrase+" ", 450_000) + "</p>"})
	w.must(err)
	// Both sides repeat in their errors what was sent to them.
	echo := `body="{\"error\":\"` + title + ` ` + phrase + ` ada@example.com ` + w.access + `\"}"`
	atDialpad("POST /content times=1 status=500 " + echo)(w)
	atDialpad("GET /kbm/nodes nth=2 status=500 " + echo)(w)
	atZendesk("GET /articles nth=2 status=500 " + echo)(w)
	w.exec("sync", "--full", "--wait", "20s").says(t, exitAttention, title)
	w.signIn("expired", w.refresh, time.Now().Add(-time.Hour))
	w.exec("sync", "--full", "--wait", "20s").says(t, exitAttention)
	w.zendesk.RevokeAll()
	w.exec("sync", "--wait", "1s").says(t, exitSignIn)
	w.put(w.checkpointFile(), strings.Repeat("x", 10_000))
	w.exec("status")
	w.exec("sync", "--wait", "1s").says(t, exitSignIn)

	secrets := []string{w.access, w.refresh, w.dialpad.Credentials().Knowledge.ClientSecret, w.read(filepath.Join(w.secrets, "checkpoint", "hash_key"))}
	for _, line := range strings.Split(w.read(filepath.Join(w.secrets, "help-center", "token")), `"`) {
		if len(line) > 30 {
			secrets = append(secrets, line) // the renewed pair
		}
	}
	files := 0
	w.must(filepath.WalkDir(w.home, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		text := strings.ToLower(w.read(path))
		for _, hidden := range append(secrets, "zirconium", "quokka", "change your password", "@example.com", "/hc/en-us/articles/") {
			if strings.Contains(text, strings.ToLower(hidden)) {
				t.Errorf("%s holds %q", path, hidden)
			}
		}
		return nil
	}))
	log := w.read(filepath.Join(w.home, "log", "dialpad-sync.log"))
	if files < 4 || len(log) < 100 {
		t.Errorf("%d files, %d bytes of log: there was nothing to look at", files, len(log))
	}
}

// Records that another program has locked are waited for, then it is said.
func TestLockedCheckpoint(t *testing.T) {
	t.Parallel()
	for name, lock := range map[string]string{"for writing": "BEGIN IMMEDIATE", "for everything": "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sync()
			db, err := sql.Open("sqlite", w.checkpointFile())
			w.must(err)
			db.SetMaxOpenConns(1)
			_, err = db.ExecContext(t.Context(), lock+"; INSERT OR REPLACE INTO meta (name, value) VALUES ('x', x'00')")
			w.must(err)
			o := w.exec("sync", "--json", "--wait", "1s")
			o.says(t, exitWaiting, "Another run of Dialpad Sync works on this folder.")
			if r := o.report(t); r.Error == nil || r.Error.Kind != "busy" {
				t.Errorf("%s", o)
			}
			w.must(db.Close())
			w.sync()
		})
	}
}
