package signin

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/source"
	"pgregory.net/rapid"
)

// event is something that happens to one of two processes that share a
// sign-in.
type event struct {
	kind    string
	process int
	n       int
}

func (e event) String() string { return fmt.Sprintf("%s(%d, %d)", e.kind, e.process, e.n) }

var events = []string{"time passes", "vendor fails or recovers", "store fails or recovers", "restart", "rejected", "token", "token", "token"}

// Whatever happens around it, a sign-in is lost only with an answer: as long as
// every answer of the vendor reaches a process that goes on living until it has
// saved it, nobody has to sign in again, and a refresh token that was replaced
// is never sent.
func TestStaysSignedIn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		life := time.Duration(rapid.IntRange(5, 120).Draw(rt, "minutes of life")) * time.Minute
		story := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) event {
			return event{
				rapid.SampledFrom(events).Draw(rt, "kind"), rapid.IntRange(0, 1).Draw(rt, "process"),
				rapid.IntRange(0, 3600).Draw(rt, "n"),
			}
		}), 5, 60).Draw(rt, "story")
		problem := ""
		synctest.Test(t, func(t *testing.T) {
			m := newModel(t, life)
			for i, e := range story {
				if problem = m.happen(e); problem != "" {
					problem = fmt.Sprintf("%s, after %v", problem, story[:i+1])
					return
				}
			}
		})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

type model struct {
	t         *testing.T
	vendor    *books
	store     *moody
	processes []*Refreshing
	replaced  []string // refresh tokens whose successor was handed out
	seen      int      // how many requests were checked
}

func newModel(t *testing.T, life time.Duration) *model {
	m := &model{t: t, vendor: newBooks(), store: newMoody()}
	m.vendor.life = life
	put(t, m.store, "at0", "rt0", life)
	for range 2 {
		m.processes = append(m.processes, NewRefreshing(m.vendor.config(m.store)))
	}
	return m
}

// happen plays one event and returns what went wrong.
func (m *model) happen(e event) string {
	r := m.processes[e.process]
	switch e.kind {
	case "time passes":
		time.Sleep(time.Duration(e.n) * time.Second)
	case "vendor fails or recovers":
		m.vendor.before = []func(*http.Request) (*http.Response, error){
			nil, nil,
			func(*http.Request) (*http.Response, error) { return reply(503, "", "Retry-After", "90"), nil },
			func(*http.Request) (*http.Response, error) { return nil, errReset },
		}[e.n%4]
	case "store fails or recovers":
		m.store.fail([]error{nil, errLocked}[e.n%2], []error{nil, errLocked}[e.n%2], "")
	case "restart":
		if r.SaveNow(m.t.Context()) == nil {
			m.processes[e.process] = NewRefreshing(m.vendor.config(m.store))
		}
	case "rejected":
		if token, err := r.Token(m.t.Context()); err == nil {
			_, _ = r.Renew(m.t.Context(), token)
		}
	default:
		if _, err := r.Token(m.t.Context()); source.KindOf(err) == source.SignIn {
			return fmt.Sprintf("signed out (%v), sent %v, valid is %s", err, m.vendor.requests(), m.vendor.valid)
		}
	}
	return m.checkSent()
}

// checkSent finds a refresh token that was sent although it had been replaced
// before this event.
func (m *model) checkSent() string {
	sent := m.vendor.requests()
	for _, token := range sent[m.seen:] {
		if slices.Contains(m.replaced, token) {
			return fmt.Sprintf("sent again: %v", sent)
		}
	}
	m.seen = len(sent)
	for i := len(m.replaced); i < m.vendor.n; i++ {
		m.replaced = append(m.replaced, fmt.Sprintf("rt%d", i))
	}
	return ""
}
