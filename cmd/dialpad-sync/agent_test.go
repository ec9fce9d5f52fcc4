package main

import (
	"bufio"
	"strings"
	"syscall"
	"testing"
	"time"

	"dialpadsync.app/ui/view"
)

// startAgent starts the agent of a home and waits until it listens.
func (w *world) startAgent() *process {
	w.t.Helper()
	p := start(w.t, w.program("agent", "--no-tray"))
	p.waitFor("The agent runs.")
	return p
}

// watch follows `status --watch --json` until a picture is as wanted, and
// returns it.
func (w *world) watch(wanted func(picture) bool) picture {
	w.t.Helper()
	cmd := w.program("status", "--watch", "--json")
	out, err := cmd.StdoutPipe()
	w.must(err)
	w.must(cmd.Start())
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	}()
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if p := readPicture(w.t, lines.Text()); wanted(p) {
			return p
		}
	}
	w.t.Fatal("status --watch ended")
	return picture{}
}

func upToDate(p picture) bool { return p.Icon == "up-to-date" }

func TestAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 5 })
	agent := w.startAgent()
	p := w.watch(upToDate)
	if !p.Running || p.Accounts[0].DialpadDocuments != 5 {
		t.Errorf("the agent's picture is %+v", p)
	}
	w.equal()
	o := w.call("status")
	o.says(t, exitInSync, "5 of 5 answers are in Dialpad")
	if strings.Contains(o.out, "Nothing runs") {
		t.Errorf("%s", o)
	}

	t.Run("a sync goes through it", func(t *testing.T) {
		w.must(w.zendesk.Edit(w.articles()[0], "en-us", "Edited", "<p>Edited.</p>"))
		o := w.exec("sync", "--json")
		w.equal()
		if r := o.report(t); o.code != exitInSync || r.Updated != 1 || r.Result != "in_sync" || r.DialpadDocuments != 5 {
			t.Errorf("%s", o)
		}
		w.call("sync", "shop").says(t, exitUsage, `There is no such account`)
	})
	t.Run("a second agent hands its wish over", func(t *testing.T) {
		w.must(w.zendesk.Edit(w.articles()[1], "en-us", "Edited too", "<p>Edited too.</p>"))
		w.exec("agent", "--no-tray").says(t, exitInSync, "An agent already runs here (process ", "it syncs now")
		w.equal()
	})
	t.Run("pause and resume", func(t *testing.T) {
		w.call("pause", "--for", "2h").says(t, exitInSync)
		w.call("status").says(t, exitWaiting, "Paused until "+view.In("en").Clock(time.Now().Add(2*time.Hour), time.Now())[:2])
		w.must(w.zendesk.Edit(w.articles()[2], "en-us", "Edited at last", "<p>Edited at last.</p>"))
		if r := w.sync(); r.Updated != 1 {
			t.Errorf("a sync while paused reported %+v", r)
		}
		w.call("status").says(t, exitWaiting, "Paused until ")
		w.call("pause").says(t, exitInSync)
		w.call("status").says(t, exitWaiting, "Paused until you resume.")
		w.call("resume").says(t, exitInSync)
		w.watch(upToDate)
	})
	t.Run("held removals are decided through it", func(t *testing.T) {
		for _, id := range w.articles()[1:] {
			w.must(w.zendesk.Archive(id))
		}
		w.call("sync", "--full").says(t, exitAttention, "4 waiting for your decision")
		w.call("deletions").says(t, exitAttention, "Edited too (deleted)", "--keep, or --delete")
		w.call("deletions", "--keep").says(t, exitInSync, "4 answers stay in Dialpad.")
		w.call("sync").says(t, exitInSync, "1 of 1 answer is in Dialpad, 4 kept by you")
	})
	w.call("stop").says(t, exitInSync)
	if o := agent.end(); o.code != exitInSync {
		t.Errorf("the agent: %s", o)
	}
	w.call("status").says(t, exitInSync, "Nothing runs now")
	for _, call := range []string{"stop", "pause", "resume"} {
		w.call(call).says(t, exitUsage, "No agent runs here.", "dialpad-sync agent --no-tray")
	}
}

// A pause outlives the agent; being told to end by the system is no failure.
func TestAgentEndsAndStartsAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.startAgent()
	w.watch(upToDate)
	w.call("pause").says(t, exitInSync)
	began := time.Now()
	agent.signal(syscall.SIGTERM)
	if o := agent.end(); o.code != exitInSync || time.Since(began) > 5*time.Second {
		t.Errorf("after %v: %s", time.Since(began), o)
	}
	again := w.startAgent()
	w.call("status").says(t, exitWaiting, "Paused until you resume.")
	w.call("stop").says(t, exitInSync)
	again.end()
}

// A killed agent leaves its socket behind; nobody takes it for a running one.
func TestAgentKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.startAgent()
	w.watch(upToDate)
	agent.signal(syscall.SIGKILL)
	agent.end()
	w.call("status").says(t, exitInSync, "Nothing runs now")
	w.sync()
	again := w.startAgent()
	w.call("stop").says(t, exitInSync)
	again.end()
}

func TestTwoAgentsOnTwoHomes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := *w
	one := first.startAgent()
	w.newHome()
	w.call("stop").says(t, exitUsage, "No agent runs here.")
	two := w.startAgent()
	w.call("stop").says(t, exitInSync)
	two.end()
	first.call("stop").says(t, exitInSync)
	one.end()
}
