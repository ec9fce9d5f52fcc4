package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"dialpadsync.app/assets/demo"
	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
	"dialpadsync.app/ui/view"
)

type demoCommand struct {
	Stay    bool `help:"help.demo_stay"`
	Browser bool `help:"help.demo_browser" default:"true" negatable:""`
	Window  bool `help:"help.demo_window" default:"true" negatable:""`
}

// stage is both doubles and a home of its own. Nothing on it is the person's:
// folder, secrets and addresses go when it ends.
type stage struct {
	t       terminal
	home    *home
	zendesk *zendesksim.Server
	dialpad *dialpadsim.Server
	// HelpCenter and Knowledge are the addresses of the doubles.
	HelpCenter, Knowledge string

	mu     sync.Mutex
	events []engine.Event
	titles map[string]string // of answers that were archived
	closes []func()
}

// Run shows the whole job: both sign-ins, the first copy, changes on both
// sides, and what became of them, ending in a proof.
func (c *demoCommand) Run(ctx context.Context, t terminal) error {
	s := &stage{t: t, titles: map[string]string{}}
	defer s.close()
	if err := s.build(); err != nil {
		return err
	}
	s.say("demo.welcome", view.Args{"help_center": s.HelpCenter, "dialpad": s.Knowledge})
	for _, step := range []func(context.Context, *demoCommand) error{s.signIn, s.firstCopy, s.changes} {
		if err := step(ctx, c); err != nil {
			return err
		}
	}
	_, noWindow := windowPath()
	if !c.Stay && (!c.Window || noWindow != nil) {
		s.title("demo.play")
		return nil
	}
	return s.stay(ctx, c, c.Window && noWindow == nil)
}

func (s *stage) say(key string, args ...view.Args) { fmt.Fprintln(s.t.Out, s.t.text(key, args...)) }

// title says something with an empty line before it.
func (s *stage) title(key string, args ...view.Args) {
	fmt.Fprintln(s.t.Out)
	s.say(key, args...)
}

func (s *stage) close() {
	for i := len(s.closes) - 1; i >= 0; i-- {
		s.closes[i]()
	}
}

// helpCenterAge is how long ago the help center was written.
const helpCenterAge = 30 * 24 * time.Hour

// build starts the doubles and makes the home.
func (s *stage) build() error {
	dir, err := os.MkdirTemp("", "dialpad-sync-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	s.closes = append(s.closes, func() { _ = os.RemoveAll(dir) })
	if s.home, err = openHome(dir, "memory"); err != nil {
		return err
	}
	s.home.store = secret.Memory()
	clock := sim.NewClock()
	clock.Advance(-helpCenterAge) // the help center has not been written just now
	s.zendesk, err = zendesksim.New(zendesksim.Config{
		From: demo.HelpCenter(), Role: zendesksim.Admin, Clock: clock,
		Clients: []zendesksim.Client{{ID: "dialpad_sync", Public: true, RedirectURIs: redirects("zendesk")}},
	})
	if err != nil {
		return fmt.Errorf("make the help center: %w", err)
	}
	clock.Advance(helpCenterAge)
	s.dialpad, err = dialpadsim.New(dialpadsim.Config{Seed: 1})
	if err != nil {
		return fmt.Errorf("make the Dialpad double: %w", err)
	}
	s.dialpad.Seed(dialpadsim.Foreign(5, 2, 1)...)
	if s.HelpCenter, err = s.serve(s.zendesk); err != nil {
		return err
	}
	s.Knowledge, err = s.serve(s.dialpad)
	return err
}

// serve puts a double on a free loopback port.
func (s *stage) serve(double http.Handler) (address string, err error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	server := &http.Server{Handler: double, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener) // it ends with Close
	}()
	s.closes = append(s.closes, func() {
		_ = server.Close()
		<-ended
	})
	return "http://" + listener.Addr().String(), nil
}

// signIn connects both sides the way a person does.
func (s *stage) signIn(ctx context.Context, c *demoCommand) error {
	s.title("demo.sign_in_source")
	browser := newDemoBrowser(ctx, s, c.Browser)
	defer browser.close()
	s.home.openURL = browser.open
	source := connectZendesk{URL: s.HelpCenter, Account: "help-center", ClientID: "dialpad_sync", Locales: []string{"en-us", "de"}}
	seen := s.t
	if !browser.real {
		seen.Err = io.Discard // nobody has to do anything
	}
	if err := source.Run(ctx, seen, s.home); err != nil {
		return err
	}
	s.title("demo.sign_in_dialpad")
	pair := s.dialpad.Credentials().Knowledge
	typed := s.t
	typed.In, typed.Err = strings.NewReader(pair.ClientSecret+"\n"), io.Discard
	destination := connectDialpad{Region: "custom", APIURL: s.Knowledge, ClientID: pair.ClientID}
	if err := destination.Run(ctx, typed, s.home); err != nil {
		return err
	}
	return s.hurry()
}

// hurry lets the demo write as fast as Dialpad allows a whole company.
func (s *stage) hurry() error {
	conf, err := s.home.load()
	if err != nil {
		return err
	}
	conf.Dialpad.MaxRequestsPerSecond = 20
	return conf.Save(s.home.Settings)
}

// sync makes one pass, shows its progress and returns the exit code.
func (s *stage) sync(ctx context.Context, full bool) error {
	sys, err := s.home.open(ctx, s.hear)
	if err != nil {
		return err
	}
	defer sys.close()
	call := &syncCommand{Full: full, Wait: 2 * time.Minute}
	return call.with(ctx, s.t, sys)
}

func (s *stage) hear(e engine.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

func (s *stage) firstCopy(ctx context.Context, _ *demoCommand) error {
	s.title("demo.first_copy", view.Args{"count": s.zendesk.CountVisible("en-us", "de")})
	return s.sync(ctx, false)
}

// changes lets a day happen on both sides and syncs.
func (s *stage) changes(ctx context.Context, _ *demoCommand) error {
	s.title("demo.day")
	if err := s.day(); err != nil {
		return err
	}
	s.mu.Lock()
	s.events = nil
	s.mu.Unlock()
	if err := s.sync(ctx, true); err != nil {
		return err
	}
	s.title("demo.happened")
	s.tellEvents()
	return s.proof()
}

// tellEvents says in plain words what was written and removed.
func (s *stage) tellEvents() {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := map[engine.Deed]string{
		engine.Created: "demo.created", engine.Updated: "demo.updated", engine.Removed: "demo.removed",
		engine.Restored: "demo.restored", engine.Refused: "demo.failed",
	}
	for _, deed := range []engine.Deed{engine.Created, engine.Updated, engine.Removed, engine.Restored, engine.Refused} {
		for _, e := range s.events {
			if e.Deed != deed {
				continue
			}
			title := e.Title
			if title == "" {
				title = s.titleOf(string(e.Key))
			}
			what := s.t.text("demo.event", view.Args{"title": title})
			switch deed {
			case engine.Removed:
				what = s.t.text("demo.event_why", view.Args{"title": title, "why": s.t.text(reasons[e.Reason])})
			case engine.Restored:
				what = s.t.text("demo.event_why", view.Args{"title": title, "why": s.t.text("demo.put_back")})
			}
			fmt.Fprintf(s.t.Out, "  %-9s %s\n", s.t.text(words[deed]), what)
		}
	}
}

// proof compares both doubles from the outside, without asking the engine.
func (s *stage) proof() error {
	want := s.zendesk.Visible("en-us", "de")
	have := map[string]bool{}
	foreign := 0
	for _, n := range s.dialpad.Nodes() {
		if strings.HasPrefix(n.Source, "dialpad-sync:") && n.Status == engine.Published {
			have[n.ExternalID] = true
		} else {
			foreign++
		}
	}
	for ref := range want {
		if !have[fmt.Sprintf("%d:%s", ref.ID, ref.Locale)] {
			return fmt.Errorf("the demo found %d:%s missing in Dialpad", ref.ID, ref.Locale)
		}
	}
	if len(have) != len(want) {
		return fmt.Errorf("the demo found %d answers in Dialpad, not %d", len(have), len(want))
	}
	s.title("demo.proof", view.Args{"done": len(have), "total": len(want), "others": foreign})
	return nil
}
