package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/sim/canary"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// What is planted as content and people's data; secrets come by themselves.
const (
	canaryTitle  = "Kwyjibo Quarterly Titlecanary 7731"
	canaryBody   = "bodycanary-xylophone-quartz-8842"
	canaryURL    = "urlcanary-vortex-hammock-9953.example"
	canaryEmail  = "mailcanary.1164@zephyr-burrow.example"
	canaryCookie = "cookiecanary-mumble-sprocket-2275"
)

// observed is a world in which everything that is kept, said or passed on is
// looked through.
type observed struct {
	*world
	nest canary.Nest
	spy  *spy
}

func newObserved(t *testing.T) *observed {
	t.Helper()
	o := &observed{world: unconnected(t, func(p *plan) { p.zendesk.Articles = 6 })}
	o.spy = &spy{double: o.zendesk, nest: &o.nest, cookie: canaryCookie, home: o.home}
	o.atZendesk.double = o.spy
	o.atDialpad.double = &spy{double: o.dialpad, nest: &o.nest, cookie: canaryCookie, home: o.home}
	o.nest.Plant("title", canaryTitle)
	o.nest.Plant("body", canaryBody)
	o.nest.Plant("URL", canaryURL)
	o.nest.Plant("e-mail", canaryEmail)
	o.nest.Plant("cookie", canaryCookie)
	o.nest.Plant("client secret", o.dialpad.Credentials().Knowledge.ClientSecret)
	_, err := o.zendesk.AddArticle(zendesksim.NewArticle{Title: canaryTitle, Body: canaryContent()})
	o.must(err)
	return o
}

func canaryContent() string {
	return fmt.Sprintf(`<p>%s <a href="https://%s/a?b=%s">x</a> <a href="mailto:%s">%s</a></p>`, canaryBody, canaryURL, canaryBody, canaryEmail, canaryEmail)
}

// look looks through the home and the folder of the sockets.
func (o *observed) look() {
	o.t.Helper()
	o.must(o.nest.Walk(o.home))
	o.must(o.nest.Walk(runtimeDir()))
}

// observe runs the program to its end and looks at what it said and left. What
// a person asked to see may hold these kinds.
func (o *observed) observe(cmd *exec.Cmd, may ...string) outcome {
	o.t.Helper()
	said := finish(o.t, cmd)
	o.lookAt("the output of "+strings.Join(cmd.Args[5:], " "), cmd, said, may...)
	return said
}

func (o *observed) lookAt(place string, cmd *exec.Cmd, said outcome, may ...string) {
	o.t.Helper()
	o.nest.LookFor(place, []byte(said.out), may)
	o.nest.LookFor(place+", errors", []byte(said.errs), may)
	o.must(o.nest.Walk(cmd.Dir))
	o.look()
}

// connect signs in to both sides as a person does, with a browser that notes
// what it was given.
func (o *observed) connect() {
	o.t.Helper()
	self, err := os.Executable()
	o.must(err)
	seen := filepath.Join(o.t.TempDir(), "browser")
	script := fmt.Sprintf(`printf '%%s\n' "$@" >%[1]q; cat /proc/self/environ /proc/$PPID/cmdline /proc/$PPID/environ >>%[1]q; GORACE=atexit_sleep_ms=0 %[2]s=1 exec %[3]q "$1"`, seen, walkerEnv, self)
	cmd := withOpener(o.t, o.connectZendesk(), script)
	o.observe(cmd).says(o.t, exitInSync, "Zendesk is connected")
	given := o.read(seen)
	if !strings.Contains(given, "state=") || !strings.Contains(given, "code_challenge=") {
		o.t.Fatalf("the browser was given %q", given)
	}
	o.nest.Look("what the browser was given", []byte(given))

	pair := o.dialpad.Credentials().Knowledge
	cmd = o.program("connect", "dialpad", "--region", "custom", "--api-url", o.dialpadURL, "--client-id", pair.ClientID)
	cmd.Stdin = strings.NewReader(pair.ClientSecret + "\n")
	o.observe(cmd).says(o.t, exitInSync, "Dialpad answered")
}

// agent runs one until it has copied everything, saves its diagnostics, and ends
// it with a signal that makes it tell what it was doing.
func (o *observed) agent(end os.Signal) {
	o.t.Helper()
	cmd := o.program("agent", "--no-tray")
	cmd.Env = append(cmd.Env, "GOTRACEBACK=all")
	p := start(o.t, cmd)
	p.waitFor("The agent runs.")
	o.watch(upToDate)
	o.observe(o.program("status"))
	o.observe(o.program("status", "--json"))
	home, err := local.FindHome(o.home)
	o.must(err)
	client, err := home.Agent(o.t.Context())
	o.must(err)
	text, err := client.Diagnostics(o.t.Context())
	o.must(err)
	client.Close()
	if !strings.Contains(text, "Status 1:") {
		o.t.Errorf("the diagnostics are %q", text)
	}
	o.nest.Look("diagnostics", []byte(text))
	o.spy.lookAtProcesses()
	o.look()
	p.signal(end)
	said := p.end()
	if !strings.Contains(said.errs, "goroutine ") {
		o.t.Errorf("%s: the agent did not tell what it was doing: %s", end, said)
	}
	o.lookAt("the last words at "+end.String(), cmd, said)
}

// TestPrivacy plants ten kinds of texts that occur nowhere else and takes the
// built program through everything that can happen to it: sign-in, first copy,
// servers that repeat what they know in their errors, redirects, refused
// certificates, renewed sign-ins, removals that wait, crashes, the end. None of
// the texts may be in any file of the home, any output, any argument or
// environment, in any spelling. What a person asks to see has titles in it.
func TestPrivacy(t *testing.T) {
	t.Parallel()
	o := newObserved(t)
	o.connect()
	o.observe(o.program("sync")).says(t, exitInSync)
	o.settings(strings.Replace(o.read(filepath.Join(o.home, "settings.toml")), "[dialpad]", "[dialpad]\nlist_lag = \"1ms\"", 1))
	o.observe(o.program("sync", "--full")).says(t, exitInSync)
	o.holdsTheCanaries()
	o.agent(syscall.SIGQUIT)
	o.agent(syscall.SIGABRT)
	o.spoiled()
	o.heldAndForgotten()

	if kinds := o.nest.Kinds(); kinds != 10 {
		t.Errorf("%d kinds of canaries, want 10", kinds)
	}
	if o.spy.looks < 50 || o.nest.Places() < 30 {
		t.Errorf("only %d looks at processes and %d places", o.spy.looks, o.nest.Places())
	}
	for _, hit := range o.nest.Hits() {
		t.Error(hit)
	}
	t.Log(o.nest.Books())
}

// holdsTheCanaries demands that what is looked for went through the program.
func (o *observed) holdsTheCanaries() {
	o.t.Helper()
	for _, n := range o.dialpad.Nodes() {
		if n.Title == canaryTitle && strings.Contains(n.Content, canaryBody) && strings.Contains(n.Content, canaryURL) && strings.Contains(n.Content, canaryEmail) {
			return
		}
	}
	o.t.Fatal("the planted answer did not arrive in Dialpad")
}
