//go:build long

package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/sim"
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
	records                  *recorder

	mu    sync.Mutex // edits, and looks at both sides, one at a time
	dice  *rand.Rand
	texts int
	// What was hidden, longest ago first: drafts, articles for signed-in people
	// only, and archived ones.
	archived, drafts, closed []int64
	// kept are the keys of hidden articles that the person keeps in Dialpad.
	// What was kept once is not hidden again.
	kept, keptOnce map[string]bool
	deeds          map[string]int
}

// newHavoc starts a help center with n articles and a Dialpad with documents of
// other people.
func newHavoc(t *testing.T, seed uint64, n int, switches dialpadsim.Switches) *havoc {
	t.Helper()
	h := &havoc{
		world: &world{t: t, locales: []string{"en-us"}}, dice: rand.New(rand.NewPCG(seed, 7)), records: newRecorder(),
		kept: map[string]bool{}, keptOnce: map[string]bool{}, deeds: map[string]int{},
	}
	var err error
	h.zendesk, err = zendesksim.New(zendesksim.Config{
		Seed: seed, PerMinute: 60_000, AccessLife: 10 * time.Hour, Journal: sim.NewJournal(200_000),
		Clients: []zendesksim.Client{{ID: "dialpad_sync", Public: true, RedirectURIs: redirects("zendesk")}},
	})
	h.must(err)
	h.dialpad, err = dialpadsim.New(dialpadsim.Config{Seed: seed, Switches: switches, JournalEntries: 200_000})
	h.must(err)
	h.dialpad.Seed(dialpadsim.Foreign(5, 4, 3)...)
	h.foreign = h.strangers()
	h.dialpad.Watch(h.records.node)
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

// any is one of the visible articles.
func (h *havoc) any() int64 {
	ids := h.visible()
	return ids[h.dice.IntN(len(ids))]
}

// did notes what has been done to an article since a moment. Told says that the
// feed of changes has it; otherwise only a listing shows it.
func (h *havoc) did(deed string, id int64, from time.Time, told bool) {
	state := nothing
	if text, ok := h.zendesk.Visible()[zendesksim.Ref{ID: id, Locale: "en-us"}]; ok {
		state = stateOf(text.Title, text.Body)
	}
	h.records.article(keyOf(id), event{from: from, to: time.Now(), state: state, told: told})
	h.deeds[deed]++
}

func (h *havoc) add() {
	from := time.Now()
	title, body := h.text("Question")
	id, err := h.zendesk.AddArticle(zendesksim.NewArticle{Title: title, Body: body})
	h.must(err)
	h.did("added", id, from, true)
}

func (h *havoc) edit() {
	id := h.any()
	title, body := h.text("Question")
	if old, _ := h.zendesk.Text(id, "en-us"); h.dice.IntN(2) == 0 {
		title = old.Title
	}
	h.write("edited", id, title, body)
}

// write gives an article another text.
func (h *havoc) write(deed string, id int64, title, body string) {
	from := time.Now()
	h.must(h.zendesk.Edit(id, "en-us", title, body))
	h.did(deed, id, from, true)
}

// hide takes a few articles away, each in one of three ways, and returns which.
func (h *havoc) hide(n int) []int64 {
	var gone []int64
	ids := h.visible()
	h.dice.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	for _, id := range ids {
		if len(gone) == n || len(gone) == len(ids)-10 {
			break
		}
		if h.keptOnce[keyOf(id)] {
			continue
		}
		gone = append(gone, id)
		from := time.Now()
		switch h.dice.IntN(3) {
		case 0:
			h.must(h.zendesk.Archive(id))
			h.archived = append(h.archived, id)
			h.did("archived", id, from, false)
		case 1:
			h.must(h.zendesk.Unpublish(id, "en-us"))
			h.drafts = append(h.drafts, id)
			h.did("unpublished", id, from, true)
		default:
			h.must(h.zendesk.Restrict(id))
			h.closed = append(h.closed, id)
			h.did("restricted", id, from, true)
		}
	}
	return gone
}

// show brings back what was hidden longest in one of the three ways.
func (h *havoc) show() {
	lists := [][]int64{h.archived, h.drafts, h.closed}
	first := h.dice.IntN(3)
	for i := range lists {
		if list := lists[(first+i)%3]; len(list) > 0 {
			h.bringBack(list[0])
			return
		}
	}
}

// bringBack undoes what hide did to an article.
func (h *havoc) bringBack(id int64) {
	from := time.Now()
	take := func(list *[]int64) bool {
		i := slices.Index(*list, id)
		if i >= 0 {
			*list = slices.Delete(*list, i, i+1)
		}
		return i >= 0
	}
	switch {
	case take(&h.archived):
		h.must(h.zendesk.Restore(id))
		h.did("restored", id, from, true)
	case take(&h.drafts):
		h.must(h.zendesk.Publish(id, "en-us"))
		h.did("published", id, from, true)
	case take(&h.closed):
		h.must(h.zendesk.Unrestrict(id))
		h.did("opened", id, from, true)
	}
	delete(h.kept, keyOf(id))
	h.records.keptUntil(keyOf(id), from)
}

// keep notes that the person keeps documents in Dialpad from a moment on.
func (h *havoc) keep(from time.Time, keys ...string) {
	for _, key := range keys {
		h.kept[key], h.keptOnce[key] = true, true
		h.records.keptFrom(key, from)
	}
	h.deeds["kept in Dialpad"] += len(keys)
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

// differences says per key how Dialpad is not equal to the help center. What
// the person keeps is no difference.
func (h *havoc) differences() map[string]string {
	nodes, out := h.nodes(), map[string]string{}
	for ref, text := range h.zendesk.Visible() {
		key := keyOf(ref.ID)
		have := nodes[key]
		delete(nodes, key)
		switch {
		case len(have) == 0:
			out[key] = "is missing"
		case len(have) > 1:
			out[key] = fmt.Sprintf("is there %d times", len(have))
		case stateOf(have[0].Title, bodyOf(have[0])) != stateOf(text.Title, text.Body):
			out[key] = fmt.Sprintf("says %.60q %.60q, want %.60q %.60q", have[0].Title, have[0].Content, text.Title, text.Body)
		case have[0].Status != "published":
			out[key] = "is " + have[0].Status
		case !strings.HasPrefix(have[0].URL, fmt.Sprintf("%s/hc/en-us/articles/%d", h.zendeskURL, ref.ID)):
			out[key] = "leads to " + have[0].URL
		}
	}
	for key := range nodes {
		if !h.kept[key] {
			out[key] = "is there, but not in the help center"
		}
	}
	return out
}

// same demands that both sides are equal and that nobody else's document was
// touched.
func (h *havoc) same() {
	h.t.Helper()
	for key, what := range h.differences() {
		h.t.Errorf("%s %s", key, what)
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
