package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// moreMemory is how much more memory many documents may take than few.
const moreMemory = 10

// tries is how often the small side of a comparison is measured: the peak of a
// small process moves with the garbage collector's timing.
const tries = 3

// memory compares the peak memory of first imports with their proofs.
func memory(ctx context.Context, b *bench) ([]figure, error) {
	var few []int64
	for range tries {
		w, err := b.newWorld(ctx, b.sizes.few, []string{"en-us"}, nil)
		if err != nil {
			return nil, err
		}
		err = w.importAll(ctx)
		w.close()
		if err != nil {
			return nil, err
		}
		few = append(few, w.imported.Peak)
	}
	w, err := b.synced(ctx, b.sizes.many)
	if err != nil {
		return nil, err
	}
	return []figure{b.grown("first import + proof: peak memory", "", middle(few), w.imported.Peak)}, nil
}

func middle(values []int64) int64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// grown compares peaks at few and many documents.
func (b *bench) grown(what, setting string, few, large int64) figure {
	growth := megabytes(large) - megabytes(few)
	return figure{
		what: what, setting: setting + many(b.sizes.few) + " → " + many(b.sizes.many) + " documents, own process", value: megabytes(large),
		measured: fmt.Sprintf("%+.1f MB (%.1f → %.1f)", growth, megabytes(few), megabytes(large)),
		bound:    fmt.Sprintf("≤ +%d MB", moreMemory), ok: growth <= moreMemory,
	}
}

// delta compares the peak memory of passes that bring one page of long
// articles.
func delta(ctx context.Context, b *bench) ([]figure, error) {
	peaks := map[int]int64{}
	for _, size := range []int{b.sizes.few, b.sizes.many} {
		w, err := b.synced(ctx, size)
		if err != nil {
			return nil, err
		}
		if peaks[size], err = w.longPage(ctx, b.sizes.long, b.sizes.longBytes); err != nil {
			return nil, err
		}
	}
	setting := fmt.Sprintf("%s × %d kB; ", many(b.sizes.long), b.sizes.longBytes/1000)
	return []figure{b.grown("a page of changes: peak memory", setting, peaks[b.sizes.few], peaks[b.sizes.many])}, nil
}

// longPage makes articles long and has a process of its own sync them.
func (w *world) longPage(ctx context.Context, articles, bytes int) (peak int64, err error) {
	sentence := "<p>Hold the button until the light turns green, then wait for a minute.</p>\n"
	body := strings.Repeat(sentence, bytes/len(sentence)+1)
	for _, a := range w.helps.Articles()[:articles] {
		if err := w.helps.Edit(a.ID, w.locales[0], "A long answer", fmt.Sprintf("<p>%d</p>%s", a.ID, body)); err != nil {
			return 0, err
		}
	}
	w.helps.Clock().Advance(later)
	found, err := child[result](ctx, "sync", w.job())
	if err != nil {
		return 0, err
	}
	if found.Run.Updated != articles {
		return 0, fmt.Errorf("%d of %d articles were updated", found.Run.Updated, articles)
	}
	return found.Peak, nil
}
