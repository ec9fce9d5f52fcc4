//go:build linux

// Package bussim gives a test a message bus of its own: the real dbus-daemon,
// with a configuration that starts no services and lets everybody own any name.
// What a desktop or a system would offer there, the test plays itself.
package bussim

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"
)

// Bus is a private bus. It can be stopped and started again at the same
// address, as a desktop's bus dies and comes back.
type Bus struct {
	// Address is what goes into DBUS_SESSION_BUS_ADDRESS.
	Address string

	t      testing.TB
	config string
	daemon *exec.Cmd
}

const configuration = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>%s</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`

// Start starts a bus that ends with the test.
func Start(t testing.TB) *Bus {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Fatal("dbus-daemon is not installed; `make deps` installs what the tests need")
	}
	folder, err := os.MkdirTemp("", "bus") // not t.TempDir: a socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	b := &Bus{t: t, Address: "unix:path=" + filepath.Join(folder, "socket"), config: filepath.Join(folder, "bus.conf")}
	if err := os.WriteFile(b.config, fmt.Appendf(nil, configuration, b.Address), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Restart()
	t.Cleanup(b.Stop)
	return b
}

// Restart starts the stopped bus again at its old address and returns when it
// answers.
func (b *Bus) Restart() {
	b.t.Helper()
	b.daemon = exec.Command("dbus-daemon", "--nofork", "--nopidfile", "--print-address", "--config-file="+b.config) //nolint:noctx // Stop ends it
	runtime.LockOSThread()                                                                                          // the system ends the daemon with the thread that started it
	b.daemon.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var said bytes.Buffer
	b.daemon.Stderr = &said
	out, err := b.daemon.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.daemon.Start(); err != nil {
		b.t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		b.Stop()
		b.t.Fatalf("dbus-daemon did not start: %q, %v\n%s", line, err, &said)
	}
}

// Stop ends the bus; everybody on it is cut off. A second call does nothing.
func (b *Bus) Stop() {
	if b.daemon == nil {
		return
	}
	_ = b.daemon.Process.Kill() // it may have ended with the test's thread
	_ = b.daemon.Wait()         // killed
	b.daemon = nil
}

// Connect is a connection to the bus that ends with the test.
func (b *Bus) Connect() *dbus.Conn {
	b.t.Helper()
	conn, err := dbus.Connect(b.Address)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// Own takes a name on the bus through conn.
func (b *Bus) Own(conn *dbus.Conn, name string) {
	b.t.Helper()
	reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		b.t.Fatalf("own %s: %v, %v", name, reply, err)
	}
}

// Setenv points this process's session or system bus here for the test.
func (b *Bus) Setenv(variable string) {
	b.t.Helper()
	b.t.Setenv(variable, b.Address)
}
