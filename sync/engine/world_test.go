package engine_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// world is both sides in memory: a source with a change order and a Dialpad
// with nodes. Every operation asks fault first, so that tests can break it
// before or after its effect.
type world struct {
	mu sync.Mutex
	// wrong collects what must never happen.
	wrong []string

	docs   map[source.Key]*article
	log    []source.Key // change order
	nodes  map[string]*held
	nextID int
	listings
	mute    bool // the answer to a write tells no version, as Dialpad's does not
	twins   bool // a second create of a key makes a second node
	role    string
	perPage int

	// green says whether everything is said to be up to date now; it may be nil.
	green func() bool

	// reading is the key the source is asked about, for fault.
	reading source.Key

	reads, puts, deletes, keys, tested int
	// fault is asked before an operation takes effect and, with after set,
	// once it has.
	fault func(op string, after bool) error
	// patient sees the context of Fetch.
	patient func(context.Context)
	// between is called between two parts of a listing of the source.
	between  func()
	faultPut func(source.Document) error
}

type article struct {
	title, body string
	version     int
	hidden      source.Removal
}

type held struct {
	key         source.Key
	title, body string
	empty       bool
	status      string
	version     int
	created     time.Time
	foreign     bool
	byHand      bool // a copy that somebody made in Dialpad
}

func newWorld() *world {
	return &world{docs: map[source.Key]*article{}, nodes: map[string]*held{}, role: "admin", perPage: 7}
}

func (w *world) ask(op string, after bool) error {
	if w.fault == nil {
		return nil
	}
	return w.fault(op, after)
}

// edit writes an article at the source.
func (w *world) edit(n int, body string) source.Key {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := source.Key(fmt.Sprintf("%04d:en-us", n))
	a := w.docs[key]
	if a == nil {
		a = &article{title: "Title " + strconv.Itoa(n)}
		w.docs[key] = a
	}
	a.body, a.hidden = body, ""
	a.version = len(w.log) + 1
	w.log = append(w.log, key)
	return key
}

// hide takes an article away; told says whether the change order tells of it.
func (w *world) hide(key source.Key, why source.Removal, told bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.docs[key] == nil {
		return
	}
	w.docs[key].hidden = why
	if told {
		w.docs[key].version = len(w.log) + 1
		w.log = append(w.log, key)
	}
}

func (w *world) visible() map[source.Key]article {
	out := map[source.Key]article{}
	for key, a := range w.docs {
		if a.hidden == "" {
			out[key] = *a
		}
	}
	return out
}

func (w *world) change(key source.Key) source.Change {
	a := w.docs[key]
	switch {
	case a == nil:
		return source.Change{Key: key, Removed: source.Deleted}
	case a.hidden != "":
		return source.Change{Key: key, Removed: a.hidden}
	}
	version := strconv.Itoa(a.version)
	return source.Change{Key: key, Version: version, Document: &source.Document{
		Key: key, Kind: source.Article, Title: a.title, HTML: a.body, Locale: key.Locale(), Version: version,
	}}
}

// Fetch implements source.Source. Cursors are "import START AFTER-KEY" and
// "delta START".
func (w *world) Fetch(ctx context.Context, after source.Cursor) (source.Page, error) {
	if w.patient != nil {
		w.patient(ctx)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ask("fetch", false); err != nil {
		return source.Page{}, err
	}
	if after == "" {
		after = source.Cursor(fmt.Sprintf("import %d -", len(w.log)))
	}
	part := strings.Fields(string(after))
	start, _ := strconv.Atoi(part[1])
	if part[0] == "delta" {
		end := min(start+w.perPage, len(w.log))
		page := source.Page{Next: source.Cursor(fmt.Sprintf("delta %d", end)), More: end < len(w.log)}
		for _, key := range w.log[max(0, start-1):end] { // inclusive, as many sources are
			c := source.Change{Key: key}
			if a := w.docs[key]; a != nil {
				c.Version = strconv.Itoa(a.version)
			}
			page.Changes = append(page.Changes, c)
		}
		return page, nil
	}
	return w.importPage(start, source.Key(part[2])), nil
}

func (w *world) importPage(start int, after source.Key) source.Page {
	page := source.Page{Import: true}
	all := w.sortedVisible()
	for _, key := range all {
		if key <= after && after != "-" {
			continue
		}
		if len(page.Changes) == w.perPage {
			page.More = true
			page.Next = source.Cursor(fmt.Sprintf("import %d %s", start, page.Changes[w.perPage-1].Key))
			return page
		}
		page.Changes = append(page.Changes, w.change(key))
	}
	page.Next = source.Cursor(fmt.Sprintf("delta %d", start))
	page.Total = len(all)
	return page
}

func (w *world) sortedVisible() []source.Key {
	var all []source.Key
	for key := range w.visible() {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// Keys implements source.Source.
func (w *world) Keys(context.Context) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		w.mu.Lock()
		w.keys++
		all := w.sortedVisible()
		w.mu.Unlock()
		for i, key := range all {
			if i%w.perPage == 0 {
				w.mu.Lock()
				err := w.ask("keys", false)
				w.mu.Unlock()
				if err != nil {
					yield(source.Item{}, err)
					return
				}
				if w.between != nil {
					w.between()
				}
			}
			w.mu.Lock()
			a := w.docs[key]
			item := source.Item{Key: key, Version: strconv.Itoa(a.version)}
			w.mu.Unlock()
			if !yield(item, nil) {
				return
			}
		}
	}
}

// sourceRead implements source.Source's Read.
func (w *world) sourceRead(key source.Key) (source.Change, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reads++
	w.reading = key
	if err := w.ask("read", false); err != nil {
		return source.Change{}, err
	}
	return w.change(key), nil
}

// Check implements source.Checker.
func (w *world) Check(context.Context) (source.Who, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return source.Who{ID: "7", Role: w.role, Host: "acme.example"}, nil
}

// origin and dialpad are the two faces of a world: both have a Read.
type origin struct{ *world }

func (o origin) Read(_ context.Context, key source.Key) (source.Change, error) {
	return o.sourceRead(key)
}

type dialpad struct{ *world }

func unsure(op string) error {
	return &source.Error{Kind: source.Transient, Op: op, Unsure: true, Err: errors.New("connection reset")}
}

// Put implements engine.Destination.
func (d dialpad) Put(_ context.Context, doc source.Document, known engine.Node) (engine.Node, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.puts++
	d.nothingGreen()
	if err := d.ask("put", false); err != nil {
		return engine.Node{}, err
	}
	if d.faultPut != nil {
		if err := d.faultPut(doc); err != nil {
			return known, err
		}
	}
	n := d.nodes[known.ID]
	if known.ID != "" && n == nil {
		return engine.Node{}, engine.ErrNodeGone
	}
	id := known.ID
	if id == "" {
		if !d.twins {
			d.noTwin(doc.Key)
		}
		d.nextID++
		id = fmt.Sprintf("node_%04d", d.nextID)
		d.before(id)
		n = &held{key: doc.Key, created: time.Now(), empty: true, status: engine.Published}
		d.nodes[id] = n
		if err := d.ask("put-half", true); err != nil {
			return engine.Node{}, err
		}
	}
	d.before(id)
	n.title, n.body, n.empty, n.status = doc.Title, doc.HTML, false, engine.Published
	n.version++
	if err := d.ask("put", true); err != nil {
		return engine.Node{}, err
	}
	out := d.node(id)
	if d.mute {
		out.Version = ""
	}
	return out, nil
}

func (d dialpad) never(format string, args ...any) {
	d.wrong = append(d.wrong, fmt.Sprintf(format, args...))
}

// nothingGreen notes when a write begins that the status does not tell of.
func (d dialpad) nothingGreen() {
	if d.green != nil && d.green() {
		d.never("a write begins while everything is said to be up to date")
	}
}

// noTwin notes when a key would get a second node. Of a copy that somebody made
// only a listing tells.
func (d dialpad) noTwin(key source.Key) {
	for id, n := range d.nodes {
		if n.key == key && !n.foreign && !n.byHand {
			d.never("a second node is made for %s, which %s holds", key, id)
		}
	}
}

func (w *world) node(id string) engine.Node {
	n := w.nodes[id]
	return engine.Node{ID: id, Kind: source.Article, Key: n.key, Version: strconv.Itoa(n.version), Status: n.status}
}

// Delete implements engine.Destination. It is where promise 1 is held: what
// goes is gone at the source, or has another node.
func (d dialpad) Delete(_ context.Context, node engine.Node) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.nothingGreen()
	n := d.nodes[node.ID]
	if n != nil {
		d.deletes++ // one that is gone is read and left alone
	}
	if err := d.ask("delete", false); err != nil || n == nil {
		return err
	}
	if n.foreign {
		d.never("a node of somebody else is deleted")
	}
	if a := d.docs[n.key]; a != nil && a.hidden == "" && !d.hasOther(node.ID, n.key) {
		d.never("%s is deleted although the source has it", n.key)
	}
	d.before(node.ID)
	delete(d.nodes, node.ID)
	return d.ask("delete", true)
}

func (d dialpad) hasOther(id string, key source.Key) bool {
	for other, n := range d.nodes {
		if other != id && n.key == key {
			return true
		}
	}
	return false
}

// Read implements engine.Destination.
func (d dialpad) Read(_ context.Context, node engine.Node) (source.Document, engine.Node, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.ask("node", false); err != nil {
		return source.Document{}, node, err
	}
	n := d.nodes[node.ID]
	switch {
	case n == nil:
		return source.Document{}, node, engine.ErrNodeGone
	case n.empty:
		return source.Document{}, d.node(node.ID), engine.ErrNoContent
	}
	return source.Document{Key: n.key, Kind: source.Article, Title: n.title, HTML: n.body}, d.node(node.ID), nil
}

// TestSignIn implements engine.SignInTester.
func (d dialpad) TestSignIn(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tested++
	return d.ask("sign-in", false)
}

func sumOf(doc source.Document) [16]byte {
	sum := sha256.Sum256([]byte(doc.Title + "\x00" + doc.URL + "\x00" + doc.HTML))
	return [16]byte(sum[:16])
}

// differences lists where Dialpad is not equal to the source.
func (w *world) differences() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := slices.Clone(w.wrong)
	seen := map[source.Key]bool{}
	visible := w.visible()
	for id, n := range w.nodes {
		if n.foreign {
			continue
		}
		a, ok := visible[n.key]
		switch {
		case !ok:
			out = append(out, fmt.Sprintf("%s holds %s, which the source does not have", id, n.key))
		case seen[n.key]:
			out = append(out, fmt.Sprintf("%s is there twice", n.key))
		case n.empty || n.body != a.body || n.title != a.title || n.status != engine.Published:
			out = append(out, fmt.Sprintf("%s holds another text of %s", id, n.key))
		}
		seen[n.key] = true
	}
	for key := range visible {
		if !seen[key] {
			out = append(out, fmt.Sprintf("%s is missing", key))
		}
	}
	slices.Sort(out)
	return out
}
