package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// world is a help center, a Dialpad, and a home that is connected to both.
type world struct {
	t               *testing.T
	zendesk         *zendesksim.Server
	dialpad         *dialpadsim.Server
	zendeskURL      string
	dialpadURL      string
	atZendesk       *tap
	atDialpad       *tap
	locales         []string
	home, secrets   string
	access, refresh string // of the help center
}

// plan is what a test changes about its world before it begins.
type plan struct {
	zendesk zendesksim.Config
	dialpad dialpadsim.Config
	locales []string
}

// newWorld starts both doubles and writes the home's settings and sign-ins.
func newWorld(t *testing.T, change ...func(*plan)) *world {
	t.Helper()
	p := plan{
		zendesk: zendesksim.Config{
			Seed: 1, Articles: 3, BodySize: 300, Role: zendesksim.Admin, PerMinute: 60_000,
			Clients: []zendesksim.Client{{ID: "dialpad_sync", Public: true, RedirectURIs: redirects("zendesk")}},
		},
		dialpad: dialpadsim.Config{Seed: 1, Key: "k"},
		locales: []string{"en-us"},
	}
	for _, f := range change {
		f(&p)
	}
	w := &world{t: t, locales: p.locales}
	var err error
	if w.zendesk, err = zendesksim.New(p.zendesk); err != nil {
		t.Fatal(err)
	}
	if w.dialpad, err = dialpadsim.New(p.dialpad); err != nil {
		t.Fatal(err)
	}
	w.atZendesk, w.atDialpad = &tap{double: w.zendesk}, &tap{double: w.dialpad}
	left, right := tapped(w.atZendesk), tapped(w.atDialpad)
	t.Cleanup(left.Close)
	t.Cleanup(right.Close)
	w.zendeskURL, w.dialpadURL = left.URL, right.URL
	w.newHome()
	return w
}

// newHome gives the world an empty home with settings and sign-ins.
func (w *world) newHome() {
	w.t.Helper()
	w.home, w.secrets = filepath.Join(w.t.TempDir(), "home"), w.t.TempDir()
	w.makeDir(w.home)
	w.settings(w.standard())
	w.access, w.refresh = w.zendesk.Token(zendesksim.Admin)
	w.signIn(w.access, w.refresh, time.Now().Add(time.Hour))
	w.secret("dialpad/client_secret", w.dialpad.Credentials().Knowledge.ClientSecret+"\n")
}

// standard is the settings.toml of a home that is connected to both doubles.
func (w *world) standard() string {
	return fmt.Sprintf(`[dialpad]
region = "custom"
api_url = %q
client_id = %q
max_requests_per_second = 20
list_lag = "1ms"

[[account]]
id = "help-center"
source = "zendesk"
url = %q
client_id = "dialpad_sync"
locales = [%s]
source_value = "dialpad-sync:zendesk:acme"
`, w.dialpadURL, w.dialpad.Credentials().Knowledge.ClientID, w.zendeskURL, `"`+strings.Join(w.locales, `", "`)+`"`)
}

func (w *world) settings(text string) {
	w.t.Helper()
	w.put(filepath.Join(w.home, "settings.toml"), text)
}

// change replaces a part of settings.toml that must be there.
func (w *world) change(old, now string) {
	w.t.Helper()
	text := w.read(filepath.Join(w.home, "settings.toml"))
	if !strings.Contains(text, old) {
		w.t.Fatalf("settings.toml has no %q:\n%s", old, text)
	}
	w.settings(strings.Replace(text, old, now, 1))
}

// signIn writes the help center's token as the JSON a server's operator writes.
func (w *world) signIn(access, refresh string, expiry time.Time) {
	w.t.Helper()
	text, err := json.Marshal(map[string]string{"access_token": access, "refresh_token": refresh, "expiry": expiry.UTC().Format(time.RFC3339)})
	if err != nil {
		w.t.Fatal(err)
	}
	w.secret("help-center/token", string(text))
}

func (w *world) secret(name, text string) { w.t.Helper(); w.put(filepath.Join(w.secrets, name), text) }

func (w *world) put(path, text string) {
	w.t.Helper()
	w.makeDir(filepath.Dir(path))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) makeDir(path string) {
	w.t.Helper()
	if err := os.MkdirAll(path, 0o700); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(path string) string {
	w.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// outcome is what a call left on the screen.
type outcome struct {
	code      int
	out, errs string
}

func (o outcome) String() string {
	return fmt.Sprintf("exit %d\nstdout:\n%s\nstderr:\n%s", o.code, o.out, o.errs)
}

// says demands an exit code and texts on the screen.
func (o outcome) says(t *testing.T, code int, texts ...string) {
	t.Helper()
	if o.code != code {
		t.Errorf("exit %d, want %d\n%s", o.code, code, o)
	}
	for _, text := range texts {
		if !strings.Contains(o.out+o.errs, text) {
			t.Errorf("%q is missing in\n%s", text, o)
		}
	}
}

// of adds the home to a call.
func (w *world) of(args []string) []string {
	return append([]string{"--home", w.home, "--secrets", "dir:" + w.secrets}, args...)
}

// call makes a call in this process.
func (w *world) call(args ...string) outcome { return w.answer("", args...) }

// answer makes a call in this process whose person types something.
func (w *world) answer(typed string, args ...string) outcome {
	return call(w.t.Context(), typed, w.of(args)...)
}

func call(ctx context.Context, typed string, args ...string) outcome {
	var out, errs bytes.Buffer
	code := run(ctx, args, terminal{In: strings.NewReader(typed), Out: &out, Err: &errs})
	return outcome{code, out.String(), errs.String()}
}

// program is the built program on this home, as a shell would start it, with a
// small environment of its own.
func (w *world) program(args ...string) *exec.Cmd {
	w.t.Helper()
	return program(w.t, w.of(args)...)
}

func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary(), args...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"HOME=" + cmd.Dir, "PATH=/usr/bin:/bin", "XDG_RUNTIME_DIR=" + runtimeDir()}
	return cmd
}

// exec runs the built program to its end.
func (w *world) exec(args ...string) outcome { w.t.Helper(); return finish(w.t, w.program(args...)) }

func finish(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// report reads the one line of a `sync --json` and checks that it has the
// contract's fields and no others.
func (o outcome) report(t *testing.T) report {
	t.Helper()
	if strings.Count(o.out, "\n") != 1 {
		t.Fatalf("not one line of JSON: %s", o)
	}
	var fields map[string]json.RawMessage
	var r report
	if err := errors.Join(json.Unmarshal([]byte(o.out), &fields), json.Unmarshal([]byte(o.out), &r)); err != nil {
		t.Fatalf("%v in %s", err, o)
	}
	want := []string{"account", "created", "deleted", "dialpad_documents", "dialpad_requests", "failed", "held_deletions",
		"result", "seconds", "source_documents", "source_requests", "unchanged", "updated"}
	for _, optional := range []string{"checked_at", "proved_at", "error"} {
		if _, ok := fields[optional]; ok {
			want = append(want, optional)
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(fields)); !slices.Equal(got, want) {
		t.Errorf("the line has the fields %q, want %q", got, want)
	}
	return r
}

// sync makes a pass that must end in a proof with both sides equal.
func (w *world) sync(args ...string) report {
	w.t.Helper()
	o := w.call(append([]string{"sync", "--json"}, args...)...)
	if o.code != exitInSync {
		w.t.Fatalf("%s", o)
	}
	w.equal()
	return o.report(w.t)
}

// ours are the nodes Dialpad holds for this account, by key.
func (w *world) ours() map[string]dialpadsim.Node {
	w.t.Helper()
	nodes := map[string]dialpadsim.Node{}
	for _, n := range w.dialpad.Nodes() {
		if n.Source != "dialpad-sync:zendesk:acme" || n.Status != "published" {
			continue
		}
		if _, twice := nodes[n.ExternalID]; twice {
			w.t.Errorf("Dialpad holds %s twice", n.ExternalID)
		}
		nodes[n.ExternalID] = n
	}
	return nodes
}

// equal compares both doubles without asking the program.
func (w *world) equal() {
	w.t.Helper()
	nodes := w.ours()
	want := w.zendesk.Visible(w.locales...)
	for ref, text := range want {
		key := fmt.Sprintf("%d:%s", ref.ID, ref.Locale)
		n, ok := nodes[key]
		if !ok {
			w.t.Errorf("Dialpad lacks %s", key)
			continue
		}
		base, _ := url.Parse(w.zendeskURL)
		if n.Title != text.Title || content.Text(n.Content) != content.Text(content.Clean(text.Body, base)) {
			w.t.Errorf("Dialpad holds %s as %q %q, want %q %q", key, n.Title, n.Content, text.Title, text.Body)
		}
	}
	if len(nodes) != len(want) {
		w.t.Errorf("Dialpad holds %d answers, the help center %d", len(nodes), len(want))
	}
}

// writes is how many creates, uploads, updates and deletes Dialpad was asked
// for.
func (w *world) writes() (n int) {
	for _, e := range w.dialpad.Journal().Entries() {
		if strings.Contains(e.Template, "/kbm/nodes") && e.Method != "GET" {
			n++
		}
	}
	return n
}

// forgetJournals lets the doubles count from here on.
func (w *world) forgetJournals() {
	w.zendesk.Journal().Reset()
	w.dialpad.Journal().Reset()
}

// fault spoils answers of a double.
func fault(t *testing.T, double interface{ AddText(...string) error }, texts ...string) {
	t.Helper()
	if err := double.AddText(texts...); err != nil {
		t.Fatal(err)
	}
}

// articles are the ids of the help center's articles.
func (w *world) articles() (ids []int64) {
	for _, a := range w.zendesk.Articles() {
		if !a.Archived {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// must ends the test on an error of the double.
func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// entry is a line of a double's journal.
type entry = sim.Entry

// aged makes what the checkpoint knows older.
func (w *world) aged(by time.Duration) {
	w.t.Helper()
	store, err := checkpoint.Peek(w.t.Context(), filepath.Join(w.home, "checkpoint.db"))
	w.must(err)
	state, _, err := store.Load(w.t.Context(), "help-center")
	w.must(err)
	for _, at := range []*time.Time{&state.Checked, &state.Compared, &state.Listed, &state.Proved, &state.Window.Here, &state.Window.There} {
		*at = at.Add(-by)
	}
	w.must(store.Commit(w.t.Context(), "help-center", engine.Batch{State: &state}))
	w.must(store.Close())
}
