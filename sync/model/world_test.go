package model_test

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

const (
	ours        = "dialpad-sync:zendesk:127.0.0.1-7401"
	zendeskBase = "http://127.0.0.1:7401"
	dialpadBase = "http://127.0.0.1:7400"
)

// nature is how a world is for its whole life.
type nature struct {
	Articles, Restricted, Drafts int
	Languages                    int // 1 to 3
	Page                         int // how many articles a page of the source has
	Quirks                       zendesksim.Quirks
	Switches                     dialpadsim.Switches
	// File says that the checkpoint is a real one, in SQLite.
	File bool
	// Copied says that everything has been copied once before it begins.
	Copied bool
}

// selection is what is chosen of the source. Empty lists mean all public
// sections and the default language.
type selection struct {
	sections []int64
	locales  []string
}

// world is both sides, what is true about them, and what has happened.
type world struct {
	nature
	zendesk *zendesksim.Server
	dialpad *dialpadsim.Server
	clock   *sim.Clock // of both sides; the computer's may differ
	tally   *tally

	acting sync.Mutex // held by whoever changes a side by hand
	// byListing says that the source may be followed by its listing, as for
	// somebody who is no agent.
	byListing bool
	demoted   bool // the person signed in to the source is no agent any more

	mu     sync.Mutex // guards what follows
	seq    int        // of the last event
	chosen selection
	source history
	nodes  map[string]dialpadsim.Node
	moves  []move              // what happened to nodes, in order
	hand   string              // the node or key somebody changes by hand just now
	texts  int                 // how many texts were written
	kept   map[source.Key]bool // what the person said may stay
	wrong  []string
}

// move is one change of a node in Dialpad.
type move struct {
	seq           int
	at            time.Time
	before, after dialpadsim.Node // the zero Node where it did not exist
	byHand        bool
}

var languages = []string{"en-us", "fr", "de"}

func newWorld(n nature, t *tally) (*world, error) {
	w := &world{
		nature: n, tally: t, clock: sim.NewClock(), source: history{}, nodes: map[string]dialpadsim.Node{},
		kept: map[source.Key]bool{},
	}
	var err error
	w.zendesk, err = zendesksim.New(zendesksim.Config{
		Seed: 1, Locales: languages[:n.Languages], PageClamp: n.Page, Quirks: n.Quirks, Clock: w.clock, Journal: sim.NewJournal(1),
		Clients: []zendesksim.Client{{ID: clientID, Public: true}},
	})
	if err != nil {
		return nil, err
	}
	w.dialpad, err = dialpadsim.New(dialpadsim.Config{Seed: 1, Clock: w.clock, Switches: n.Switches, JournalEntries: 1})
	if err != nil {
		return nil, err
	}
	for i := range 3 {
		if _, err := w.zendesk.AddSection(0, 0, "Section "+strconv.Itoa(i)); err != nil {
			return nil, err
		}
	}
	for i := range n.Articles {
		if err := w.addArticle(i, i < n.Restricted, i%7 == 6 && i < 7*n.Drafts); err != nil {
			return nil, err
		}
	}
	w.dialpad.Watch(w.moved)
	w.byHand("", func() { w.dialpad.Seed(dialpadsim.Foreign(2, 1, 1)...) })
	w.noteSource(func(source.Key) bool { return false })
	return w, nil
}

// moved hears of every change of a node.
func (w *world) moved(n dialpadsim.Node, gone bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seq++
	m := move{seq: w.seq, at: w.clock.Now(), before: w.nodes[n.ID], byHand: w.hand != "" && (w.hand == n.ID || w.hand == n.ExternalID || w.hand == anybody)}
	if gone {
		delete(w.nodes, n.ID)
	} else {
		m.after = n
		w.nodes[n.ID] = n
	}
	w.moves = append(w.moves, m)
	w.tellMove(m)
}

// anybody stands for nodes without a key of ours.
const anybody = "*"

// byHand does something in Dialpad that the program has no part in, with the
// node of this id, or a new one of this key.
func (w *world) byHand(what string, do func()) {
	if what == "" {
		what = anybody
	}
	w.setHand(what)
	do()
	w.setHand("")
}

func (w *world) setHand(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hand = what
}

// noteSource writes down what the source has now; told says whose change its
// order of changes tells of.
func (w *world) noteSource(told func(source.Key) bool) {
	w.mu.Lock()
	chosen := w.chosen
	w.mu.Unlock()
	state := w.shown(chosen)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seq++
	w.source.note(w.seq, w.clock.Now(), state, told)
}

// shown is what the source has and is chosen.
func (w *world) shown(chosen selection) map[source.Key]string {
	locales := chosen.locales
	if len(locales) == 0 {
		locales = languages[:1]
	}
	in := map[int64]int64{}
	for _, a := range w.zendesk.Articles() {
		in[a.ID] = a.Section
	}
	out := map[source.Key]string{}
	for ref, text := range w.zendesk.Visible(locales...) {
		if len(chosen.sections) == 0 || slices.Contains(chosen.sections, in[ref.ID]) {
			out[keyOf(ref.ID, ref.Locale)] = textOf(text.Title, text.Body)
		}
	}
	return out
}

func keyOf(id int64, locale string) source.Key {
	return source.Key(strconv.FormatInt(id, 10) + ":" + locale)
}

// isOurs says whether a node is a document of the account, and there.
func isOurs(n dialpadsim.Node) bool {
	return n.Source == ours && n.Type == "content" && n.ExternalID != "" && n.Status != "archived"
}

// holds says what a node holds, as textOf does.
func holds(n dialpadsim.Node) string {
	body := n.Content
	if inner, ok := cutWrap(body); ok {
		body = inner
	}
	if n.Status != "published" || !n.HasContent {
		return "\x00not in use"
	}
	return textOf(n.Title, body)
}

// held are the nodes of ours by their keys, oldest first.
func (w *world) held() map[source.Key][]dialpadsim.Node {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[source.Key][]dialpadsim.Node{}
	for _, n := range w.nodes {
		if isOurs(n) {
			key := source.Key(n.ExternalID)
			out[key] = append(out[key], n)
		}
	}
	for _, nodes := range out {
		slices.SortFunc(nodes, func(a, b dialpadsim.Node) int { return a.Created.Compare(b.Created) })
	}
	return out
}

// mark is the number of the last event.
func (w *world) mark() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seq
}

// never notes what must not happen.
func (w *world) never(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = append(w.wrong, what)
}

// newText is a text nobody has written before.
func (w *world) newText() (title, body string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.texts++
	n := strconv.Itoa(w.texts)
	return "Title " + n, "<p>Text " + n + "</p>"
}
