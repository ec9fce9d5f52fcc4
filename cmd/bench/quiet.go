package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// later is an interval between two passes.
const later = 15 * time.Minute

// flat is how far the bytes of a pass without changes may lie apart at
// different sizes.
const flat = 1.1

// quiet counts, at the doubles, what a pass without changes asks for and how
// many bytes go over its connections.
func quiet(ctx context.Context, b *bench) ([]figure, error) {
	var figures []figure
	sizes := b.sizes.quiet()
	var bytes []int64
	for _, size := range sizes {
		c, err := b.quietPass(ctx, size)
		if err != nil {
			return figures, err
		}
		figures = append(figures, c.figure(many(size)+" documents", 2))
		bytes = append(bytes, c.bytes)
	}
	least, most := slices.Min(bytes), slices.Max(bytes)
	setting := fmt.Sprintf("largest ÷ smallest, %s … %s documents", many(sizes[0]), many(b.sizes.many))
	figures = append(figures, atMost("pass without changes: bytes", setting, float64(most)/float64(least), flat, "").more("%d … %d B", least, most))
	c, err := b.quietPass(ctx, b.sizes.languages, "en-us", "de", "fr")
	if err != nil {
		return figures, err
	}
	figures = append(figures, c.figure(many(b.sizes.languages)+" documents in each of 3 languages", 4))
	bulk, c, err := b.afterBulk(ctx)
	if err != nil {
		return figures, err
	}
	setting = fmt.Sprintf("after a bulk edit of %s in one second", many(b.sizes.bulk))
	return append(figures, c.figure(setting, 2).more("the edit itself: %d + %d", bulk.left, bulk.right)), nil
}

// cost is what was asked of the source (left) and of Dialpad.
type cost struct {
	left, right int64 // requests
	bytes       int64 // over the connections of both
}

func (c cost) figure(setting string, bound int64) figure {
	return figure{
		what: "pass without changes: requests", setting: setting, value: float64(c.left + c.right),
		measured: fmt.Sprintf("%d + %d, %.1f kB", c.left, c.right, float64(c.bytes)/1000),
		bound:    fmt.Sprintf("≤ %d a side", bound), ok: max(c.left, c.right) <= bound,
	}
}

func (b *bench) quietPass(ctx context.Context, articles int, locales ...string) (cost, error) {
	w, err := b.synced(ctx, articles, locales...)
	if err != nil {
		return cost{}, err
	}
	return w.quietPass(ctx)
}

// quietPass makes two passes an interval apart: the first of a new process,
// whose sign-in to the help center has to be renewed, and the next one. It
// returns the larger numbers of both.
func (w *world) quietPass(ctx context.Context) (most cost, err error) {
	if err := w.refreshSoon(ctx); err != nil {
		return most, err
	}
	s, err := open(ctx, w.job())
	if err != nil {
		return most, err
	}
	defer s.close()
	for range 2 {
		w.helps.Clock().Advance(later)
		before := w.spent()
		o, err := s.pass(ctx)
		if err != nil {
			return most, err
		}
		if r := o.Run; r.Created+r.Updated+r.Deleted+r.Failed > 0 {
			return most, fmt.Errorf("the pass found changes: %+v", r)
		}
		c := w.spent().since(before)
		if o.Run.SourceRequests != c.left || o.Run.DialpadRequests != c.right {
			return most, fmt.Errorf("the engine counts %d + %d requests, the doubles %d + %d", o.Run.SourceRequests, o.Run.DialpadRequests, c.left, c.right)
		}
		most = cost{max(most.left, c.left), max(most.right, c.right), max(most.bytes, c.bytes)}
	}
	return most, nil
}

// spent is what both doubles have seen so far.
func (w *world) spent() cost {
	return cost{
		left: w.helps.Journal().Total(), right: w.knows.Journal().Total(),
		bytes: w.left.traffic.bytes.Load() + w.right.traffic.bytes.Load(),
	}
}

func (c cost) since(before cost) cost {
	return cost{c.left - before.left, c.right - before.right, c.bytes - before.bytes}
}

// afterBulk changes more articles in one second than a page of changes holds.
// It returns what the two passes that deal with that ask for, and then what one
// without changes does.
func (b *bench) afterBulk(ctx context.Context) (bulk, quiet cost, err error) {
	w, err := b.synced(ctx, b.sizes.holding(b.sizes.bulk))
	if err != nil {
		return bulk, quiet, err
	}
	if err := w.helps.BulkTouch(b.sizes.bulk); err != nil {
		return bulk, quiet, err
	}
	before := w.spent()
	for range 2 {
		w.helps.Clock().Advance(later)
		if _, err := child[result](ctx, "sync", w.job()); err != nil {
			return bulk, quiet, err
		}
	}
	bulk = w.spent().since(before)
	quiet, err = w.quietPass(ctx)
	return bulk, quiet, err
}
