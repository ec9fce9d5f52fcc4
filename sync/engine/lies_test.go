package engine_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"dialpadsync.app/sync/source"
)

// lie is what a source says instead of the truth, in its listing and in answer
// to direct questions alike.
type lie struct {
	name   string
	denied map[source.Key]source.Removal
	told   bool   // the change order tells of what is denied, too
	again  int    // how often the listing shows its first page once more
	others int    // documents of another brand that are shown besides
	breaks int    // after so many lines the listing fails; 0 never
	err    error  // what every question is answered with
	role   string // what the signed-in person has become
}

// liar is a world's source while lies are told.
type liar struct {
	*world
	lies  []lie
	heard bool // it has answered since the process began
}

// denies is what the source says of a document that it does not show, or "".
func (l *liar) denies(key source.Key) source.Removal {
	for _, lie := range l.lies {
		if why := lie.denied[key]; why != "" {
			return why
		}
	}
	return ""
}

func other(n int) source.Key { return source.Key(fmt.Sprintf("b%04d:en-us", n)) }

// foreign says that a key belongs to another brand that is shown now.
func (l *liar) foreign(key source.Key) bool {
	for _, lie := range l.lies {
		n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSuffix(string(key), ":en-us"), "b"))
		if key[0] == 'b' && err == nil && n < lie.others {
			return true
		}
	}
	return false
}

// shown lists what the source shows now, in order.
func (l *liar) shown() []source.Key {
	keys := make([]source.Key, 0, len(l.docs))
	for key, a := range l.docs {
		if a.hidden == "" && l.denies(key) == "" {
			keys = append(keys, key)
		}
	}
	for _, lie := range l.lies {
		for n := range lie.others {
			keys = append(keys, other(n))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// says is the source's word about a key.
func (l *liar) says(key source.Key) source.Change {
	if l.foreign(key) {
		return source.Change{Key: key, Version: "b", Document: &source.Document{
			Key: key, Kind: source.Article, Title: "Of another brand", HTML: "b", Locale: key.Locale(), Version: "b",
		}}
	}
	c := l.change(key)
	if why := l.denies(key); why != "" && c.Document != nil {
		return source.Change{Key: key, Removed: why}
	}
	return c
}

// failing is what every question is answered with, or nil.
func (l *liar) failing() error {
	for _, lie := range l.lies {
		if lie.err != nil {
			return lie.err
		}
	}
	l.heard = true
	return nil
}

// Fetch implements source.Source.
func (l *liar) Fetch(ctx context.Context, after source.Cursor) (source.Page, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.failing(); err != nil {
		return source.Page{}, err
	}
	part := strings.Fields(string(after))
	if len(part) == 0 || part[0] == "import" {
		return l.importing(part), nil
	}
	start, _ := strconv.Atoi(part[1])
	end := min(start+l.perPage, len(l.log))
	page := source.Page{Next: source.Cursor(fmt.Sprintf("delta %d", end)), More: end < len(l.log)}
	for _, key := range l.log[max(0, start-1):end] {
		page.Changes = append(page.Changes, source.Change{Key: key, Version: l.says(key).Version})
	}
	return page, nil
}

func (l *liar) importing(part []string) source.Page {
	start, after := len(l.log), source.Key("-")
	if len(part) == 3 {
		start, _ = strconv.Atoi(part[1])
		after = source.Key(part[2])
	}
	page := source.Page{Import: true, Next: source.Cursor(fmt.Sprintf("delta %d", start))}
	for _, key := range l.shown() {
		if key <= after && after != "-" {
			continue
		}
		if len(page.Changes) == l.perPage {
			page.More = true
			page.Next = source.Cursor(fmt.Sprintf("import %d %s", start, page.Changes[l.perPage-1].Key))
			return page
		}
		page.Changes = append(page.Changes, l.says(key))
	}
	return page
}

var errListing = &source.Error{Kind: source.Transient, Op: "list", Err: errors.New("502 in mid-listing")}

// Keys implements source.Source.
func (l *liar) Keys(context.Context) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		items, err := l.listing()
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
		if err != nil {
			yield(source.Item{}, err)
		}
	}
}

// listing is what the complete listing shows, and how it ends.
func (l *liar) listing() ([]source.Item, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.failing(); err != nil {
		return nil, err
	}
	var items []source.Item
	for _, key := range l.shown() {
		items = append(items, source.Item{Key: key, Version: l.says(key).Version})
	}
	first := items[:min(len(items), l.perPage)]
	for _, lie := range l.lies {
		for range lie.again {
			items = append(items, first...)
		}
	}
	for _, lie := range l.lies {
		if lie.breaks > 0 {
			return items[:min(len(items), lie.breaks)], errListing
		}
	}
	return items, nil
}

// Read implements source.Source.
func (l *liar) Read(_ context.Context, key source.Key) (source.Change, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.failing(); err != nil {
		return source.Change{}, err
	}
	return l.says(key), nil
}

// Check implements source.Checker.
func (l *liar) Check(context.Context) (source.Who, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.failing(); err != nil {
		return source.Who{}, err
	}
	return source.Who{ID: "7", Role: l.presentRole(), Host: "acme.example"}, nil
}

func (l *liar) presentRole() string {
	for _, lie := range l.lies {
		if lie.role != "" {
			return lie.role
		}
	}
	return l.role
}

// clock is the source's time, once it has answered this process.
func (l *liar) clock() (time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now(), l.heard
}

// ways are all lies, by what went wrong at the source.
var ways = []string{
	"empty", "cut", "repeated pages", "wrong brand", "permission lost", "demoted", "login page",
	"error in mid-listing", "wrong selection", "tree incomplete", "checkpoint lost",
}

// draw is a lie of one way about the documents there are.
func draw(rng *rand.Rand, way string, keys []source.Key) lie {
	l := lie{name: way, told: rng.IntN(3) == 0}
	deny := func(why source.Removal, keys []source.Key) {
		l.denied = map[source.Key]source.Removal{}
		for _, key := range keys {
			l.denied[key] = why
		}
	}
	some := func() []source.Key {
		picked := slices.Clone(keys)
		rng.Shuffle(len(picked), func(i, j int) { picked[i], picked[j] = picked[j], picked[i] })
		n := len(picked)
		if n > 0 && rng.IntN(4) > 0 {
			n = 1 + rng.IntN(n)
		}
		return picked[:n]
	}
	rest := keys[rng.IntN(len(keys)+1):]
	switch way {
	case "empty":
		deny(source.Deleted, keys)
	case "cut":
		deny(source.Deleted, rest)
	case "repeated pages":
		deny(source.Deleted, rest)
		l.again = 1 + rng.IntN(3)
	case "wrong brand":
		deny(source.Deleted, keys)
		l.others = 1 + rng.IntN(2*len(keys)+1)
	case "permission lost":
		deny(source.Restricted, some())
	case "demoted":
		deny(source.Restricted, some())
		l.role = "end-user"
	case "login page":
		l.err = &source.Error{Kind: source.Transient, Op: "read", Err: errors.New("200, but not JSON")}
		l.told = false
	case "error in mid-listing":
		deny(source.Deleted, rest)
		l.breaks = 1 + rng.IntN(len(keys)+1)
	case "wrong selection", "tree incomplete":
		deny(source.Deselected, some())
		l.told = false
	}
	return l
}
