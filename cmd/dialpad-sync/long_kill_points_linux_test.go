//go:build long

package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
)

// point is a moment at which a process is to be killed.
type point struct {
	name    string
	reached <-chan struct{}
	release func() // after the kill
	within  time.Duration
}

// strike starts the program and kills it at some point, or when that has not
// come after a while. It returns false when the process ended by itself.
func (r *reaper) strike(p point, args ...string) bool {
	r.t.Helper()
	return r.strikeWhile(p, func(context.Context) {}, args...)
}

// strikeAgentThatIsTold does it to an agent that is told the person's decision.
func (r *reaper) strikeAgentThatIsTold(p point, word string) bool {
	r.t.Helper()
	h, err := openHome(r.home, "dir:"+r.secrets)
	r.must(err)
	return r.strikeWhile(p, func(ctx context.Context) {
		for ctx.Err() == nil {
			agent, err := h.Agent(ctx)
			if err != nil {
				linger(ctx, 10*time.Millisecond)
				continue
			}
			_, _ = agent.Decide(ctx, "help-center", engine.Decision(strings.TrimPrefix(word, "--")), time.Now()) // it dies
			agent.Close()
			return
		}
	}, "agent", "--no-tray")
}

// strikeWhile lets something happen beside the process until that is dead.
func (r *reaper) strikeWhile(p point, beside func(context.Context), args ...string) bool {
	r.t.Helper()
	before := r.signedInWith()
	cmd := r.program(args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	r.must(cmd.Start())
	ctx, dead := context.WithCancel(r.t.Context())
	var other sync.WaitGroup
	other.Go(func() { beside(ctx) })
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if args[0] == "agent" && r.moods.IntN(8) == 0 {
		linger(r.t.Context(), time.Duration(r.moods.IntN(300))*time.Millisecond)
		r.day()
	}
	name := p.name
	select {
	case <-p.reached:
	case <-time.After(p.within):
		r.books["missed "+p.name]++
		name = "time"
	case err := <-ended:
		ended <- err
	}
	_ = cmd.Process.Kill() // it may have ended
	err := <-ended
	p.release()
	dead()
	other.Wait()
	r.zendeskDoor.empty()
	r.dialpadDoor.empty()
	state := cmd.ProcessState.Sys().(syscall.WaitStatus)
	killed := state.Signaled() && state.Signal() == syscall.SIGKILL
	if killed {
		r.kills[name]++
		r.lastKill = fmt.Sprint(args, " ", name, said.String())
	} else if code := cmd.ProcessState.ExitCode(); args[0] == "agent" || code == exitUsage || code >= exitDefect || code < 0 {
		r.t.Errorf("%v ended by itself: %v\n%s", args, err, &said)
	}
	r.lookAtSignIn(before)
	return killed
}

// point chooses where the next process dies: mostly before it has done much,
// but in the middle of its last work when there is something to remove.
func (r *reaper) point(removes bool) point {
	long := time.Duration(500+r.moods.IntN(1500)) * time.Millisecond
	overdue := r.overdue()
	switch n := r.moods.IntN(100); {
	case n < 50 && removes && overdue > 0:
		return r.atRequest(r.dialpadDoor, aDelete, 1+r.moods.IntN(min(overdue, 12)), 4*time.Second)
	case n < 65:
		return r.atWrite("a checkpoint write", r.home, "checkpoint.db", 1+r.moods.IntN(40), long)
	case n < 70:
		return r.atRequest(r.zendeskDoor, anyRequest, 1+r.moods.IntN(20), long)
	case n < 80:
		return r.atRequest(r.dialpadDoor, anyRequest, 1+r.moods.IntN(20), long)
	case n < 85:
		return point{name: "time", release: func() {}, within: long}
	}
	short := time.Duration(5+r.moods.IntN(245)) * time.Millisecond
	return point{name: "time", release: func() {}, within: short}
}

// which are the requests of a kind.
type which struct{ name, method, template string } // empty: any

var (
	anyRequest = which{name: "the request"}
	aDelete    = which{name: "the request DELETE", method: http.MethodDelete}
	aRefresh   = which{name: "the refresh", method: http.MethodPost, template: "/oauth/tokens"}
)

func (w which) are(req *http.Request) bool {
	return (w.method == "" || w.method == req.Method) && (w.template == "" || w.template == req.URL.Path)
}

// atRequest is when the nth request of a kind comes. It is never carried out, or only
// after the death of who sent it, or has had its effect but not its answer.
func (r *reaper) atRequest(d *door, kind which, n int, within time.Duration) point {
	reached, dead := make(chan struct{}), make(chan struct{})
	seen := 0
	var mu sync.Mutex
	stop := func(then func()) func(*http.Request) {
		return func(req *http.Request) {
			mu.Lock()
			of := kind.are(req)
			if of {
				seen++
			}
			hit := of && seen == n
			mu.Unlock()
			if hit {
				close(reached)
				<-dead
				then()
			}
		}
	}
	name := kind.name
	switch r.moods.IntN(3) {
	case 0:
		name += " that is lost"
		d.tap.set(stop(func() { panic(http.ErrAbortHandler) }), nil)
	case 1:
		name += " that is carried out later"
		d.tap.set(stop(func() {}), nil)
	default:
		name += " whose answer is lost"
		d.tap.set(nil, stop(func() { panic(http.ErrAbortHandler) }))
	}
	return point{name: name, reached: reached, within: within, release: func() {
		d.tap.set(nil, nil)
		close(dead)
	}}
}

// atWrite is when files of a folder whose names begin so have been written to,
// made or renamed the nth time.
func (r *reaper) atWrite(name, dir, files string, n int, within time.Duration) point {
	r.t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	r.must(err)
	_, err = unix.InotifyAddWatch(fd, dir, unix.IN_MODIFY|unix.IN_CREATE|unix.IN_MOVED_TO)
	r.must(err)
	file, reached, ended := os.NewFile(uintptr(fd), "inotify"), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, 16<<10)
		for {
			size, err := file.Read(buf)
			if err != nil {
				return
			}
			for rest := buf[:size]; len(rest) >= unix.SizeofInotifyEvent; {
				event := (*unix.InotifyEvent)(unsafe.Pointer(&rest[0]))
				end := unix.SizeofInotifyEvent + int(event.Len)
				which := string(bytes.TrimRight(rest[unix.SizeofInotifyEvent:end], "\x00"))
				rest = rest[end:]
				if strings.HasPrefix(which, files) {
					if n--; n == 0 {
						close(reached)
					}
				}
			}
		}
	}()
	return point{name: name, reached: reached, within: within, release: func() {
		_ = file.Close()
		<-ended
	}}
}

// remembered is what the checkpoint knows about removals.
type remembered struct {
	known      bool // there is a checkpoint
	imported   bool // with a whole reading of the help center
	held, kept []string
	rows       map[string]string // for messages
}

// peek reads a copy of the checkpoint as the last process left it.
func (r *reaper) peek() (m remembered) {
	r.t.Helper()
	copied := filepath.Join(r.copy, "checkpoint.db")
	for _, end := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(copied + end) // there may be none
		text, err := os.ReadFile(filepath.Join(r.home, "checkpoint.db"+end))
		if end == "-shm" || os.IsNotExist(err) {
			continue
		}
		r.must(err)
		r.must(os.WriteFile(copied+end, text, 0o600))
	}
	store, err := checkpoint.Peek(r.t.Context(), copied)
	if err != nil {
		return m // a process was killed before it had made one
	}
	defer store.Close()
	state, _, err := store.Load(r.t.Context(), "help-center")
	if err != nil || state.Fingerprint == "" {
		return m
	}
	m.known, m.imported = true, state.Imported
	m.rows = map[string]string{"": fmt.Sprintf("%+v", state)}
	for row, err := range store.Each(r.t.Context(), "help-center", engine.Every) {
		r.must(err)
		m.rows[string(row.Key)] = fmt.Sprintf("%+v", row)
		switch {
		case row.Kept:
			m.kept = append(m.kept, string(row.Key))
		case row.Hold != "" && state.Waiting != "":
			m.held = append(m.held, string(row.Key))
		}
	}
	return m
}
