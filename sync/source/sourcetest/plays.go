package sourcetest

import (
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source"
)

func everyPageIsSeen(b *bench) {
	f, s := newFollower(), b.open()
	pages := 0
	for {
		page, err := f.step(b.ctx, s)
		b.must(err)
		if page.Import {
			pages++
		}
		if page.Import && page.Total != 0 && page.Total < b.h.Documents {
			b.Errorf("Total = %d for %d documents", page.Total, b.h.Documents)
		}
		if !page.More {
			break
		}
	}
	if pages < 3 {
		b.Errorf("the import had %d pages; the harness promises at least 3", pages)
	}
	b.mustHold(f)
	for key, doc := range f.docs {
		if doc.Title == "" || doc.Kind == "" || doc.Version == "" {
			b.Fatalf("document %s lacks title, kind or version", key)
		}
	}
	listed, err := list(b.ctx, s)
	b.must(err)
	if diff := cmp.Diff(f.versions, listed); diff != "" {
		b.Errorf("imported and listed keys differ (-imported +listed):\n%s", diff)
	}
}

func importGoesOnFromEveryCursor(b *bench) {
	f, s := newFollower(), b.open()
	for more := true; more; {
		resumed := f.clone()
		b.must(resumed.catchUp(b.ctx, b.open()))
		b.mustHold(resumed)
		page, err := f.step(b.ctx, s)
		b.must(err)
		more = page.More
	}
	b.mustHold(f)
}

func pageIsRepeated(b *bench) {
	s := b.open()
	var cursor source.Cursor
	for {
		first, err := s.Fetch(b.ctx, cursor)
		b.must(err)
		again, err := s.Fetch(b.ctx, cursor)
		b.must(err)
		for _, c := range first.Changes {
			if !slices.ContainsFunc(again.Changes, func(o source.Change) bool { return o.Key == c.Key }) {
				b.Fatalf("%s is missing when the page is asked for again", c.Key)
			}
		}
		if !first.More {
			return
		}
		cursor = first.Next
	}
}

// cursorIsNotOurs: a damaged cursor must lead to everything being read again,
// never to a silent "nothing new".
func cursorIsNotOurs(b *bench) {
	for _, text := range []source.Cursor{"x", "{}", `{"v":999}`, "\x00"} {
		page, err := b.open().Fetch(b.ctx, text)
		if err == nil && !page.Import {
			b.Errorf("cursor %q was taken for a valid one", text)
		}
	}
}

func updateIsSeen(b *bench) {
	f, s := b.imported()
	key := f.keys()[1]
	b.Advance(10 * time.Minute)
	b.Edit(key, "Another title")
	b.Add("A new document")
	b.Advance(10 * time.Minute)
	b.must(f.catchUp(b.ctx, s))
	b.mustHold(f)
	if got := f.docs[key].Title; got != "Another title" {
		b.Errorf("title = %q after the edit", got)
	}
}

func updateDuringTheImportIsSeen(b *bench) {
	f, s := newFollower(), b.open()
	_, err := f.step(b.ctx, s)
	b.must(err)
	early := f.keys()[0]
	b.Advance(time.Second)
	b.Edit(early, "Edited behind the reader")
	b.Add("Added behind the reader")
	b.Advance(10 * time.Minute)
	b.must(f.catchUp(b.ctx, s))
	b.mustHold(f)
	if got := f.docs[early].Title; got != "Edited behind the reader" {
		b.Errorf("title = %q after the edit", got)
	}
}

func nothingChangedIsCheap(b *bench) {
	f, s := b.imported()
	b.Advance(time.Hour)
	b.must(f.catchUp(b.ctx, s))
	b.Advance(time.Hour)
	before, reads := len(b.front.times()), f.reads
	b.must(f.catchUp(b.ctx, s))
	b.mustHold(f)
	if n := len(b.front.times()) - before; n > 2 || f.reads != reads {
		b.Errorf("a pass without changes took %d requests and %d reads", n, f.reads-reads)
	}
}

func deletionIsSeen(b *bench) {
	f, s := b.imported()
	key := f.keys()[2]
	b.Advance(10 * time.Minute)
	b.Remove(key)
	b.Advance(10 * time.Minute)
	b.must(f.catchUp(b.ctx, s))
	b.must(f.compare(b.ctx, s))
	b.mustHold(f)
	gone, err := s.Read(b.ctx, key)
	b.must(err)
	if gone.Removed == "" || gone.Document != nil {
		b.Errorf("Read says %+v about a deleted document", gone)
	}
	kept, err := s.Read(b.ctx, f.keys()[0])
	b.must(err)
	if kept.Document == nil {
		b.Errorf("Read says %q about a document that is there", kept.Removed)
	}
}

func deletionDuringTheImportIsSeen(b *bench) {
	f, s := newFollower(), b.open()
	_, err := f.step(b.ctx, s)
	b.must(err)
	b.Remove(f.keys()[0])
	b.Advance(10 * time.Minute)
	b.must(f.catchUp(b.ctx, s))
	b.must(f.compare(b.ctx, s))
	b.mustHold(f)
}

// changesOfTheSameSecondAreSeen: the vendor's times are coarse, so two edits
// around one poll can leave the same time.
func changesOfTheSameSecondAreSeen(b *bench) {
	f, s := b.imported()
	keys := f.keys()
	b.Advance(10 * time.Minute)
	b.Edit(keys[0], "First")
	b.must(f.catchUp(b.ctx, s))
	b.Edit(keys[0], "Second")
	b.Edit(keys[1], "Beside it")
	b.Advance(3 * time.Second)
	b.must(f.catchUp(b.ctx, s))
	for i, want := range []string{"Second", "Beside it"} {
		if got := f.docs[keys[i]].Title; got != want {
			b.Errorf("title %d = %q, want %q", i, got, want)
		}
	}
}

// versionsOfPathsAgree: a version that differs between Keys and Read would make
// the hourly comparison read everything each time.
func versionsOfPathsAgree(b *bench) {
	f, s := b.imported()
	b.Advance(time.Hour)
	b.must(f.compare(b.ctx, s))
	reads := f.reads
	b.must(f.compare(b.ctx, s))
	if f.reads != reads {
		b.Errorf("a second comparison read %d documents that had not changed", f.reads-reads)
	}
}

func sameDocumentByEveryPath(b *bench) {
	f, s := b.imported()
	for _, key := range f.keys()[:3] {
		read, err := s.Read(b.ctx, key)
		b.must(err)
		if read.Document == nil {
			b.Fatalf("Read says %q about %s", read.Removed, key)
		}
		if diff := cmp.Diff(f.docs[key], *read.Document); diff != "" {
			b.Errorf("import and Read differ about %s (-import +read):\n%s", key, diff)
		}
	}
}
