package local_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(asAgent); dir != "" {
		if err := playAgent(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// fakeEngine is an engine that remembers what it was asked.
type fakeEngine struct {
	mu      sync.Mutex
	status  engine.Status
	asked   []string
	entered chan struct{}
}

func (f *fakeEngine) note(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, what)
}

func (f *fakeEngine) Picture() local.Picture {
	f.mu.Lock()
	defer f.mu.Unlock()
	return local.Picture{Status: f.status}
}

func (f *fakeEngine) Watch(ctx context.Context, window int) <-chan local.Picture {
	ch := make(chan local.Picture, 1)
	p := f.Picture()
	if window == os.Getpid() {
		p.Show = local.Show{Count: 1, Page: local.PageProblems}
	}
	ch <- p
	context.AfterFunc(ctx, func() { close(ch) })
	return ch
}

func (f *fakeEngine) Sync(ctx context.Context, account string, opts engine.Options, _ time.Duration) ([]engine.Outcome, error) {
	switch account {
	case "nobody":
		return nil, engine.ErrUnknownAccount
	case "signed out":
		return nil, &source.Error{Kind: source.SignIn, Code: source.CodeSecretMissing, Side: "source"}
	case "steady":
		f.note(ends(ctx))
		return nil, nil
	case "slow":
		f.entered <- struct{}{}
		<-ctx.Done()
		f.note("slow ended")
		f.entered <- struct{}{}
		return nil, ctx.Err()
	}
	f.note("sync " + account)
	return []engine.Outcome{{Run: engine.Run{Created: 7}, Status: engine.AccountStatus{ID: account, Imported: opts.Full}}}, nil
}

func (f *fakeEngine) Pause(time.Time) { f.note("pause") }
func (f *fakeEngine) Resume()         { f.note("resume") }

func (f *fakeEngine) Held(context.Context, string, int) ([]engine.HeldRemoval, error) {
	return []engine.HeldRemoval{{Key: "1:en-us", Title: "Returns"}}, nil
}

func (f *fakeEngine) Failures(context.Context, string, int) ([]engine.Failure, error) {
	return []engine.Failure{{Key: "2:en-us", Title: "Too long"}}, nil
}

// ends says whether a context ends before the agent does.
func ends(ctx context.Context) string {
	if ctx.Done() == nil {
		return "goes on by itself"
	}
	return "ends with whoever asked"
}

func (f *fakeEngine) Decide(ctx context.Context, account string, d engine.Decision, _ time.Time) (engine.Outcome, error) {
	f.note(string(d) + " " + account)
	if account == "steady" {
		f.note(ends(ctx))
	}
	return engine.Outcome{Run: engine.Run{Deleted: 1}}, nil
}

// serve runs a server in a private folder and returns the socket.
func serve(t *testing.T, f *fakeEngine) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "local")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "run", "a.sock")
	ctx, cancel := context.WithCancel(context.Background())
	server := &local.Server{Follow: f, Drive: f, Judge: f, Connect: f, Select: f, House: f, Prefer: f, Records: f, Open: f, Program: "1.2.3", Stop: func() { f.note("stop") }}
	listener, err := server.Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = os.RemoveAll(dir)
	})
	return path
}

func dial(t *testing.T, path string) *local.Client {
	t.Helper()
	c, err := local.Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestEveryCallReachesTheEngine(t *testing.T) {
	f := &fakeEngine{status: engine.Status{Paused: true, Accounts: []engine.AccountStatus{{ID: "help", SourceDocuments: 3}}}}
	c := dial(t, serve(t, f))
	if c.Agent.Program != "1.2.3" || c.Agent.PID != os.Getpid() {
		t.Errorf("hello %+v", c.Agent)
	}
	s, err := c.Status(t.Context())
	if err != nil || !s.Paused || s.Accounts[0].SourceDocuments != 3 {
		t.Errorf("%+v, %v", s, err)
	}
	outs, err := c.Sync(t.Context(), local.SyncRequest{Account: "help", Full: true})
	if err != nil || outs[0].Run.Created != 7 || !outs[0].Status.Imported {
		t.Errorf("%+v, %v", outs, err)
	}
	held, err := c.Held(t.Context(), "help")
	if err != nil || held[0].Title != "Returns" {
		t.Errorf("%+v, %v", held, err)
	}
	failures, err := c.Failures(t.Context(), "help")
	if err != nil || failures[0].Title != "Too long" {
		t.Errorf("%+v, %v", failures, err)
	}
	if out, err := c.Decide(t.Context(), "help", engine.Keep, time.Now()); err != nil || out.Run.Deleted != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	for _, call := range []func() error{
		func() error { return c.Pause(t.Context(), time.Time{}) },
		func() error { return c.Resume(t.Context()) },
		func() error { return c.Stop(t.Context()) },
	} {
		if err := call(); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Join(f.asked, ", "); got != "sync help, keep help, pause, resume, stop" {
		t.Errorf("the engine heard: %s", got)
	}
}

func TestMistakesAreSaid(t *testing.T) {
	c := dial(t, serve(t, &fakeEngine{}))
	if _, err := c.Sync(t.Context(), local.SyncRequest{Account: "signed out"}); source.KindOf(err) != source.SignIn || source.CodeOf(err) != source.CodeSecretMissing {
		t.Errorf("the class is lost: %v", err)
	}
	if _, err := c.Sync(t.Context(), local.SyncRequest{Account: "nobody"}); !errors.Is(err, engine.ErrUnknownAccount) {
		t.Error(err)
	}
	if _, err := c.Decide(t.Context(), "help", "perhaps", time.Now()); err == nil || !strings.Contains(err.Error(), "keep, delete or release") {
		t.Error(err)
	}
}

func TestTheWatcherGetsThePictureAndMayLeave(t *testing.T) {
	f := &fakeEngine{status: engine.Status{Accounts: []engine.AccountStatus{{ID: "help"}}}}
	c := dial(t, serve(t, f))
	ctx, cancel := context.WithCancel(t.Context())
	var seen local.Picture
	err := c.Watch(ctx, func(p local.Picture) {
		seen = p
		cancel()
	})
	if !errors.Is(err, context.Canceled) || len(seen.Accounts) != 1 {
		t.Errorf("%v, %+v", err, seen)
	}
}

func TestASyncEndsWithItsClient(t *testing.T) {
	f := &fakeEngine{entered: make(chan struct{})}
	c := dial(t, serve(t, f))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := c.Sync(ctx, local.SyncRequest{Account: "slow"})
		ended <- err
	}()
	<-f.entered
	cancel()
	<-f.entered
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNoAgent(t *testing.T) {
	dir := t.TempDir()
	if _, err := local.Dial(t.Context(), filepath.Join(dir, "none.sock")); !errors.Is(err, local.ErrNoAgent) {
		t.Error(err)
	}
	// a dead agent leaves both files behind
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	stale := filepath.Join(dir, "stale.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	_ = l.Close()
	if err := os.WriteFile(stale+".token", []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := local.Dial(t.Context(), stale); !errors.Is(err, local.ErrNoAgent) {
		t.Error(err)
	}
	server := &local.Server{}
	listener, err := server.Listen(t.Context(), stale)
	if err != nil {
		t.Fatalf("a stale socket is in the way: %v", err)
	}
	_ = listener.Close()
}

func TestStrangersAndBrowsersAreRefused(t *testing.T) {
	path := serve(t, &fakeEngine{})
	token, err := os.ReadFile(path + ".token")
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", path)
	}}
	defer transport.CloseIdleConnections()
	for name, headers := range map[string]map[string]string{
		"no token":    {},
		"wrong token": {"Dialpad-Sync-Token": "guess"},
		"a web page":  {"Dialpad-Sync-Token": string(token), "Origin": "https://evil.example"},
	} {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://agent/v2/stop", nil)
		for k, v := range headers {
			request.Header.Set(k, v)
		}
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", name, response.Status)
		}
	}
}

func TestASharedFolderIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shared")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := (&local.Server{}).Listen(t.Context(), filepath.Join(dir, "a.sock")); err == nil {
		t.Error("a socket where everybody may write")
	}
}

func TestTheSocketIsPerHomeAndNeverShared(t *testing.T) {
	run := filepath.Join(t.TempDir(), "run")
	if err := os.Mkdir(run, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", run)
	one, _ := local.Socket("/home/a")
	two, _ := local.Socket("/home/b")
	if one == two || !strings.HasPrefix(one, run) {
		t.Errorf("%s and %s", one, two)
	}
	if err := os.Chmod(run, 0o755); err != nil {
		t.Fatal(err)
	}
	if got, _ := local.Socket("/home/a"); !strings.HasPrefix(got, "/home/a/run/") {
		t.Errorf("a shared runtime folder is used: %s", got)
	}
}

// TestWhatThePersonAskedForOutlivesTheWindow: closing it ends neither a pass that
// was asked for there nor a decision.
func TestWhatThePersonAskedForOutlivesTheWindow(t *testing.T) {
	f := &fakeEngine{}
	c := dial(t, serve(t, f))
	for _, stays := range []bool{false, true} {
		if _, err := c.Sync(t.Context(), local.SyncRequest{Account: "steady", Stays: stays}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Decide(t.Context(), "steady", engine.Keep, time.Now()); err != nil {
		t.Fatal(err)
	}
	want := "ends with whoever asked, goes on by itself, keep steady, goes on by itself"
	if got := strings.Join(f.asked, ", "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
