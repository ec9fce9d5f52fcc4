package tray

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/assets"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/sim/bussim"
	"dialpadsync.app/ui/tray/trayhost"
)

func isNone(err error) bool { return errors.Is(err, ErrNone) }

// patience bounds what a test waits for.
const patience = time.Minute + soakPictures*20*time.Millisecond

// process is the agent in a process of its own.
type process struct {
	t       *testing.T
	ctx     context.Context //nolint:containedctx // it is the process's life
	cmd     *exec.Cmd
	orders  io.WriteCloser
	reports chan report
	stderr  *spoken
}

// start starts an agent whose session's bus is at address.
func start(t *testing.T, address string, env ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	cmd := exec.CommandContext(ctx, os.Args[0])
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); name != "DBUS_SESSION_BUS_ADDRESS" && name != "XDG_CURRENT_DESKTOP" {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Env = append(append(cmd.Env, childEnv+"=1", "DBUS_SESSION_BUS_ADDRESS="+address, "GORACE=atexit_sleep_ms=0"), env...)
	p := &process{t: t, ctx: ctx, cmd: cmd, reports: make(chan report, 64), stderr: &spoken{}}
	cmd.Stderr = p.stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.orders = in
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(p.reports)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var r report
			if json.Unmarshal(lines.Bytes(), &r) == nil {
				p.reports <- r
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		for range p.reports { // let the reader end
		}
		<-read
		_ = cmd.Wait() // ended, or killed by cancel
	})
	return p
}

func (p *process) order(o order) {
	p.t.Helper()
	if err := json.NewEncoder(p.orders).Encode(o); err != nil {
		p.t.Fatalf("%v\n%s", err, p.stderr)
	}
}

func (p *process) show(s engine.Status) { p.t.Helper(); p.order(order{Picture: &s}) }

func (p *process) next() report {
	p.t.Helper()
	select {
	case r, open := <-p.reports:
		if !open {
			p.t.Fatalf("the agent has ended\n%s", p.stderr)
		}
		return r
	case <-p.ctx.Done():
		p.t.Fatalf("the agent says nothing\n%s", p.stderr)
	}
	return report{}
}

func (p *process) expectAct(want string) {
	p.t.Helper()
	if got := p.next(); got.Act != want {
		p.t.Errorf("%+v, want %q", got, want)
	}
}

// end waits for the agent to end well, leaving nothing behind.
func (p *process) end() {
	p.t.Helper()
	if r := p.next(); r.Ended != "well" || r.Left != "" {
		p.t.Errorf("ended %q, left behind:\n%s\n%s", r.Ended, r.Left, p.stderr)
	}
}

// desktop is a bus with a panel, and the agent's icon on it.
type desktop struct {
	*process
	bus  *bussim.Bus
	host *trayhost.Host
	item *trayhost.Item
}

func panel(t *testing.T, bus *bussim.Bus) *trayhost.Host {
	t.Helper()
	host, err := trayhost.Open(bus.Connect())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	return host
}

func open(t *testing.T, env ...string) *desktop {
	t.Helper()
	bus := bussim.Start(t)
	d := &desktop{bus: bus, host: panel(t, bus)}
	d.process = start(t, bus.Address, env...)
	d.findItem()
	return d
}

func (d *desktop) findItem() {
	d.t.Helper()
	item, err := d.host.Item(d.ctx)
	if err != nil {
		d.t.Fatalf("no icon: %v\n%s", err, d.stderr)
	}
	d.item = item
}

// until waits for the tooltip; everything else of the face is shown before or
// with it, except for the menu.
func (d *desktop) until(what string, ready func() (any, bool)) {
	d.t.Helper()
	var last any
	err := d.host.Until(d.ctx, func() (ok bool) { last, ok = ready(); return ok })
	if err != nil {
		d.t.Fatalf("%s: %v; last seen: %v\n%s", what, err, last, d.stderr)
	}
}

func (d *desktop) untilTooltip(want string) {
	d.t.Helper()
	d.until("tooltip "+want, func() (any, bool) {
		tip, err := d.item.Tooltip(d.ctx)
		return fmt.Sprint(tip, err), tip == want
	})
}

func (d *desktop) untilMenu(want ...string) {
	d.t.Helper()
	d.until(fmt.Sprintf("menu %q", want), func() (any, bool) {
		menu, err := d.item.Menu(d.ctx)
		got := trayhost.Labels(menu)
		return fmt.Sprintf("%q %v", got, err), slices.Equal(got, want)
	})
}

func (d *desktop) untilIcon(name string, dark bool) {
	d.t.Helper()
	d.until("icon "+name, func() (any, bool) {
		pictures, err := d.item.Icon(d.ctx)
		return err, err == nil && samePictures(pictures, name, dark)
	})
}

func samePictures(pictures []trayhost.Pixmap, name string, dark bool) bool {
	if len(pictures) != len(assets.Sizes()) {
		return false
	}
	for i, size := range assets.Sizes() {
		want, err := png.Decode(bytes.NewReader(assets.Icon(name, dark, size)))
		if err != nil || !cmp.Equal(want.(*image.NRGBA).Pix, pictures[i].Image().Pix) {
			return false
		}
	}
	return true
}

// spoken is what a process writes, to be read at any time.
type spoken struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
