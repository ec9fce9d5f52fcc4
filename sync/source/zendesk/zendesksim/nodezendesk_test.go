//go:build conformance

package zendesksim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/sim"
)

// nodeZendesk is node-zendesk, installed in a folder of its own.
type nodeZendesk struct {
	dir string
	// seen are the endpoints, by method and template, that gave what was asked
	// for at least once.
	seen map[string]bool
}

func installNodeZendesk(t *testing.T) *nodeZendesk {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("node-zendesk cannot run because %s is not installed; `make deps` installs it", program)
		}
	}
	n := &nodeZendesk{dir: t.TempDir(), seen: make(map[string]bool)}
	if err := os.CopyFS(n.dir, os.DirFS("testdata/conformance")); err != nil {
		t.Fatal(err)
	}
	n.start(t, nil, nil, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	return n
}

// start runs a program to its end and returns what it printed.
func (n *nodeZendesk) start(t *testing.T, env []string, input []byte, name string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.Stdin = n.dir, append(os.Environ(), env...), bytes.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", name, err, &stdout, &stderr)
	}
	return stdout.Bytes()
}

// ask is a call of node-zendesk and reply what came of it, as testdata's
// ask.mjs reads and prints them.
type ask struct {
	Method  string         `json:"method"`
	Args    []any          `json:"args"`
	Options map[string]any `json:"options,omitempty"`
	Include []string       `json:"include,omitempty"`
}

type reply struct {
	Result json.RawMessage
	Error  *failure
}

type failure struct {
	Message string
	Status  int
	Body    any
	Thrown  bool
}

// call makes an ask without options.
func call(method string, args ...any) ask { return ask{Method: method, Args: append([]any{}, args...)} }

// with sets what node-zendesk adds to the query of every request.
func (q ask) with(query map[string]any) ask {
	q.Options = map[string]any{"query": query}
	return q
}

// run lets node-zendesk make the calls as the person who is signed in, and
// returns what the double saw of them.
func (n *nodeZendesk) run(a *account, asks ...ask) ([]reply, []sim.Entry) {
	a.t.Helper()
	input, err := json.Marshal(asks)
	a.must(err)
	before := a.Journal().Total()
	env := []string{"ZENDESK_URL=" + a.http.URL, "ZENDESK_TOKEN=" + a.token}
	var replies []reply
	a.must(json.Unmarshal(n.start(a.t, env, input, "node", "ask.mjs"), &replies))
	entries := slices.DeleteFunc(a.Journal().Entries(), func(e sim.Entry) bool { return e.Seq <= before })
	if len(replies) != len(asks) || len(entries) == 0 {
		a.t.Fatalf("%d calls came to %d replies and %d requests", len(asks), len(replies), len(entries))
	}
	for _, e := range entries {
		if e.Status/100 == 2 {
			n.seen[e.Method+" "+e.Template] = true
		}
	}
	return replies, entries
}

// read makes one call and decodes its result.
func (n *nodeZendesk) read(a *account, into any, q ask) {
	a.t.Helper()
	replies, _ := n.run(a, q)
	replies[0].decode(a.t, into)
}

func (r reply) decode(t *testing.T, into any) {
	t.Helper()
	if r.Error != nil {
		t.Fatalf("node-zendesk failed with %+v", *r.Error)
	}
	if err := json.Unmarshal(r.Result, into); err != nil {
		t.Fatalf("%v in %.200s", err, r.Result)
	}
}

// in returns the same account for a subtest.
func (a *account) in(t *testing.T) *account {
	other := *a
	other.t = t
	return &other
}

// tally counts requests by method, template and status.
func tally(entries []sim.Entry) map[string]int {
	out := make(map[string]int)
	for _, e := range entries {
		out[e.Method+" "+e.Template+" "+itoa(int64(e.Status))]++
	}
	return out
}

// paging is one of the ways in which node-zendesk reads a listing.
type paging struct {
	name  string
	query map[string]any
	size  int
	next  string // the query key that turns the page
}

// pagings has offset pages as large as the API makes them, which is how
// node-zendesk reads the Help Center when nothing else is said, and both kinds
// with another size.
func pagings(size int) []paging {
	return []paging{
		{"Default", nil, 30, "page"},
		{"Offset", map[string]any{"per_page": size}, size, "page"},
		{"Cursor", map[string]any{"page": map[string]any{"size": size}}, size, "page[after]"},
	}
}

// list is a listing, read to its end, and what is to be in it.
type list[T any] struct {
	ask      ask
	template string
	want     []T
}

// checkLists compares what node-zendesk finds in listings with what is to be in
// them, and its requests with the pages there are.
func checkLists[T any](n *nodeZendesk, a *account, p paging, lists []list[T], options ...cmp.Option) {
	a.t.Helper()
	asks, requests, turns := make([]ask, len(lists)), make(map[string]int), 0
	for i, l := range lists {
		asks[i] = l.ask.with(p.query)
		pages := max(1, (len(l.want)+p.size-1)/p.size)
		requests["GET "+l.template+" 200"] += pages
		turns += pages - 1
	}
	replies, entries := n.run(a, asks...)
	for i, l := range lists {
		var got []T
		replies[i].decode(a.t, &got)
		if diff := cmp.Diff(l.want, got, options...); diff != "" {
			a.t.Errorf("%s%v (-want +got):\n%s", l.ask.Method, l.ask.Args, diff)
		}
	}
	if diff := cmp.Diff(requests, tally(entries)); diff != "" {
		a.t.Errorf("requests (-want +got):\n%s", diff)
	}
	turned := 0
	for _, e := range entries {
		if slices.Contains(e.QueryKeys, p.next) {
			turned++
		}
	}
	if turned != turns || turns == 0 {
		a.t.Errorf("%q turned the page %d times, want %d", p.next, turned, turns)
	}
}
