package secret

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"dialpadsync.app/sync/source"
	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"
)

// childEnv names the part the test binary plays when it is started again
// inside a session of its own.
const childEnv = "SECRET_TEST_CHILD"

// noExitPause takes the second away that the race detector waits at exit.
const noExitPause = "GORACE=atexit_sleep_ms=0"

var children = map[string]func(*child){
	"diskfull": diskFull, "roundtrip": roundTrip, "locked": locked, "prompt": prompt, "missing": ringMissing,
}

func TestMain(m *testing.M) {
	if play, ok := children[os.Getenv(childEnv)]; ok {
		c := &child{}
		play(c)
		if c.failed {
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// child collects what went wrong in the second process; its output is the
// test's.
type child struct{ failed bool }

func (*child) ctx() context.Context { return context.Background() }

func (c *child) check(ok bool, format string, args ...any) {
	if !ok {
		c.failed = true
		fmt.Printf(format+"\n", args...)
	}
}

func (c *child) expect(err error, kind source.Kind, code source.Code) {
	c.check(source.KindOf(err) == kind && source.CodeOf(err) == code, "got %v (%v, %q), want %v, %q",
		err, source.KindOf(err), source.CodeOf(err), kind, code)
}

// bareBus is a session bus that knows no service to start.
const bareBus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`

// inSession plays a part on a session bus of its own that starts no services,
// with folders of its own and no display.
func inSession(t *testing.T, part string) {
	t.Helper()
	for _, tool := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is not installed; `make deps` installs what the tests need", tool)
		}
	}
	home, config := t.TempDir(), filepath.Join(t.TempDir(), "bus.conf")
	put(t, config, bareBus)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "dbus-run-session", "--config-file="+config, "--", os.Args[0])
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	for _, entry := range os.Environ() {
		switch name, _, _ := strings.Cut(entry, "="); name {
		case "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL":
		default:
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Env = append(cmd.Env, childEnv+"="+part, "HOME="+home, "XDG_DATA_HOME="+home, "XDG_RUNTIME_DIR="+home, noExitPause)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

const secretService = "org.freedesktop.secrets"

// realRing starts gnome-keyring with its login keyring unlocked and returns
// when it serves; stop ends it and returns when the bus has noticed.
func (c *child) realRing(bus *dbus.Conn) (stop func()) {
	owners := make(chan *dbus.Signal, 8)
	bus.Signal(owners)
	err := bus.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretService))
	c.check(err == nil, "follow the bus: %v", err)
	daemon := exec.Command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	daemon.Stdin = strings.NewReader("pw")
	runtime.LockOSThread() // the system ends the daemon with the thread that started it
	daemon.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err = daemon.Start()
	c.check(err == nil, "start gnome-keyring: %v", err)
	owned := func(want bool) {
		for signal := range owners {
			if signal.Name == "org.freedesktop.DBus.NameOwnerChanged" && (signal.Body[2] != "") == want {
				return
			}
		}
	}
	owned(true)
	return func() {
		c.check(daemon.Process.Kill() == nil, "gnome-keyring had ended by itself")
		_ = daemon.Wait() // killed
		owned(false)
		bus.RemoveSignal(owners)
	}
}

func (c *child) bus() *dbus.Conn {
	bus, err := dbus.ConnectSessionBus()
	if err != nil {
		fmt.Println("connect:", err)
		os.Exit(1)
	}
	return bus
}

func TestRealKeyring(t *testing.T) { inSession(t, "roundtrip") }

func roundTrip(c *child) {
	bus := c.bus()
	defer func() { _ = bus.Close() }()
	defer c.realRing(bus)()
	one, two := Keyring("home-1"), Keyring("home-2")
	const name = "help-center/token"
	_, err := one.Get(c.ctx(), name)
	c.expect(err, source.SignIn, source.CodeSecretMissing)
	c.check(errors.Is(err, ErrNotFound), "absent entry: %v", err)
	for _, want := range []Secret{"x", "line\n", Secret(strings.Repeat("grün€", 1000)), Secret(strings.Repeat("0123456789", 10000))} {
		c.check(one.Set(c.ctx(), name, want) == nil, "Set of %d bytes failed", len(want))
		got, err := one.Get(c.ctx(), name)
		c.check(err == nil && got == want, "%d bytes came back as %d (%v)", len(want), len(got), err)
	}
	_, err = two.Get(c.ctx(), name)
	c.check(errors.Is(err, ErrNotFound), "another home reads: %v", err)
	err = Writable(c.ctx(), one)
	c.check(err == nil, "Writable: %v", err)
	for range 2 {
		err = one.Delete(c.ctx(), name)
		c.check(err == nil, "Delete: %v", err)
	}
	_, err = one.Get(c.ctx(), name)
	c.check(errors.Is(err, ErrNotFound), "after Delete: %v", err)
}

func TestLockedKeyring(t *testing.T) { inSession(t, "locked") }

// locked: without a display nobody can be asked, and the store says that it is
// not available, not that the person is signed out.
func locked(c *child) {
	bus := c.bus()
	defer func() { _ = bus.Close() }()
	stop := c.realRing(bus)
	s := Keyring("home")
	const name = "help-center/token"
	err := s.Set(c.ctx(), name, "kept")
	c.check(err == nil, "Set: %v", err)
	login := []dbus.ObjectPath{"/org/freedesktop/secrets/collection/login"}
	call := bus.Object(secretService, "/org/freedesktop/secrets").Call("org.freedesktop.Secret.Service.Lock", 0, login)
	c.check(call.Err == nil, "lock: %v", call.Err)
	_, err = s.Get(c.ctx(), name)
	c.expect(err, source.Transient, source.CodeKeyringLocked)
	c.expect(s.Set(c.ctx(), name, "other"), source.Transient, source.CodeKeyringLocked)
	c.expect(Writable(c.ctx(), s), source.Transient, source.CodeKeyringLocked)

	stop() // the person signs in to the computer again, which unlocks it
	defer c.realRing(bus)()
	got, err := s.Get(c.ctx(), name)
	c.check(err == nil && got == "kept", "after unlocking: %q, %v", got.Reveal(), err)
}

func TestMissingKeyring(t *testing.T) { inSession(t, "missing") }

// TestDeadBus has an address at which nothing listens.
func TestDeadBus(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=missing", "DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(t.TempDir(), "bus"), noExitPause)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func ringMissing(c *child) {
	s := Keyring("home")
	_, err := s.Get(c.ctx(), "help-center/token")
	c.expect(err, source.SignIn, source.CodeKeyringMissing)
	c.check(!errors.Is(err, ErrNotFound), "a missing keyring counts as signed out")
	c.expect(s.Set(c.ctx(), "help-center/token", "x"), source.SignIn, source.CodeKeyringMissing)
	c.expect(Writable(c.ctx(), s), source.SignIn, source.CodeKeyringMissing)
}

// Without an address and without a socket in the runtime folder, the D-Bus
// library is not even asked: it would start a bus that outlives us.
func TestFindBus(t *testing.T) {
	empty, modern, old := t.TempDir(), t.TempDir(), t.TempDir()
	put(t, filepath.Join(modern, "bus"), "")
	put(t, filepath.Join(old, "dbus-session"), "")
	cases := []struct {
		address, runtimeDir string
		found               bool
	}{
		{"unix:path=/x", empty, true},
		{"", modern, true},
		{"", old, true},
		{"autolaunch:", modern, true},
		{"autolaunch:", empty, false},
		{"", empty, false},
	}
	for _, c := range cases {
		err := findBus(c.address, c.runtimeDir)
		if (err == nil) != c.found {
			t.Errorf("findBus(%q): %v", c.address, err)
		}
		if err != nil && source.CodeOf(keyringError("op", err)) != source.CodeKeyringMissing {
			t.Errorf("findBus(%q): classed as %v", c.address, err)
		}
	}
}

func TestPromptingKeyring(t *testing.T) { inSession(t, "prompt") }

// prompter is a Secret Service that is locked and shows a prompt nobody
// answers, as gnome-keyring does where there is a display.
type prompter struct{ asked chan struct{} }

func (prompter) Unlock([]dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	return nil, "/prompt", nil
}

func (p prompter) Prompt(string) *dbus.Error {
	p.asked <- struct{}{}
	return nil
}

// prompt: the real client library blocks; we give up in time, again and again,
// and it is asked once.
func prompt(c *child) {
	bus := c.bus()
	defer func() { _ = bus.Close() }()
	p := prompter{asked: make(chan struct{}, 100)}
	err := errors.Join(
		bus.Export(p, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service"),
		bus.Export(p, "/prompt", "org.freedesktop.Secret.Prompt"))
	c.check(err == nil, "export: %v", err)
	_, err = bus.RequestName(secretService, 0)
	c.check(err == nil, "own the name: %v", err)

	s := newKeyring("home", systemRing{}, 300*time.Millisecond)
	_, err = s.Get(c.ctx(), "help-center/token")
	c.expect(err, source.Transient, source.CodeKeyringLocked)
	<-p.asked
	before := runtime.NumGoroutine()
	for range 5 {
		start := time.Now()
		_, err = s.Get(c.ctx(), "help-center/token")
		c.expect(err, source.Transient, source.CodeKeyringLocked)
		c.check(time.Since(start) < 5*time.Second, "one call took %v", time.Since(start))
	}
	after := runtime.NumGoroutine()
	c.check(after <= before, "%d goroutines, then %d", before, after)
	c.check(len(p.asked) == 0, "the person was asked %d more times", len(p.asked))
}
