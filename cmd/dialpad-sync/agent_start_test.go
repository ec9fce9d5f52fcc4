package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTwoStartsAtOnceMakeOneAgent, as of a double click: both calls find it.
func TestTwoStartsAtOnceMakeOneAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var both [6]*process
	for i := range both {
		cmd := w.program()
		cmd.Env = append(cmd.Env, "DISPLAY=", "WAYLAND_DISPLAY=")
		both[i] = start(t, cmd)
	}
	for _, p := range both {
		p.end().says(t, exitUsage, "The agent runs, but its window cannot be shown here.")
	}
	w.watch(upToDate)
	w.call("stop").says(t, exitInSync)
	w.free()
}

// free waits until nobody has the home.
func (w *world) free() {
	w.t.Helper()
	h, err := openHome(w.home, "")
	w.must(err)
	for {
		if unlock, err := h.lock(); err == nil {
			unlock()
			return
		}
	}
}

// TestAnAgentWaitsForASinglePass that has the home when it starts.
func TestAnAgentWaitsForASinglePass(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reached, goOn := hold(w.atZendesk, "GET", 1)
	single := start(t, w.program("sync"))
	<-reached
	agent := start(t, w.program("agent", "--no-tray"))
	close(goOn)
	single.end().says(t, exitInSync)
	agent.waitFor("The agent runs.")
	w.call("stop").says(t, exitInSync)
	agent.end()
}

// TestNothingOfAnAgentIsLeftBehind in the runtime folder of the person, where a
// demo has its socket too.
func TestNothingOfAnAgentIsLeftBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := filepath.Join(scratch, "own")
	w.makeDir(run)
	cmd := w.program("agent", "--no-tray")
	cmd.Env = append(cmd.Env, "XDG_RUNTIME_DIR="+run)
	agent := start(t, cmd)
	agent.waitFor("The agent runs.")
	w.watch(upToDate)
	w.call("stop").says(t, exitInSync)
	agent.end()
	left, err := os.ReadDir(filepath.Join(run, "dialpad-sync"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(w.home, "agent")); err == nil {
		t.Error("the file that tells where the agent is")
	}
}

// TestAnUnfinishedSetUpIsNoAccountYet, whether an agent runs or not.
func TestAnUnfinishedSetUpIsNoAccountYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.change(`locales = [`, "selected = false\nlocales = [")
	w.call("status").says(t, exitSignIn, "Not connected yet.")
	agent := start(t, w.program("agent"))
	agent.waitFor("The agent runs.")
	w.call("status").says(t, exitSignIn, "Not connected yet.")
	w.call("stop").says(t, exitInSync)
	agent.end()
}
