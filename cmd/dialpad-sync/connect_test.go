package main

import (
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// unconnected is a world whose home is empty: nothing has been set up.
func unconnected(t *testing.T, change ...func(*plan)) *world {
	t.Helper()
	w := newWorld(t, change...)
	w.must(os.RemoveAll(w.home))
	w.must(os.RemoveAll(w.secrets))
	w.makeDir(w.secrets)
	return w
}

// withBrowser makes xdg-open a browser whose person signs in and presses Allow.
func withBrowser(t *testing.T, cmd *exec.Cmd) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return withOpener(t, cmd, fmt.Sprintf("GORACE=atexit_sleep_ms=0 %s=1 exec %q \"$1\"", walkerEnv, self))
}

// withOpener makes xdg-open a shell script.
func withOpener(t *testing.T, cmd *exec.Cmd, script string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(cmd.Env, "PATH="+dir+":/usr/bin:/bin")
	return cmd
}

func (w *world) connectZendesk(args ...string) *exec.Cmd {
	w.t.Helper()
	return w.program(append([]string{"connect", "zendesk", "--url", w.zendeskURL, "--client-id", "dialpad_sync"}, args...)...)
}

func (w *world) connectDialpad(id, typed string) outcome {
	return w.answer(typed, "connect", "dialpad", "--region", "custom", "--api-url", w.dialpadURL, "--client-id", id)
}

// holdsNothing demands that neither settings nor a sign-in were kept.
func (w *world) holdsNothing() {
	w.t.Helper()
	if _, err := os.Stat(filepath.Join(w.home, "settings.toml")); err == nil {
		w.t.Errorf("settings.toml was written:\n%s", w.read(filepath.Join(w.home, "settings.toml")))
	}
	err := filepath.WalkDir(w.secrets, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			w.t.Errorf("%s was kept", path)
		}
		return err
	})
	w.must(err)
}

// Both sides are connected in a terminal, and the first copy follows.
func TestConnectBothSides(t *testing.T) {
	w := unconnected(t)
	o := finish(t, withBrowser(t, w.connectZendesk()))
	o.says(t, exitInSync, "Zendesk is connected as Ada Example (admin). Nothing is copied yet.",
		"Your browser is open at "+strings.TrimPrefix(w.zendeskURL, "http://"))
	info, err := os.Stat(filepath.Join(w.secrets, "help-center", "token"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the token's file: %v %v", info, err)
	}
	w.call("sync").says(t, exitUsage, "Dialpad is not connected yet.", "dialpad-sync connect dialpad --region eu")

	pair := w.dialpad.Credentials().Knowledge
	w.connectDialpad(pair.ClientID, pair.ClientSecret+"\n").says(t, exitInSync, "Dialpad answered (v3.1). Its knowledge base holds 0 answers from elsewhere; they stay untouched.")
	text := w.read(filepath.Join(w.home, "settings.toml"))
	for _, want := range []string{`source = "zendesk"`, `url = "` + w.zendeskURL + `"`, `api_url = "` + w.dialpadURL + `"`, `client_id = "sim-client"`, "source_value = ", "home_id = "} {
		if !strings.Contains(text, want) {
			t.Errorf("settings.toml lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, pair.ClientSecret) {
		t.Errorf("settings.toml has the secret:\n%s", text)
	}
	if o := w.call("sync", "--json"); o.code != exitInSync || o.report(t).DialpadDocuments != 3 {
		t.Errorf("%s", o)
	}
}

// To sign in again changes nothing of the settings.
func TestReconnectKeepsTheSettings(t *testing.T) {
	w := newWorld(t)
	w.change("[[account]]", "# the help center of the shop\n[[account]]\ninterval = \"30m\"")
	w.sync()
	w.zendesk.RevokeAll()
	w.call("sync").says(t, exitSignIn, "Zendesk wants you to sign in again. Nothing is lost.")
	before := w.read(filepath.Join(w.home, "settings.toml"))
	finish(t, withBrowser(t, w.connectZendesk())).says(t, exitInSync)
	if after := w.read(filepath.Join(w.home, "settings.toml")); after != before {
		t.Errorf("settings.toml was\n%s\nand is\n%s", before, after)
	}
	w.forgetJournals()
	w.sync()
	if n := w.writes(); n != 0 {
		t.Errorf("%d writes after signing in again", n)
	}
}

func TestConnectZendeskRefused(t *testing.T) {
	w := unconnected(t, func(p *plan) { p.zendesk.AutoConsent = zendesksim.Deny })
	finish(t, withBrowser(t, w.connectZendesk())).says(t, exitSignIn, "Zendesk said no: the sign-in was declined. Nothing was changed.")
	w.holdsNothing()
}

func TestConnectZendeskWithTooSmallARole(t *testing.T) {
	w := unconnected(t, func(p *plan) { p.zendesk.Role, p.zendesk.AutoConsent = zendesksim.EndUser, zendesksim.Approve })
	finish(t, withBrowser(t, w.connectZendesk())).says(t, exitSignIn,
		"Eve Example is an end-user in this help center. Copying all answers needs an agent or admin.")
	w.holdsNothing()
}

// A person may insist, and sees a part.
func TestConnectZendeskWithAnyRole(t *testing.T) {
	w := unconnected(t, func(p *plan) { p.zendesk.Role, p.zendesk.AutoConsent = zendesksim.EndUser, zendesksim.Approve })
	finish(t, withBrowser(t, w.connectZendesk("--any-role", "--minimal-scope", "--locales", "en-us"))).says(t, exitInSync, "connected as Eve Example (end-user)")
	text := w.read(filepath.Join(w.home, "settings.toml"))
	for _, want := range []string{"minimal_scope = true", `locales = ["en-us"]`} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// Without a browser the person gets the address to open.
func TestConnectZendeskWithoutABrowser(t *testing.T) {
	w := unconnected(t)
	p := start(t, withOpener(t, w.connectZendesk(), "exit 3"))
	p.waitFor("No browser could be opened")
	address := p.waitFor(w.zendeskURL + "/oauth/")
	if err := walk(t.Context(), address); err != nil {
		t.Error(err)
	}
	p.end().says(t, exitInSync, "No browser could be opened", "Zendesk is connected as Ada Example")
}

// Ctrl-C while the browser is open ends it, and nothing is kept.
func TestConnectZendeskGivenUp(t *testing.T) {
	w := unconnected(t)
	p := start(t, withOpener(t, w.connectZendesk(), "exit 0"))
	p.waitFor("If no page came up, open: ")
	p.interrupt()
	p.end().says(t, exitWaiting, "Stopped.")
	w.holdsNothing()
}

func TestConnectZendeskWhenThePortsAreTaken(t *testing.T) {
	w := unconnected(t)
	var config net.ListenConfig
	for { // while sign-ins of sync/setup's tests are under way, they need the ports
		lock, err := config.Listen(t.Context(), "tcp", "127.0.0.1:47119")
		if err == nil {
			defer lock.Close()
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	for _, port := range []string{"47111", "47112", "47113"} {
		listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:"+port)
		if err == nil { // else another program has it, which is as good
			defer listener.Close()
		}
	}
	o := finish(t, withBrowser(t, w.connectZendesk()))
	o.says(t, exitWaiting, "Another program uses the addresses the browser has to come back to.")
	w.holdsNothing()
}

// An address in any form people type leads to the account, or to a sentence
// that says which one to use.
func TestConnectZendeskAddresses(t *testing.T) {
	t.Parallel()
	for typed, row := range map[string]struct {
		code int
		says []string
	}{
		"acme":                            {exitUsage, []string{"https://acme.zendesk.com/admin"}},
		"ACME.zendesk.com":                {exitUsage, []string{"https://acme.zendesk.com/admin"}},
		"acme.zendesk.com/hc/en-us":       {exitUsage, []string{"https://acme.zendesk.com/admin"}},
		"https://acme.zendesk.com/agent/": {exitUsage, []string{"https://acme.zendesk.com/admin"}},
		"http://acme.zendesk.com":         {exitUsage, []string{"https://acme.zendesk.com/admin"}},
		"https://help.acme.com":           {exitUsage, []string{"help.acme.com is an address of your own", "ends in .zendesk.com"}},
		"help.acme.com/hc/en-us":          {exitUsage, []string{"help.acme.com is an address of your own", "ends in .zendesk.com"}},
		"ada@acme.com":                    {exitUsage, []string{"e-mail address", "acme.zendesk.com"}},
		"www.zendesk.com":                 {exitUsage, []string{"Zendesk's own site", "acme.zendesk.com"}},
		"our help center":                 {exitUsage, []string{"not a web address", "acme.zendesk.com"}},
		"":                                {exitUsage, []string{"Which help center?", "acme.zendesk.com"}},
	} {
		t.Run(typed, func(t *testing.T) {
			t.Parallel()
			home := filepath.Join(t.TempDir(), "home")
			o := call(t.Context(), "", "--home", home, "--secrets", "memory", "connect", "zendesk", "--url", typed)
			o.says(t, row.code, row.says...)
			if _, err := os.Stat(filepath.Join(home, "settings.toml")); err == nil {
				t.Error("settings were written")
			}
		})
	}
}

func TestConnectDialpadRefuses(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(nil)
	closed.Close()
	const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e"
	for name, row := range map[string]struct {
		id, secret, api string
		code            int
		says            []string
	}{
		"a wrong secret":    {id: "sim-client", secret: "guess", code: exitSignIn, says: []string{"Dialpad does not know this ID and secret.", "Are you in the other region?"}},
		"a wrong id":        {id: "who", secret: "sim-client-secret", code: exitSignIn, says: []string{"Dialpad does not know this ID and secret."}},
		"a widget's id":     {id: uuid, secret: "guess", code: exitSignIn, says: []string{"the ID of a chat widget", "Ask your Dialpad administrator"}},
		"a widget's alone":  {id: uuid, code: exitSignIn, says: []string{"the ID of a chat widget"}},
		"no secret":         {id: "sim-client", code: exitUsage, says: []string{"Without the client secret"}},
		"read only":         {id: "sim-reader", secret: "sim-reader-secret", code: exitSignIn, says: []string{"These Dialpad credentials may read but not write answers."}},
		"an unreached side": {id: "sim-client", secret: "sim-client-secret", api: closed.URL, code: exitWaiting, says: []string{"Dialpad is not answering"}},
		"plain http":        {id: "sim-client", secret: "sim-client-secret", api: "http://api.example.com", code: exitUsage, says: []string{"would send sign-ins unencrypted", "https://"}},
		"no address":        {id: "sim-client", secret: "sim-client-secret", api: "-", code: exitUsage, says: []string{"A custom region needs its address."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := unconnected(t)
			api := row.api
			switch api {
			case "":
				api = w.dialpadURL
			case "-":
				api = ""
			}
			typed := ""
			if row.secret != "" {
				typed = row.secret + "\n"
			}
			o := w.answer(typed, "connect", "dialpad", "--region", "custom", "--api-url", api, "--client-id", row.id)
			o.says(t, row.code, row.says...)
			if strings.Contains(o.out+o.errs, "guess") {
				t.Errorf("the secret is on the screen: %s", o)
			}
			w.holdsNothing()
			if n := len(w.dialpad.Nodes()); n != 0 {
				t.Errorf("the test left %d answers in Dialpad", n)
			}
		})
	}
}

// The experimental way: the person's own Dialpad sign-in.
func TestConnectDialpadInTheBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.dialpad.Switches.DialpadTokens = "on" })
	w.change("list_lag", "sign_in_url = \""+w.dialpadURL+"\"\nlist_lag")
	app := w.dialpad.Credentials().SignIn
	w.must(os.Remove(filepath.Join(w.secrets, "dialpad", "client_secret")))
	cmd := withBrowser(t, w.program("connect", "dialpad", "--browser", "--client-id", app.ClientID))
	cmd.Stdin = strings.NewReader(app.ClientSecret + "\n")
	finish(t, cmd).says(t, exitInSync, "Your browser is open at Dialpad.", "Dialpad answered (v3.1).")
	if text := w.read(filepath.Join(w.home, "settings.toml")); !strings.Contains(text, `sign_in = "browser"`) {
		t.Errorf("settings.toml is\n%s", text)
	}
	w.sync()
}

func TestConnectDialpadAsksForARegion(t *testing.T) {
	t.Parallel()
	w := unconnected(t)
	w.answer("", "connect", "dialpad").says(t, exitUsage, "Where is your Dialpad?", "--region eu", "--region us")
	w.answer("", "connect", "dialpad", "--region", "mars").says(t, exitUsage, `must be one of "eu","us","custom"`)
	w.holdsNothing()
}

// A failed test of new credentials leaves the old ones in use.
func TestConnectDialpadKeepsWhatWorked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	before := w.read(filepath.Join(w.home, "settings.toml"))
	w.connectDialpad("who", "guess\n").says(t, exitSignIn)
	if after := w.read(filepath.Join(w.home, "settings.toml")); after != before {
		t.Errorf("settings.toml was\n%s\nand is\n%s", before, after)
	}
	w.sync()
}
