package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source"
)

// maxPages bounds a catch-up, so that a source that never ends fails its test.
const maxPages = 200

// follower does what the engine does with a source, in memory and without a
// destination: it holds what Dialpad would hold.
type follower struct {
	cursor   source.Cursor
	docs     map[source.Key]source.Document
	versions map[source.Key]string
	reads    int
}

func newFollower() *follower {
	return &follower{docs: map[source.Key]source.Document{}, versions: map[source.Key]string{}}
}

func (f *follower) clone() *follower {
	return &follower{cursor: f.cursor, docs: maps.Clone(f.docs), versions: maps.Clone(f.versions), reads: f.reads}
}

// step fetches and applies one page.
func (f *follower) step(ctx context.Context, s source.Source) (source.Page, error) {
	page, err := s.Fetch(ctx, f.cursor)
	if err != nil {
		return page, err
	}
	for _, c := range page.Changes {
		if err := f.apply(ctx, s, c); err != nil {
			return page, err
		}
	}
	if page.More && page.Next == f.cursor {
		return page, errors.New("there is more, but the cursor stands still")
	}
	f.cursor = page.Next
	return page, nil
}

// catchUp fetches until there is no more.
func (f *follower) catchUp(ctx context.Context, s source.Source) error {
	for range maxPages {
		page, err := f.step(ctx, s)
		if err != nil || !page.More {
			return err
		}
	}
	return fmt.Errorf("still more after %d pages", maxPages)
}

// apply puts or removes a document; a notice is read unless its version is the
// one that is held.
func (f *follower) apply(ctx context.Context, s source.Source, c source.Change) error {
	if c.Document == nil && c.Removed == "" {
		if v, held := f.versions[c.Key]; held && c.Version != "" && v == c.Version {
			return nil
		}
		key := c.Key
		f.reads++
		var err error
		if c, err = s.Read(ctx, key); err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if c.Key != key || (c.Document == nil) == (c.Removed == "") {
			return errors.New("a read gave neither the document nor its removal")
		}
	}
	if c.Removed != "" {
		delete(f.docs, c.Key)
		delete(f.versions, c.Key)
		return nil
	}
	if c.Document.Key != c.Key || c.Document.Version != c.Version {
		return errors.New("document and change differ in key or version")
	}
	f.docs[c.Key], f.versions[c.Key] = *c.Document, c.Version
	return nil
}

// compare does what the hourly comparison of keys does.
func (f *follower) compare(ctx context.Context, s source.Source) error {
	listed, err := list(ctx, s)
	if err != nil {
		return err
	}
	for key, version := range listed {
		if err := f.apply(ctx, s, source.Change{Key: key, Version: version}); err != nil {
			return err
		}
	}
	for _, key := range f.keys() {
		if _, ok := listed[key]; !ok {
			if err := f.apply(ctx, s, source.Change{Key: key}); err != nil {
				return err
			}
		}
	}
	return nil
}

// list reads a complete listing.
func list(ctx context.Context, s source.Source) (map[source.Key]string, error) {
	listed := map[source.Key]string{}
	for item, err := range s.Keys(ctx) {
		if err != nil {
			return nil, err
		}
		if _, twice := listed[item.Key]; twice {
			return nil, errors.New("a key is listed twice")
		}
		listed[item.Key] = item.Version
	}
	return listed, nil
}

func (f *follower) keys() []source.Key { return slices.Sorted(maps.Keys(f.docs)) }

// mustHold fails unless the follower holds exactly what it ought to.
func (b *bench) mustHold(f *follower) {
	b.Helper()
	want := slices.Sorted(slices.Values(b.Keys()))
	if diff := cmp.Diff(want, f.keys()); diff != "" {
		b.Fatalf("held keys (-want +got):\n%s", diff)
	}
}

// must fails on an error.
func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// imported returns a follower that has read everything, and its source.
func (b *bench) imported() (*follower, source.Source) {
	b.Helper()
	f, s := newFollower(), b.open()
	b.must(f.catchUp(b.ctx, s))
	b.mustHold(f)
	return f, s
}
