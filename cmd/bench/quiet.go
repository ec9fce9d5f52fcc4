package main

import (
	"context"
	"fmt"
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
	var least, most int64
	sizes := append(append([]int{}, b.sizes.between...), b.sizes.many)
	for _, size := range sizes {
		cost, err := b.quietPass(ctx, size)
		if err != nil {
			return figures, err
		}
		figures = append(figures, cost.figure(many(size)+" documents", 2))
		if least == 0 || cost.bytes < least {
			least = cost.bytes
		}
		most = max(most, cost.bytes)
	}
	figures = append(figures, atMost("pass without changes: bytes", fmt.Sprintf("most ÷ least at %d … %s documents", sizes[0], many(b.sizes.many)),
		float64(most)/float64(least), flat, "").more("%d … %d B", least, most))
	cost, err := b.quietPass(ctx, b.sizes.languages, "en-us", "de", "fr")
	if err != nil {
		return figures, err
	}
	figures = append(figures, cost.figure(many(b.sizes.languages)+" documents in each of 3 languages", 4))
	cost, err = b.afterBulk(ctx)
	if err != nil {
		return figures, err
	}
	setting := fmt.Sprintf("%s documents, %s of them edited in one second 45 min ago", many(b.sizes.between[len(b.sizes.between)-1]), many(b.sizes.bulk))
	return append(figures, cost.figure(setting, 2)), nil
}

// cost is what one pass asked of both sides.
type cost struct {
	left, right int64 // requests, at the most
	bytes       int64 // both sides together
}

func (c cost) figure(setting string, bound float64) figure {
	f := atMost("pass without changes: requests", setting, float64(max(c.left, c.right)), bound, "a side")
	return f.more("%d + %d, %.1f kB", c.left, c.right, float64(c.bytes)/1000)
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
		now := w.spent()
		if asked := o.Run.SourceRequests; asked != now.left-before.left {
			return most, fmt.Errorf("the engine counts %d requests to the source, the double %d", asked, now.left-before.left)
		}
		most = cost{
			left: max(most.left, now.left-before.left), right: max(most.right, now.right-before.right),
			bytes: max(most.bytes, now.bytes-before.bytes),
		}
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

// afterBulk changes more articles in one second than a page of changes holds,
// lets two passes deal with that and counts the next ones.
func (b *bench) afterBulk(ctx context.Context) (cost, error) {
	w, err := b.synced(ctx, b.sizes.between[len(b.sizes.between)-1])
	if err != nil {
		return cost{}, err
	}
	if err := w.helps.BulkTouch(min(b.sizes.bulk, w.articles)); err != nil {
		return cost{}, err
	}
	s, err := open(ctx, w.job())
	if err != nil {
		return cost{}, err
	}
	defer s.close()
	for range 2 {
		w.helps.Clock().Advance(later)
		if _, err := s.pass(ctx); err != nil {
			return cost{}, err
		}
	}
	s.close()
	return w.quietPass(ctx)
}
