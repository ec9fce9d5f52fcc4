package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// once demands that no answer was created or uploaded twice.
func (w *world) once() {
	w.t.Helper()
	uploads := map[string]int{}
	creates := 0
	for _, e := range w.dialpad.Journal().Entries() {
		switch {
		case e.Method != http.MethodPost || e.Status >= 300:
		case strings.HasSuffix(e.Template, "/content"):
			uploads[e.Subject]++
		case strings.HasSuffix(e.Template, "/nodes"):
			creates++
		}
	}
	for node, n := range uploads {
		if n > 1 {
			w.t.Errorf("the text of %s was sent %d times", node, n)
		}
	}
	if want := len(w.articles()); creates != want || len(uploads) != want {
		w.t.Errorf("%d creates and %d uploads of %d answers", creates, len(uploads), want)
	}
}

// Ctrl-C in the middle of the first copy: it ends soon, what was copied stays,
// and the next run goes on from there.
func TestInterruptedFirstCopy(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"in words": {"sync"}, "in JSON": {"sync", "--json"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(p *plan) { p.zendesk.Articles = 14 })
			started, interrupted := make(chan *process, 1), make(chan time.Time, 1)
			seventh := nth(http.MethodPost, 7)
			w.atDialpad.set(func(r *http.Request) {
				if seventh(r) {
					interrupted <- time.Now()
					(<-started).interrupt()
				}
			}, nil)
			p := start(t, w.program(args...))
			started <- p
			o := p.end()
			if took := time.Since(<-interrupted); took > 2*time.Second {
				t.Errorf("it ended %v after Ctrl-C", took)
			}
			o.says(t, exitWaiting, "Stopped. What was done so far is saved.")
			if len(args) > 1 {
				if r := o.report(t); r.Result != "waiting" || r.Error == nil || r.Error.Kind != "stopped" || r.Created == 0 {
					t.Errorf("%s", o)
				}
			}
			some := len(w.ours())
			if some == 0 || some == 14 {
				t.Errorf("%d of 14 answers were copied before Ctrl-C", some)
			}
			r := w.sync()
			if r.Created == 0 || r.Created >= 14 {
				t.Errorf("the next run reported %+v", r)
			}
			w.once()
		})
	}
}

// Ctrl-C is heard while a side has asked to wait, and while it does not answer.
func TestInterruptedWhileWaiting(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"told to wait": "POST /kbm/nodes status=429 retry-after=600",
		"no answer":    "POST /kbm/nodes delay=1h",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			fault(t, w.dialpad.Faults(), text)
			asked := make(chan struct{})
			create := nth(http.MethodPost, 2)
			w.atDialpad.set(func(r *http.Request) {
				if create(r) {
					close(asked)
				}
			}, nil)
			p := start(t, w.program("sync", "--wait", "1h"))
			<-asked
			if name == "told to wait" {
				p.waitFor("asked us to wait until")
			}
			began := time.Now()
			p.interrupt()
			o := p.end()
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it ended %v after Ctrl-C", took)
			}
			o.says(t, exitWaiting, "Stopped.")
			w.dialpad.Faults().Clear()
		})
	}
}

// Ctrl-C ends the call that waits for the agent; the agent lives on and
// finishes what is left.
func TestInterruptedThroughTheAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.startAgent()
	w.watch(upToDate)
	w.touch()
	reached, goOn := hold(w.atDialpad, http.MethodPost, 1)
	p := start(t, w.program("sync", "--json"))
	<-reached
	began := time.Now()
	p.interrupt()
	o := p.end()
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it ended %v after Ctrl-C", took)
	}
	o.says(t, exitWaiting, "Stopped.")
	if r := o.report(t); r.Error == nil || r.Error.Kind != "stopped" {
		t.Errorf("%s", o)
	}
	close(goOn)
	w.sync()
	w.call("stop").says(t, exitInSync)
	agent.end()
}

// A kill at any moment of the first copy: the next run ends with both sides
// equal and nothing there twice.
func TestKilledFirstCopy(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		nth    int64 // POST to Dialpad; the first is for a token
		before bool  // the request has had no effect
	}{
		"before a create":   {4, true},
		"after a create":    {2, false},
		"after two creates": {3, false},
		"before an upload":  {8, true},
		"after an upload":   {9, false},
		"at the last one":   {13, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(p *plan) { p.zendesk.Articles = 6 })
			started := make(chan *process, 1)
			hit := nth(http.MethodPost, row.nth)
			kill := func(r *http.Request) {
				if hit(r) {
					(<-started).signal(syscall.SIGKILL)
				}
			}
			if row.before {
				w.atDialpad.set(kill, nil)
			} else {
				w.atDialpad.set(nil, kill)
			}
			p := start(t, w.program("sync"))
			started <- p
			if o := p.end(); o.code != -1 {
				t.Fatalf("it was not killed: %s", o)
			}
			w.atDialpad.set(nil, nil)
			w.sync("--wait", "1m")
		})
	}
}
