package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/settings/atomicfile"
)

// served is the agent of a home, as far as a window asks it anything.
type served struct {
	mu       sync.Mutex
	picture  local.Picture
	watchers map[chan local.Picture]bool // true for windows
	asked    []string
}

func newServed() *served {
	now := time.Now()
	return &served{watchers: map[chan local.Picture]bool{}, picture: local.Picture{Status: engine.Status{Accounts: []engine.AccountStatus{{
		ID: "help-center", Source: "Zendesk", Phase: engine.Idle, Imported: true, Interval: 15 * time.Minute,
		SourceDocuments: 1204, DialpadDocuments: 1204, Checked: now, Proved: now, Next: now.Add(15 * time.Minute),
	}}}}}
}

func (s *served) note(what string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, fmt.Sprintf(what, args...))
}

// heard says whether the agent was asked for something.
func (s *served) heard(what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, asked := range s.asked {
		if asked == what {
			return true
		}
	}
	return false
}

// windows is how many windows follow.
func (s *served) windows() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, window := range s.watchers {
		if window {
			n++
		}
	}
	return n
}

// change shows another picture to whoever follows.
func (s *served) change(f func(*local.Picture)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.picture)
	for w := range s.watchers {
		select {
		case <-w:
		default:
		}
		w <- s.picture
	}
}

func (s *served) Picture() local.Picture {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.picture
}

func (s *served) Watch(ctx context.Context, window int) <-chan local.Picture {
	w := make(chan local.Picture, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers[w] = window != 0
	w <- s.picture
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, w)
		close(w)
	})
	return w
}

func (s *served) Sync(_ context.Context, account string, opts engine.Options, _ time.Duration) ([]engine.Outcome, error) {
	s.note("sync %q %v", account, opts.Full)
	return nil, nil
}
func (s *served) Pause(time.Time) { s.note("pause") }
func (s *served) Resume()         { s.note("resume") }

func (s *served) Failures(context.Context, string, int) ([]engine.Failure, error) { return nil, nil }
func (s *served) Held(context.Context, string, int) ([]engine.HeldRemoval, error) { return nil, nil }
func (s *served) Decide(context.Context, string, engine.Decision, time.Time) (engine.Outcome, error) {
	return engine.Outcome{}, nil
}
func (s *served) Retry(context.Context, local.DocumentRequest) error { return nil }

func (s *served) Setup(context.Context) (local.Setup, error) {
	return local.Setup{
		Accounts: []local.Account{{ID: "help-center", Source: "zendesk", Title: "Zendesk", Host: "acme.zendesk.com", Selected: true}},
		Dialpad:  &local.DialpadRequest{Region: "eu"}, SignedIn: []string{"help-center", "dialpad"},
	}, nil
}

func (s *served) Address(context.Context, local.AddressRequest) (local.Address, error) {
	return local.Address{}, nil
}
func (s *served) Connect(context.Context, local.ConnectRequest, func(local.ConnectStep)) {}
func (s *served) Dialpad(context.Context, local.DialpadRequest) (local.DialpadAnswer, error) {
	return local.DialpadAnswer{}, nil
}
func (s *served) Choices(context.Context, string) (local.Choices, error)          { return local.Choices{}, nil }
func (s *served) Plan(context.Context, local.ChooseRequest, func(local.PlanStep)) {}
func (s *served) Sample(context.Context, local.ChooseRequest) (local.Sample, error) {
	return local.Sample{}, nil
}
func (s *served) Choose(context.Context, local.ChooseRequest) error                   { return nil }
func (s *served) Sources() []local.SourceCard                                         { return nil }
func (s *served) Forget(context.Context, local.ForgetRequest, func(local.ForgetStep)) {}

func (s *served) Preferences(context.Context) (local.Preferences, error) {
	return local.Preferences{Interval: 15 * time.Minute, Theme: "light", Language: "en"}, nil
}
func (s *served) SetPreferences(context.Context, local.Preferences) error { return nil }
func (s *served) Activity(int64) []local.ActivityRow {
	return []local.ActivityRow{{Number: 1, At: time.Now(), Account: "help-center", Key: "1:en-us", Title: "Where is my order?", Deed: engine.Created}}
}
func (s *served) History(context.Context) ([]local.Day, error)              { return nil, nil }
func (s *served) Diagnostics(context.Context) (string, error)               { return "Dialpad Sync", nil }
func (s *served) OpenAgain() error                                          { return nil }
func (s *served) OpenDocument(context.Context, local.DocumentRequest) error { return nil }
func (s *served) Came(count int)                                            { s.note("came %d", count) }
func (s *served) Show(want local.Show) error {
	s.note("show %s", want.Page)
	return nil
}

// serve serves the agent at a home until ctx ends.
func (s *served) serve(ctx context.Context, home local.Home, ready func()) error {
	path, err := home.Socket()
	if err != nil {
		return err
	}
	server := &local.Server{Follow: s, Drive: s, Judge: s, Connect: s, Select: s, House: s, Prefer: s, Records: s, Open: s, Program: "test", Stop: func() {}}
	listener, err := server.Listen(ctx, path)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(home.AgentFile(), []byte(path), 0o600); err != nil {
		return err
	}
	ready()
	return server.Serve(ctx, listener)
}

// serving is an agent that runs until the end of the test, or until stop.
func serving(t *testing.T, home local.Home) (s *served, stop func()) {
	t.Helper()
	if err := os.MkdirAll(home.State, 0o700); err != nil {
		t.Fatal(err)
	}
	s = newServed()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- s.serve(ctx, home, func() { close(ready) }) }()
	<-ready
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(stop)
	return s, stop
}
