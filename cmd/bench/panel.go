package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"dialpadsync.app/ui/tray/trayhost"
)

// panel is a desktop with a place for icons, on a message bus of its own.
type panel struct {
	address string
	daemon  *exec.Cmd
	conn    *dbus.Conn
	host    *trayhost.Host
}

// busConfig is a bus that starts no services and lets everybody own any name.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=%s</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`

// newPanel starts it with its files in dir.
func newPanel(ctx context.Context, dir string) (*panel, error) {
	config := filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, dir), 0o600); err != nil {
		return nil, err
	}
	p := &panel{daemon: exec.CommandContext(ctx, "dbus-daemon", "--nofork", "--nopidfile", "--print-address", "--config-file="+config)}
	out, err := p.daemon.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.daemon.Start(); err != nil {
		return nil, fmt.Errorf("start a message bus: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start a message bus: %w", err), p.close())
	}
	p.address = strings.TrimSpace(line)
	if p.conn, err = dbus.Connect(p.address); err == nil {
		p.host, err = trayhost.Open(p.conn)
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// registered waits until an icon has come and returns when it was seen.
func (p *panel) registered(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := p.host.Until(ctx, func() bool { return p.host.Registrations() > 0 })
	return time.Now(), err
}

func (p *panel) close() error {
	var errs []error
	if p.host != nil {
		errs = append(errs, p.host.Close())
	}
	if p.conn != nil {
		errs = append(errs, p.conn.Close())
	}
	errs = append(errs, p.daemon.Process.Kill())
	_ = p.daemon.Wait() // it was killed
	return errors.Join(errs...)
}
