package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// picture is what scripts read of `status --json`.
type picture struct {
	Running  bool   `json:"running"`
	Icon     string `json:"icon"`
	Line     string `json:"line"`
	Paused   bool   `json:"paused"`
	Accounts []struct {
		ID               string    `json:"id"`
		Source           string    `json:"source"`
		Phase            string    `json:"phase"`
		SourceDocuments  int       `json:"source_documents"`
		DialpadDocuments int       `json:"dialpad_documents"`
		Proved           time.Time `json:"proved"`
	} `json:"accounts"`
}

func readPicture(t *testing.T, line string) picture {
	t.Helper()
	var p picture
	if err := json.Unmarshal([]byte(line), &p); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return p
}

func TestStatusWithoutAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.call("status").says(t, exitSignIn, "Not connected yet.")
	w.sync()
	w.forgetJournals()
	w.call("status").says(t, exitInSync, "3 of 3 answers are in Dialpad · checked ", "Zendesk (help-center): 3 of 3", "Nothing runs now")
	o := w.exec("status", "--json")
	p := readPicture(t, o.out)
	if o.code != exitInSync || p.Running || p.Icon != "up-to-date" || len(p.Accounts) != 1 || p.Accounts[0].ID != "help-center" ||
		p.Accounts[0].DialpadDocuments != 3 || p.Accounts[0].SourceDocuments != 3 || p.Accounts[0].Proved.IsZero() {
		t.Errorf("%s", o)
	}
	if w.zendesk.Journal().Total()+w.dialpad.Journal().Total() != 0 {
		t.Error("a look at the status asked a side")
	}
}

// A look at the status neither disturbs a sync beside it nor waits for it.
func TestStatusBesideASync(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reached, goOn := hold(w.atDialpad, "POST", 2)
	done := make(chan outcome)
	go func() { done <- w.call("sync") }()
	<-reached
	w.call("status").says(t, exitWaiting, "0 of 3 answers are in Dialpad. 3 on the way.", "A sync is running now")
	close(goOn)
	if o := <-done; o.code != exitInSync {
		t.Errorf("%s", o)
	}
}

func TestStatusOfNothing(t *testing.T) {
	t.Parallel()
	home := filepath.Join(t.TempDir(), "none")
	o := call(t.Context(), "", "--home", home, "status")
	o.says(t, exitUsage, "Nothing is set up here yet", home, "dialpad-sync connect")
	if _, err := os.Stat(home); err == nil {
		t.Error("looking made the home")
	}
}

// The icon is not green for a check that is too old, and what is old is said.
func TestStatusGrowsOld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	if !strings.Contains(w.call("status").out, "are in Dialpad") {
		t.Fatal("not up to date at first")
	}
	w.change("locales", "interval = \"5m\"\nlocales")
	w.aged(11 * time.Minute)
	o := w.call("status", "--json")
	p := readPicture(t, o.out)
	if o.code != exitWaiting || p.Icon == "up-to-date" || !strings.Contains(p.Line, "were in Dialpad when last checked") {
		t.Errorf("%s", o)
	}
}
