//go:build long

package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// havocValue marks this account's documents in Dialpad.
const havocValue = "dialpad-sync:zendesk:acme"

// havoc is a world in which a help center never rests. Bodies are written so
// that cleaning has nothing to do: what Dialpad must hold is known without
// asking the program.
type havoc struct {
	*world
	zendeskDoor, dialpadDoor *door
	foreign                  []dialpadsim.Node

	mu       sync.Mutex // edits, and looks at both sides, one at a time
	dice     *rand.Rand
	texts    int
	archived []int64
	drafts   []int64
	closed   []int64 // for signed-in people only
	removals int     // how many more may be taken away without asking the guard
	last     map[int64]change
	deeds    map[string]int
}

// change is the last thing that happened to an article.
type change struct {
	at time.Time
	// told says that the feed of changes has it; otherwise only a listing
	// shows it.
	told bool
}

// newHavoc starts a help center with n articles and a Dialpad with documents of
// other people.
func newHavoc(t *testing.T, seed uint64, n int, switches dialpadsim.Switches) *havoc {
	t.Helper()
	h := &havoc{
		world: &world{t: t, locales: []string{"en-us"}}, dice: rand.New(rand.NewPCG(seed, 7)),
		last: map[int64]change{}, deeds: map[string]int{}, removals: n / 6,
	}
	var err error
	h.zendesk, err = zendesksim.New(zendesksim.Config{
		Seed: seed, PerMinute: 60_000, AccessLife: 10 * time.Hour,
		Clients: []zendesksim.Client{{ID: "dialpad_sync", Public: true, RedirectURIs: redirects("zendesk")}},
	})
	h.must(err)
	h.dialpad, err = dialpadsim.New(dialpadsim.Config{Seed: seed, Switches: switches})
	h.must(err)
	h.dialpad.Seed(dialpadsim.Foreign(5, 4, 3)...)
	h.foreign = h.strangers()
	h.zendeskDoor, h.dialpadDoor = openDoor(t, h.zendesk), openDoor(t, h.dialpad)
	h.zendeskURL, h.dialpadURL = h.zendeskDoor.URL, h.dialpadDoor.URL
	for range n {
		h.add()
	}
	h.newHome()
	h.signIn(h.access, h.refresh, time.Now().Add(10*time.Hour))
	h.change(`list_lag = "1ms"`, `list_lag = "1s"`)
	return h
}

// door is a double's server that knows when nobody is inside.
type door struct {
	*httptest.Server
	mu   sync.Mutex
	open int
	none *sync.Cond
}

func openDoor(t *testing.T, double http.Handler) *door {
	d := &door{Server: httptest.NewUnstartedServer(double)}
	d.none = sync.NewCond(&d.mu)
	d.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		d.mu.Lock()
		defer d.mu.Unlock()
		switch state {
		case http.StateNew:
			d.open++
		case http.StateClosed, http.StateHijacked:
			d.open--
		}
		d.none.Broadcast()
	}
	d.Start()
	t.Cleanup(d.Close)
	return d
}

// empty waits until every connection has gone, so that nothing a dead process
// had sent is still being carried out.
func (d *door) empty() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.open > 0 {
		d.none.Wait()
	}
}

// text is a title and a body that nobody has written before.
func (h *havoc) text(about string) (title, body string) {
	h.texts++
	return fmt.Sprintf("%s %d", about, h.texts),
		fmt.Sprintf("<p>Text %d of the answer, %s.</p><ul><li>One</li><li>Two %d</li></ul>", h.texts, strings.Repeat("and more of it ", h.dice.IntN(40)), h.texts)
}

// visible are the articles that everybody may read, in the order of their ids.
func (h *havoc) visible() []int64 {
	var ids []int64
	for ref := range h.zendesk.Visible() {
		ids = append(ids, ref.ID)
	}
	slices.Sort(ids)
	return ids
}

func (h *havoc) add() {
	title, body := h.text("Question")
	id, err := h.zendesk.AddArticle(zendesksim.NewArticle{Title: title, Body: body})
	h.must(err)
	h.note("added", id, true)
}

// note remembers what was done to an article.
func (h *havoc) note(deed string, id int64, told bool) {
	h.last[id] = change{at: time.Now(), told: told}
	h.deeds[deed]++
}

func (h *havoc) edit() {
	ids := h.visible()
	id := ids[h.dice.IntN(len(ids))]
	title, body := h.text("Question")
	if old, _ := h.zendesk.Text(id, "en-us"); h.dice.IntN(2) == 0 {
		title = old.Title
	}
	h.must(h.zendesk.Edit(id, "en-us", title, body))
	h.note("edited", id, true)
}

// hide takes an article away in one of three ways, as long as the guard lets
// that pass.
func (h *havoc) hide() {
	if h.removals == 0 {
		h.edit()
		return
	}
	h.removals--
	ids := h.visible()
	id := ids[h.dice.IntN(len(ids))]
	switch h.dice.IntN(3) {
	case 0:
		h.must(h.zendesk.Archive(id))
		h.archived = append(h.archived, id)
		h.note("archived", id, false)
	case 1:
		h.must(h.zendesk.Unpublish(id, "en-us"))
		h.drafts = append(h.drafts, id)
		h.note("unpublished", id, true)
	default:
		h.must(h.zendesk.Restrict(id))
		h.closed = append(h.closed, id)
		h.note("restricted", id, true)
	}
}

// show brings back what was hidden longest.
func (h *havoc) show() {
	take := func(from *[]int64) int64 {
		id := (*from)[0]
		*from = (*from)[1:]
		return id
	}
	switch n := h.dice.IntN(3); {
	case n == 0 && len(h.archived) > 0:
		id := take(&h.archived)
		h.must(h.zendesk.Restore(id))
		h.note("restored", id, true)
	case n == 1 && len(h.drafts) > 0:
		id := take(&h.drafts)
		h.must(h.zendesk.Publish(id, "en-us"))
		h.note("published", id, true)
	case len(h.closed) > 0:
		id := take(&h.closed)
		h.must(h.zendesk.Unrestrict(id))
		h.note("opened", id, true)
	}
}

// nodes are what Dialpad holds for this account, by key, published or not.
func (h *havoc) nodes() map[string][]dialpadsim.Node {
	all := map[string][]dialpadsim.Node{}
	for _, n := range h.dialpad.Nodes() {
		if n.Source == havocValue {
			all[n.ExternalID] = append(all[n.ExternalID], n)
		}
	}
	return all
}

// strangers are the documents of other people.
func (h *havoc) strangers() []dialpadsim.Node {
	return slices.DeleteFunc(h.dialpad.Nodes(), func(n dialpadsim.Node) bool { return n.Source == havocValue })
}

func keyOf(id int64) string { return fmt.Sprintf("%d:en-us", id) }

// differences says per article how Dialpad is not equal to the help center.
func (h *havoc) differences() map[int64]string {
	nodes, out := h.nodes(), map[int64]string{}
	for ref, text := range h.zendesk.Visible() {
		have := nodes[keyOf(ref.ID)]
		delete(nodes, keyOf(ref.ID))
		switch {
		case len(have) == 0:
			out[ref.ID] = "is missing"
		case len(have) > 1:
			out[ref.ID] = fmt.Sprintf("is there %d times", len(have))
		case have[0].Title != text.Title:
			out[ref.ID] = fmt.Sprintf("has the title %.60q, want %.60q", have[0].Title, text.Title)
		case have[0].Content != "<html><body>"+text.Body+"</body></html>":
			out[ref.ID] = fmt.Sprintf("has the text %.60q, want %.60q", have[0].Content, text.Body)
		case have[0].Status != "published":
			out[ref.ID] = "is " + have[0].Status
		case !strings.HasPrefix(have[0].URL, fmt.Sprintf("%s/hc/en-us/articles/%d", h.zendeskURL, ref.ID)):
			out[ref.ID] = "leads to " + have[0].URL
		}
	}
	for key := range nodes {
		var id int64
		if _, err := fmt.Sscanf(key, "%d:en-us", &id); err != nil {
			h.t.Errorf("Dialpad holds the key %q: %v", key, err)
		}
		out[id] = "is there, but not in the help center"
	}
	return out
}

// same demands that both sides are equal and that nobody else's document was
// touched.
func (h *havoc) same() {
	h.t.Helper()
	for id, what := range h.differences() {
		h.t.Errorf("%d %s", id, what)
	}
	if now := h.strangers(); !slices.Equal(now, h.foreign) {
		h.t.Errorf("documents of others are %v, were %v", now, h.foreign)
	}
}

// counted tells numbers in the order of their names.
func counted(numbers map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(numbers)) {
		parts = append(parts, fmt.Sprintf("%d %s", numbers[name], name))
	}
	return strings.Join(parts, ", ")
}
