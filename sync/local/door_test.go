//go:build unix

package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/adrg/xdg"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// idle is an agent that does nothing.
type idle struct{}

func (idle) Failures(context.Context, string, int) ([]engine.Failure, error) { return nil, nil }

func (idle) Held(context.Context, string, int) ([]engine.HeldRemoval, error) { return nil, nil }

func (idle) Retry(context.Context, DocumentRequest) error { return nil }

func (idle) Decide(context.Context, string, engine.Decision, time.Time) (engine.Outcome, error) {
	return engine.Outcome{}, nil
}

// short is a private folder whose path a socket can have.
func short(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "door")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// agentAt serves a home until the end of the test, or until stop.
func agentAt(t *testing.T, h Home) (stop func()) {
	t.Helper()
	if err := os.MkdirAll(h.State, 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server := &Server{Judge: idle{}, Program: filepath.Base(h.State), Stop: cancel}
	listener, err := server.listenAt(ctx, h, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	done := false
	stop = func() {
		if done {
			return
		}
		done = true
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// found demands that the home's own agent answers, sooner or later.
func found(t *testing.T, h Home) {
	t.Helper()
	for {
		c, err := h.Agent(t.Context())
		if err == nil {
			if c.Agent.Program != filepath.Base(h.State) {
				t.Errorf("the agent of %s answers for %s", c.Agent.Program, h.State)
			}
			c.Close()
			return
		}
		if !errors.Is(err, ErrNoAgent) {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
}

// TestTheSocketComesBack: the end of a session takes the runtime folder away
// and leaves the agent; a tidy person takes files away.
func TestTheSocketComesBack(t *testing.T) {
	dir := short(t)
	run := filepath.Join(dir, "runtime")
	if err := os.Mkdir(run, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", run)
	h := Home{State: filepath.Join(dir, "home")}
	stop := agentAt(t, h)
	found(t, h)
	first, _ := h.Socket()
	for _, file := range []string{first, tokenFile(first), h.AgentFile()} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		found(t, h)
		for _, err := os.Stat(file); err != nil; _, err = os.Stat(file) {
			time.Sleep(time.Millisecond)
		}
	}
	gone := filepath.Join(short(t), "gone")
	if err := os.Rename(run, gone); err != nil { // all at once, as an unmount does
		t.Fatal(err)
	}
	found(t, h)
	stop()
	if _, err := h.Agent(t.Context()); !errors.Is(err, ErrNoAgent) {
		t.Error(err)
	}
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s is left", path)
		}
		return nil
	})
}

// TestAnAgentWhoseHomeIsGoneIsStillFound, and can be stopped.
func TestAnAgentWhoseHomeIsGoneIsStillFound(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", short(t))
	h := Home{State: filepath.Join(short(t), "home")}
	agentAt(t, h)
	path, _ := h.Socket()
	if err := os.Rename(h.State, h.State+".gone"); err != nil {
		t.Fatal(err)
	}
	for range 20 { // looks of the agent, told by the socket that comes back
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		for gone(path) {
			time.Sleep(time.Millisecond)
		}
		found(t, h)
	}
}

// TestACopiedHomeHasAnAgentOfItsOwn: the file that tells where an agent listens
// comes along with a copy, and tells of the other home's.
func TestACopiedHomeHasAnAgentOfItsOwn(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", short(t))
	dir := short(t)
	one, two := Home{State: filepath.Join(dir, "one")}, Home{State: filepath.Join(dir, "two")}
	agentAt(t, one)
	told, err := os.ReadFile(one.AgentFile())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(two.State, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(two.AgentFile(), told, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Agent(t.Context()); !errors.Is(err, ErrNoAgent) {
		t.Errorf("the copy found %v", err)
	}
	if err := two.Stop(t.Context()); !errors.Is(err, ErrNoAgent) {
		t.Errorf("the copy stopped %v", err)
	}
	found(t, one)
	agentAt(t, two)
	found(t, two)
	found(t, one)
}

// TestATokenOfAnEarlierStart: whoever read it before the agent wrote a new one
// reads it again.
func TestATokenOfAnEarlierStart(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", short(t))
	h := Home{State: filepath.Join(short(t), "home")}
	agentAt(t, h)
	path, _ := h.Socket()
	token, err := os.ReadFile(tokenFile(path))
	if err != nil {
		t.Fatal(err)
	}
	// A client that comes in the middle of a start: it has read the old token,
	// and the new one is there once it is connected.
	early := filepath.Join(filepath.Dir(path), "early.sock")
	if err := os.WriteFile(tokenFile(early), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", early)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			_ = os.WriteFile(tokenFile(early), token, 0o600)
			out, err := net.Dial("unix", path)
			if err != nil {
				_ = in.Close()
				continue
			}
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			_, _ = io.Copy(in, out)
			_ = in.Close()
		}
	}()
	c, err := Dial(t.Context(), early)
	if err != nil {
		t.Error(err)
	} else {
		c.Close()
	}
	_ = listener.Close()
	<-ended
	if err := os.WriteFile(tokenFile(path), []byte("guess"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Dial(t.Context(), path); err == nil || errors.Is(err, ErrNoAgent) {
		t.Errorf("with a wrong token: %v", err)
	}
}

// TestAgentsOfOtherVersionsAreToldApartAndCanBeEnded plays a later version.
func TestAgentsOfOtherVersionsAreToldApartAndCanBeEnded(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", short(t))
	h := Home{State: filepath.Join(short(t), "home")}
	path, _ := h.Socket()
	if err := os.MkdirAll(h.State, 0o700); err != nil {
		t.Fatal(err)
	}
	listener, err := (&Server{}).Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	stopped := false
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, `{"api":3,"program":"9","pid":1}`) })
	mux.HandleFunc("POST /stop", func(w http.ResponseWriter, _ *http.Request) { stopped = true; fmt.Fprintln(w, "{}") })
	later := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}
	ended := make(chan error, 1)
	go func() { ended <- later.Serve(listener) }()
	if _, err := h.Agent(t.Context()); !errors.Is(err, ErrOtherVersion) {
		t.Error(err)
	}
	if err := h.Stop(t.Context()); err != nil || !stopped {
		t.Errorf("%v, stopped: %v", err, stopped)
	}
	_ = later.Close()
	<-ended
}

// TestAnAgentThatDoesNotAnswerIsBusy and no defect of ours.
func TestAnAgentThatDoesNotAnswerIsBusy(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", short(t))
	path, err := Socket(short(t))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&Server{}).Listen(t.Context(), path) // nobody accepts
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if _, err := Dial(t.Context(), path); source.CodeOf(err) != source.CodeBusy {
		t.Error(err)
	}
}

// TestALongHomeHasASocketToo, whose own path would be too long for one.
func TestALongHomeHasASocketToo(t *testing.T) {
	for name, runtimeDir := range map[string]string{"no runtime folder": "", "a long one": filepath.Join(t.TempDir(), strings.Repeat("läuft", 20))} {
		t.Run(name, func(t *testing.T) {
			if runtimeDir != "" {
				if err := os.Mkdir(runtimeDir, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("XDG_RUNTIME_DIR", runtimeDir)
			one, err := Socket("/srv/" + strings.Repeat("Грузия/", 10))
			two, _ := Socket("/srv/" + strings.Repeat("Грузия/", 11))
			if err != nil || one == two || !strings.HasPrefix(one, filepath.Join(xdg.StateHome, "dialpad-sync", "run")) {
				t.Errorf("%s, %s, %v", one, two, err)
			}
		})
	}
}

// TestOnlyPagesOfTheWindowAreAskedFor: they become an argument of its call.
func TestOnlyPagesOfTheWindowAreAskedFor(t *testing.T) {
	for _, page := range []Page{"--home", "setup\n", "Setup", "../setup"} {
		if page.known() {
			t.Errorf("%q", page)
		}
	}
}
