package local

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/settings/atomicfile"
)

// lookAgain is how often the agent looks whether its socket is still there: a
// session that ends takes the runtime folder with it, and leaves the agent.
const lookAgain = time.Minute

// ListenAt makes the socket of a home and the file that tells where it is. As
// long as the listener is open, both come back when they have been removed,
// elsewhere if need be. The caller holds the home's lock.
func (s *Server) ListenAt(ctx context.Context, h Home) (net.Listener, error) {
	return s.listenAt(ctx, h, lookAgain)
}

func (s *Server) listenAt(ctx context.Context, h Home, every time.Duration) (*door, error) {
	s.home = h.real()
	d := &door{server: s, home: h}
	if err := d.open(ctx); err != nil {
		return nil, err
	}
	if err := d.tell(); err != nil {
		return nil, errors.Join(err, d.now.Close())
	}
	ctx, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	d.looking.Go(func() { d.look(ctx, every) })
	return d, nil
}

// door is a listener that stays where clients look for it.
type door struct {
	server  *Server
	home    Home
	stop    context.CancelFunc
	looking sync.WaitGroup

	mu     sync.Mutex // guards what follows
	now    net.Listener
	closed bool
}

// open listens anew and lets go of the place before.
func (d *door) open(ctx context.Context) error {
	path, err := d.home.Socket()
	if err != nil {
		return err
	}
	next, err := d.server.Listen(ctx, path)
	if err != nil {
		return err
	}
	d.mu.Lock()
	before := d.now
	d.now = next
	d.mu.Unlock()
	if before != nil {
		_ = before.Close() // its files have gone
	}
	return nil
}

// tell writes the file that tells where the door is.
func (d *door) tell() error {
	if err := atomicfile.Write(d.home.AgentFile(), []byte(d.Addr().String()), 0o600); err != nil {
		return atomicfile.Failure(filepath.Dir(d.home.AgentFile()), "tell where the agent listens", err)
	}
	return nil
}

// look brings back what has been removed. What cannot be brought back now is
// tried again at the next look.
func (d *door) look(ctx context.Context, every time.Duration) {
	tick := time.NewTimer(engine.UntilNext(time.Now(), every))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		path := d.Addr().String()
		if gone(path) || gone(tokenFile(path)) {
			_ = d.open(ctx)
		}
		if d.Addr().String() != path || gone(d.home.AgentFile()) {
			_ = d.tell()
		}
		tick.Reset(engine.UntilNext(time.Now(), every))
	}
}

func gone(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, os.ErrNotExist)
}

func (d *door) listener() (now net.Listener, closed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now, d.closed
}

// Accept implements net.Listener.
func (d *door) Accept() (net.Conn, error) {
	for {
		now, _ := d.listener()
		conn, err := now.Accept()
		if err == nil {
			return conn, nil
		}
		if next, closed := d.listener(); closed || next == now {
			return nil, err
		}
	}
}

// Addr implements net.Listener.
func (d *door) Addr() net.Addr {
	now, _ := d.listener()
	return now.Addr()
}

// Close implements net.Listener. A file that could not be removed only names a
// socket nobody answers.
func (d *door) Close() error {
	d.stop()
	d.looking.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return net.ErrClosed
	}
	d.closed = true
	_ = os.Remove(d.home.AgentFile())
	return d.now.Close()
}

// tokenFile is where the token of an agent's start is kept.
func tokenFile(socket string) string { return socket + ".token" }

// Listen makes the socket and, before it, the file with the token of this
// start. A socket file that a dead agent left is replaced; the caller holds the
// home's lock, so nobody else listens there.
func (s *Server) Listen(ctx context.Context, path string) (net.Listener, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, atomicfile.Failure(dir, "make the socket's folder", err)
	}
	if err := private(dir); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove the old socket: %w", err)
	}
	s.mint.Do(func() { s.token = rand.Text() })
	if err := atomicfile.Write(tokenFile(path), []byte(s.token), 0o600); err != nil {
		return nil, atomicfile.Failure(dir, "write the token of this start", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen on the socket: %w", err), os.Remove(tokenFile(path)))
	}
	if socket, ok := listener.(*net.UnixListener); ok {
		socket.SetUnlinkOnClose(false) // another one may be at the path by then
	}
	made, err := os.Lstat(path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("look at the socket: %w", err), listener.Close())
	}
	return &checked{Listener: listener, made: made}, nil
}

// checked accepts connections of the same person only.
type checked struct {
	net.Listener
	made os.FileInfo // the socket file
}

// Accept implements net.Listener.
func (l *checked) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if samePerson(conn) == nil {
			return conn, nil
		}
		_ = conn.Close() // a stranger gets no answer
	}
}

// Close implements net.Listener; it takes its own files away.
func (l *checked) Close() error {
	path := l.Addr().String()
	if now, err := os.Lstat(path); err == nil && os.SameFile(now, l.made) {
		_ = os.Remove(path) // what stays behind names a socket nobody answers
		_ = os.Remove(tokenFile(path))
	}
	return l.Listener.Close()
}
