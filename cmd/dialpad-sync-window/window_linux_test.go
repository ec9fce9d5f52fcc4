package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"dialpadsync.app/sync/local"
)

// TestTheWindowLivesAndGoes opens the real window on an agent, uses its keys and
// closes it: nothing of it is left.
func TestTheWindowLivesAndGoes(t *testing.T) {
	home := newHome(t)
	agent, _ := serving(t, home)
	o := open(t, screenFor(t), home)
	until(t, "the window follows the agent", func() bool { return agent.windows() == 1 })
	for key, call := range map[string]string{"ctrl+s": `sync "" false`, "ctrl+e": `sync "" true`} {
		until(t, "the agent is asked to "+call, func() bool {
			o.keys(key) // again, as somebody does whose window is still opening
			return agent.heard(call)
		})
	}
	for i := range 200 { // pictures on every page, from outside the UI thread
		agent.change(func(p *local.Picture) {
			p.Accounts = append(p.Accounts[:0:0], p.Accounts...)
			p.Accounts[0].SourceDocuments, p.Accounts[0].DialpadDocuments = i, i
			p.Activity = int64(i)
		})
		if i%50 == 0 {
			o.keys([]string{"ctrl+1", "ctrl+2", "ctrl+3", "ctrl+4"}[i/50])
		}
	}
	o.close()
	told := filepath.Join(home.State, "window-told")
	until(t, "it says that the sync goes on", func() bool { _, err := os.Stat(told); return err == nil })
	o.keys("Escape")
	if code := o.exit(); code != 0 {
		t.Errorf("it ended with %d: %s", code, o.said.String())
	}
	until(t, "the agent has no window", func() bool { return agent.windows() == 0 })

	again := open(t, o.display, home)
	until(t, "the second window follows", func() bool { return agent.windows() == 1 })
	again.wave()
	again.close()
	if code := again.exit(); code != 0 {
		t.Errorf("the second time it ended with %d: %s", code, again.said.String())
	}
}

func TestASecondWindowRaisesTheFirst(t *testing.T) {
	home := newHome(t)
	agent, _ := serving(t, home)
	o := open(t, screenFor(t), home)
	until(t, "the window follows the agent", func() bool { return agent.windows() == 1 })
	program, _ := built()
	second := call(t, program, o.display, home, "--page", "problems")
	if code := second.exit(); code != 0 {
		t.Errorf("the second ended with %d: %s", code, second.said.String())
	}
	if !agent.heard("show problems") {
		t.Error("the first was not asked forward")
	}
	agent.change(func(p *local.Picture) { p.Show = local.Show{Count: 3, Page: local.PageProblems} })
	until(t, "the window says that it came", func() bool { return agent.heard("came 3") })
	agent.change(func(p *local.Picture) { p.Ending = true })
	if code := o.exit(); code != 0 {
		t.Errorf("when the program was quit it ended with %d: %s", code, o.said.String())
	}
}

// TestTheWindowStartsTheAgentBesideIt: started alone, with a socket an agent
// left that died, it starts another. That one outlives it.
func TestTheWindowStartsTheAgentBesideIt(t *testing.T) {
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	copied := filepath.Join(folder, "dialpad-sync-window")
	if err := os.Link(program, copied); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\n" + asAgent + "=1 exec " + os.Args[0] + ` "$@"` + "\n"
	if err := os.WriteFile(filepath.Join(folder, "dialpad-sync"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	home := newHome(t)
	_, stop := serving(t, home)
	path, err := home.Socket()
	if err != nil {
		t.Fatal(err)
	}
	token, err := os.ReadFile(path + ".token")
	if err != nil {
		t.Fatal(err)
	}
	stop()
	for file, text := range map[string]string{path: "", path + ".token": string(token), home.AgentFile(): path} { // as a kill leaves them
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := call(t, copied, screenFor(t), home)
	var client *local.Client
	until(t, "an agent runs", func() bool {
		client, err = home.Agent(t.Context())
		return err == nil
	})
	defer client.Close()
	pid := client.Agent.PID
	defer func() { _ = syscall.Kill(pid, syscall.SIGKILL) }()
	o.seen()
	if err := o.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := o.exit(); code != 0 {
		t.Errorf("told to end it ended with %d: %s", code, o.said.String())
	}
	if _, err := client.Status(t.Context()); err != nil {
		t.Errorf("the agent ended with the window: %v", err)
	}
}

// TestWithoutAScreenItSaysSo: words and an exit code instead of a panic.
func TestWithoutAScreenItSaysSo(t *testing.T) {
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		display, wayland, says string
	}{
		"no display":     {says: "There is no screen here"},
		"a dead display": {display: ":54321", says: "There is no screen here"},
		"only Wayland":   {wayland: "wayland-0", says: "Under Wayland that is XWayland"},
		"without OpenGL": {display: screenFor(t, "-extension", "GLX"), says: "This screen has no OpenGL"},
	} {
		t.Run(name, func(t *testing.T) {
			if row.wayland != "" {
				program := exec.Command(program, "--home", newHome(t).Dir)
				program.Env = []string{"WAYLAND_DISPLAY=" + row.wayland, "HOME=" + t.TempDir(), "LANG=en_US.UTF-8"}
				out, _ := program.CombinedOutput()
				check(t, program.ProcessState.ExitCode(), string(out), row.says)
				return
			}
			o := call(t, program, row.display, newHome(t))
			check(t, o.exit(), o.said.String(), row.says)
		})
	}
}

func check(t *testing.T, code int, said, wanted string) {
	t.Helper()
	if code != exitUsage || !strings.Contains(said, wanted) || !strings.Contains(said, "dialpad-sync status") || strings.Contains(said, "goroutine") {
		t.Errorf("exit %d: %s", code, said)
	}
}

func TestItSpeaksTheLanguageOfTheSystem(t *testing.T) {
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--home", newHome(t).Dir)
	cmd.Env = []string{"HOME=" + t.TempDir(), "LANG=de_DE.UTF-8"}
	out, _ := cmd.CombinedOutput()
	if !strings.Contains(string(out), "Hier gibt es keinen Bildschirm") {
		t.Errorf("it says %s", out)
	}
}

// TestAKilledWindowLeavesItsPlace: the next one opens.
func TestAKilledWindowLeavesItsPlace(t *testing.T) {
	home := newHome(t)
	agent, _ := serving(t, home)
	display := screenFor(t)
	o := open(t, display, home)
	until(t, "the window follows the agent", func() bool { return agent.windows() == 1 })
	if err := o.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-o.ended
	until(t, "the agent has no window", func() bool { return agent.windows() == 0 })
	open(t, display, home)
	until(t, "the next one follows", func() bool { return agent.windows() == 1 })
}
