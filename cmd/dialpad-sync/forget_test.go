package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dialpadsync.app/sync/dialpad/dialpadsim"
)

// signedIn says whether the help center still takes the token.
func (w *world) signedIn() bool {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.zendeskURL+"/api/v2/users/me", http.NoBody)
	w.must(err)
	r.Header.Set("Authorization", "Bearer "+w.access)
	resp, err := http.DefaultClient.Do(r)
	w.must(err)
	w.must(resp.Body.Close())
	http.DefaultClient.CloseIdleConnections()
	return resp.StatusCode == http.StatusOK
}

func (w *world) hasToken() bool {
	_, err := os.Stat(filepath.Join(w.secrets, "help-center", "token"))
	return err == nil
}

func TestForgetDeclined(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	before := w.read(filepath.Join(w.home, "settings.toml"))
	for _, typed := range []string{"n\n", "\n", "", "perhaps\n"} {
		w.answer(typed, "forget", "help-center", "--delete-documents").says(t, exitInSync,
			"Stop copying help-center and withdraw its sign-in? The copied answers are removed from Dialpad. [y/N]", "Nothing was changed.")
	}
	if w.read(filepath.Join(w.home, "settings.toml")) != before || !w.signedIn() || !w.hasToken() {
		t.Error("something was changed")
	}
	w.forgetJournals()
	w.sync()
	if w.writes() != 0 {
		t.Error("something was lost")
	}
}

func TestForgetKeepsTheDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.answer("y\n", "forget", "help-center").says(t, exitInSync, "Dialpad keeps the copied answers.", "help-center is forgotten on this computer.")
	if w.signedIn() || w.hasToken() {
		t.Error("the sign-in was not withdrawn")
	}
	if n := len(w.ours()); n != 3 {
		t.Errorf("Dialpad holds %d answers, want 3", n)
	}
	if text := w.read(filepath.Join(w.home, "settings.toml")); strings.Contains(text, "[[account]]") || !strings.Contains(text, `region = "custom"`) {
		t.Errorf("settings.toml is\n%s", text)
	}
	w.call("sync").says(t, exitUsage, "No source is connected yet.")
	w.call("status").says(t, exitSignIn, "Not connected yet.")
}

func TestForgetRemovesTheDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.dialpad.Seed(dialpadsim.Foreign(2, 1, 1)...)
	w.sync()
	w.call("forget", "help-center", "--delete-documents", "--yes").says(t, exitInSync,
		"3 answers were removed from Dialpad.", "help-center is forgotten on this computer.")
	if len(w.ours()) != 0 || len(w.dialpad.Nodes()) != 4 || w.signedIn() || w.hasToken() {
		t.Errorf("Dialpad has %d nodes, %d of them ours", len(w.dialpad.Nodes()), len(w.ours()))
	}
}

// While Dialpad does not let us in, the account stays: without it the answers
// could not be found any more.
func TestForgetStopsWhereTheDocumentsCannotBeRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.dialpad.RevokeAll()
	w.call("forget", "help-center", "--delete-documents", "--yes").says(t, exitSignIn, "0 answers were removed; the account stays", "Dialpad does not know this ID and secret.")
	if !w.signedIn() || !w.hasToken() {
		t.Error("the sign-in was withdrawn")
	}
	w.dialpad.Restore()
	w.sync()
}

// The source is down: the sign-in goes from this computer, and it is said that
// the source did not confirm.
func TestForgetWithoutTheSource(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	fault(t, w.zendesk.Faults(), "DELETE status=500")
	w.call("forget", "help-center", "--yes").says(t, exitInSync, "Zendesk did not confirm that the sign-in is withdrawn.", "help-center is forgotten")
	if w.hasToken() {
		t.Error("the token was kept")
	}
}

func TestForgetUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.call("forget", "shop").says(t, exitUsage, `There is no such account: "shop"`)
	w.call("forget").says(t, exitUsage, "<account>")
}
