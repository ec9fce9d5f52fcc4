package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// trouble is one way in which a side or this computer fails after a first copy.
type trouble struct {
	spoil func(*world)
	// heal makes it good again.
	heal         func(*world)
	code         int
	result, kind string // of the line of JSON
	says         []string
}

func clearFaults(w *world) {
	w.zendesk.Faults().Clear()
	w.dialpad.Faults().Clear()
}

func atZendesk(text string) func(*world) {
	return func(w *world) { fault(w.t, w.zendesk.Faults(), text) }
}

func atDialpad(text string) func(*world) {
	return func(w *world) { fault(w.t, w.dialpad.Faults(), text) }
}

// signInAgain is what connecting once more does.
func signInAgain(w *world) {
	w.access, w.refresh = w.zendesk.Token(zendesksim.Admin)
	w.signIn(w.access, w.refresh, time.Now().Add(time.Hour))
}

var troubles = map[string]trouble{
	"the sign-in was revoked": {
		spoil: func(w *world) { w.zendesk.RevokeAll() }, heal: signInAgain,
		code: exitSignIn, result: "sign_in", kind: "sign_in",
		says: []string{"Zendesk wants you to sign in again. Nothing is lost.", "dialpad-sync connect"},
	},
	"the sign-in has expired for good": {
		spoil: func(w *world) {
			w.zendesk.RevokeAll()
			w.signIn(w.access, w.refresh, time.Now().Add(-time.Hour))
		},
		heal: signInAgain, code: exitSignIn, result: "sign_in", kind: "sign_in",
		says: []string{"Zendesk wants you to sign in again. Nothing is lost."},
	},
	"the sign-in has no right to read": {
		spoil: func(w *world) {
			access, refresh := w.zendesk.TokenFor(zendesksim.Admin, "tickets:read")
			w.signIn(access, refresh, time.Now().Add(time.Hour))
		},
		heal: signInAgain, code: exitSignIn, result: "sign_in", says: []string{" right to "},
	},
	"the sign-in is not there": {
		spoil: func(w *world) { w.must(os.Remove(filepath.Join(w.secrets, "help-center", "token"))) }, heal: signInAgain,
		code: exitSignIn, result: "sign_in", kind: "secret_missing", says: []string{"Zendesk is not signed in on this computer."},
	},
	"the sign-in is no token": {
		spoil: func(w *world) { w.secret("help-center/token", "{broken") }, heal: signInAgain,
		code: exitSignIn, result: "sign_in", kind: "secret_missing", says: []string{"Zendesk is not signed in on this computer."},
	},
	"Zendesk says 403": {
		spoil: atZendesk("GET status=403"), heal: clearFaults,
		code: exitSignIn, result: "sign_in", says: []string{"Copying all of them needs an agent or admin."},
	},
	"Dialpad's secret is wrong": {
		spoil: func(w *world) { w.secret("dialpad/client_secret", "guess") },
		heal:  func(w *world) { w.secret("dialpad/client_secret", w.dialpad.Credentials().Knowledge.ClientSecret) },
		code:  exitSignIn, result: "sign_in", kind: "wrong_secret",
		says: []string{"Dialpad does not know this ID and secret.", "Are you in the other region?"},
	},
	"Dialpad's secret is missing": {
		spoil: func(w *world) { w.must(os.Remove(filepath.Join(w.secrets, "dialpad", "client_secret"))) },
		heal:  func(w *world) { w.secret("dialpad/client_secret", w.dialpad.Credentials().Knowledge.ClientSecret) },
		code:  exitSignIn, result: "sign_in", kind: "secret_missing", says: []string{"Dialpad is not signed in on this computer."},
	},
	"Dialpad has withdrawn everything": {
		spoil: func(w *world) { w.dialpad.RevokeAll() }, heal: func(w *world) { w.dialpad.Restore() },
		code: exitSignIn, result: "sign_in", kind: "wrong_secret", says: []string{"Dialpad does not know this ID and secret."},
	},
	"Dialpad may be read only": {
		spoil: func(w *world) {
			w.must(w.dialpad.SetSwitches(func(s *dialpadsim.Switches) { s.Writes = "forbid" }))
			w.touch()
		},
		heal: func(w *world) {
			w.must(w.dialpad.SetSwitches(func(s *dialpadsim.Switches) { s.Writes = "allow" }))
		},
		code: exitSignIn, result: "sign_in", kind: "read_only", says: []string{"These Dialpad credentials may read but not write answers."},
	},
	"Zendesk is down": {
		spoil: atZendesk("GET status=502"), heal: clearFaults,
		code: exitWaiting, result: "waiting", kind: "down", says: []string{"Zendesk is not answering"},
	},
	"Dialpad is down": {
		spoil: func(w *world) { atDialpad("status=502")(w); w.touch() }, heal: clearFaults,
		code: exitWaiting, result: "waiting", kind: "down", says: []string{"Dialpad is not answering"},
	},
	"Zendesk cuts connections": {
		spoil: atZendesk("GET reset=before"), heal: clearFaults,
		code: exitWaiting, result: "waiting", kind: "down", says: []string{"Zendesk is not answering"},
	},
	"a page instead of data from Zendesk": {
		spoil: atZendesk("GET html"), heal: clearFaults,
		code: exitWaiting, result: "waiting", kind: "not_data", says: []string{"Zendesk answered with a web page where data was expected."},
	},
	"a page instead of data from Dialpad": {
		spoil: func(w *world) { atDialpad("GET html")(w); w.touch() }, heal: clearFaults,
		code: exitWaiting, result: "waiting", kind: "not_data", says: []string{"Dialpad answered with a web page where data was expected."},
	},
	"a page instead of a token": {
		spoil: func(w *world) { atDialpad("POST /oauth/token html")(w); w.touch() }, heal: clearFaults,
		code: exitWaiting, result: "waiting", kind: "not_data", says: []string{"Dialpad answered with a web page where data was expected."},
	},
	"10 MB of an error from Zendesk": {
		spoil: atZendesk("GET status=500 body=huge"), heal: clearFaults,
		code: exitWaiting, result: "waiting", kind: "down", says: []string{"Zendesk is not answering"},
	},
	"10 MB of an error from Dialpad": {
		spoil: func(w *world) { atDialpad("/kbm/** status=503 body=huge")(w); w.touch() }, heal: clearFaults,
		code: exitWaiting, result: "waiting", kind: "down", says: []string{"Dialpad is not answering"},
	},
	"10 MB instead of a token": {
		spoil: func(w *world) { atDialpad("POST /oauth/token status=503 body=huge")(w); w.touch() }, heal: clearFaults,
		code: exitWaiting, result: "waiting", says: []string{"Dialpad"},
	},
	"a list that is cut": {
		spoil: atZendesk("GET truncate"), heal: clearFaults,
		code: exitWaiting, result: "waiting", kind: "cut_short", says: []string{"Zendesk ended a list before its end. Nothing was removed; we ask again."},
	},
	"there is no help center any more": {
		spoil: atZendesk("GET /api/v2/help_center/** status=404"), heal: clearFaults,
		code: exitUsage, says: []string{"Zendesk answered, but there is no help center at this address."},
	},
	"a collection that is not there": {
		spoil: func(w *world) { w.change("locales =", "collections = [\"section:4711\"]\nlocales =") },
		heal:  func(w *world) { w.change("collections = [\"section:4711\"]\n", "") },
		code:  exitUsage, says: []string{"Zendesk does not have everything that is chosen in settings.toml.", "section:4711"},
	},
	"Zendesk says 400": {
		spoil: atZendesk("GET status=400"), heal: clearFaults,
		code: exitWaiting, result: "waiting", says: []string{"Zendesk"},
	},
	"Zendesk says 400 to every listing": {
		spoil: atZendesk("GET /articles status=400"), heal: clearFaults,
		code: exitWaiting, result: "waiting", says: []string{"Zendesk"},
	},
	"Zendesk says 400 to every question for changes": {
		spoil: atZendesk("GET /incremental/articles status=400"), heal: clearFaults,
		code: exitWaiting, result: "waiting", says: []string{"Zendesk"},
	},
	"an empty answer": {
		spoil: atZendesk(`GET status=200 body=empty`), heal: clearFaults,
		code: exitWaiting, result: "waiting", kind: "cut_short", says: []string{"Zendesk ended a list before its end."},
	},
}

// touch changes the text of one answer, so that Dialpad has to be written to,
// and back, so that in the end nothing is to be written.
func (w *world) touch() {
	w.t.Helper()
	id := w.articles()[0]
	text, _ := w.zendesk.Text(id, "en-us")
	w.must(w.zendesk.Edit(id, "en-us", text.Title, text.Body+"<p>Once more.</p>"))
}

// longestTaken bounds what is read of an answer that is an error: 64 KiB, and
// what two sockets buffer.
const longestTaken = 2 << 20

// Whatever fails, what it is and what helps is said in one sentence, the exit
// code tells a script, and when it is over everything is as it was.
func TestTroubleLosesNothing(t *testing.T) {
	t.Parallel()
	for name, row := range troubles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sync()
			before := w.dialpad.Nodes()
			row.spoil(w)
			o := w.call("sync", "--full", "--json", "--wait", "1s")
			o.says(t, row.code, row.says...)
			for side, at := range map[string]*tap{"Zendesk": w.atZendesk, "Dialpad": w.atDialpad} {
				if n := at.most.Load(); n > longestTaken {
					t.Errorf("%d bytes of an answer of %s were taken", n, side)
				}
			}
			w.checkLine(o, row)
			if !slices.EqualFunc(before, w.dialpad.Nodes(), sameNode) {
				t.Error("Dialpad was changed")
			}
			row.heal(w)
			w.sync("--full")
			created := w.dialpad.Journal().Count("POST", "/{v}/kbm/nodes")
			if created != 3 || len(w.dialpad.Nodes()) != 3 {
				t.Errorf("%d creates in all, %d answers", created, len(w.dialpad.Nodes()))
			}
		})
	}
}

func sameNode(a, b dialpadsim.Node) bool {
	return a.ID == b.ID && a.Title == b.Title && a.Content == b.Content && a.Status == b.Status
}

// checkLine holds the line of JSON against the row. Nothing of it is long.
func (w *world) checkLine(o outcome, row trouble) {
	w.t.Helper()
	if len(o.out) > 2000 || len(o.errs) > 4000 {
		w.t.Errorf("%d bytes on stdout and %d on stderr", len(o.out), len(o.errs))
	}
	if row.code == exitUsage {
		if !strings.HasPrefix(o.out, `{"error":{`) || strings.Count(o.out, "\n") != 1 {
			w.t.Errorf("not one line with the error alone: %s", o)
		}
		return
	}
	r := o.report(w.t)
	if r.Account != "help-center" || r.Result != row.result || r.Error == nil || r.Error.Message == "" || (row.kind != "" && r.Error.Kind != row.kind) {
		w.t.Errorf("reported %+v %+v, want %s %s", r, r.Error, row.result, row.kind)
	}
}

// A sign-in that can be renewed is, and the new one is kept.
func TestExpiredSignInIsRenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signIn("expired", w.refresh, time.Now().Add(-time.Hour))
	w.sync()
	token := w.read(filepath.Join(w.secrets, "help-center", "token"))
	if strings.Contains(token, w.refresh) || !strings.Contains(token, `"refresh_token"`) {
		t.Error("the renewed sign-in was not kept")
	}
	w.sync() // with what was kept
}

// A token never goes to a host that an answer points to.
func TestRedirectToAnotherHost(t *testing.T) {
	t.Parallel()
	for side, row := range map[string]struct{ fault, name string }{
		"source":        {"GET", "Zendesk"},
		"dialpad":       {"GET,POST /kbm/**", "Dialpad"},
		"dialpad token": {"POST /oauth/token", "Dialpad"},
	} {
		t.Run(side, func(t *testing.T) {
			t.Parallel()
			var told atomic.Int64
			other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "" || r.ContentLength > 0 {
					told.Add(1)
				}
				_, _ = w.Write([]byte(`{}`))
			}))
			t.Cleanup(other.Close)
			w := newWorld(t)
			text := row.fault + " redirect=" + other.URL + "/elsewhere"
			if side == "source" {
				atZendesk(text)(w)
			} else {
				atDialpad(text)(w)
			}
			o := w.call("sync", "--json", "--wait", "1s")
			o.says(t, exitWaiting, row.name+" points to another host. We did not follow, so that your sign-in stays where it belongs.")
			if told.Load() != 0 {
				t.Error("a sign-in went to another host")
			}
			clearFaults(w)
			w.sync()
		})
	}
}

// A pass that has nothing to write notices all the same that Dialpad lets
// nobody in any more, and only that.
func TestDialpadWithdrewTheSignInAndNothingIsToBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.dialpad.RevokeAll()
	o := w.call("sync", "--json")
	o.says(t, exitSignIn, "Dialpad does not know this ID and secret.")
	if r := o.report(t); r.Result != "sign_in" || r.Error == nil || r.Error.Kind != "wrong_secret" {
		t.Errorf("%s", o)
	}
	w.call("status").says(t, exitSignIn, "Dialpad does not know this ID and secret.")
	w.dialpad.Restore()
	w.sync()
	fault(t, w.dialpad.Faults(), "status=503")
	if o := w.call("sync"); o.code != exitInSync {
		t.Errorf("Dialpad is down and nothing is to be written: %s", o)
	}
}
