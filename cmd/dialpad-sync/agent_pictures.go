package main

import (
	"context"
	"slices"
	"sync"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
)

// pictures holds what followers of the agent see; it outlives the engines that
// are wired one after the other.
type pictures struct {
	mu        sync.Mutex
	now       local.Picture
	followers map[chan local.Picture]int // the window's process id, or 0
	// came is the last wish a window has answered; news is closed when that or the
	// windows that follow change. Both are guarded by mu.
	came int
	news chan struct{}
}

// Picture returns what is seen now.
func (p *pictures) Picture() local.Picture {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.copy()
}

func (p *pictures) copy() local.Picture {
	c := p.now
	c.Accounts = slices.Clone(c.Accounts)
	return c
}

// Watch returns a channel that always holds the newest picture. It is closed
// when ctx ends. window is the process id of a window that follows, or 0.
func (p *pictures) Watch(ctx context.Context, window int) <-chan local.Picture {
	ch := make(chan local.Picture, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.followers == nil {
		p.followers = map[chan local.Picture]int{}
	}
	ch <- p.copy()
	p.followers[ch] = window
	context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.followers, ch)
		close(ch)
		p.tell()
	})
	return ch
}

// change is the only writer.
func (p *pictures) change(f func(*local.Picture)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(&p.now)
	for ch := range p.followers {
		select {
		case <-ch:
		default:
		}
		ch <- p.copy()
	}
}

// windows are the process ids of the windows that follow.
func (p *pictures) windows() (all []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.following()
}

func (p *pictures) following() (all []int) {
	for _, window := range p.followers {
		if window != 0 {
			all = append(all, window)
		}
	}
	return all
}

// Came implements local.Opener.
func (p *pictures) Came(count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.came = max(p.came, count)
	p.tell()
}

// tell lets whoever waits look again.
func (p *pictures) tell() {
	if p.news != nil {
		close(p.news)
		p.news = nil
	}
}

// await returns whether what is asked under the lock becomes so before ctx ends.
func (p *pictures) await(ctx context.Context, so func() bool) bool {
	for {
		p.mu.Lock()
		if so() {
			p.mu.Unlock()
			return true
		}
		if p.news == nil {
			p.news = make(chan struct{})
		}
		news := p.news
		p.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
			return false
		}
	}
}

// relay shows an engine's pictures until ctx ends.
func (p *pictures) relay(ctx context.Context, e *engine.Engine) {
	for s := range e.Watch(ctx) {
		p.change(func(now *local.Picture) { now.Status = s })
	}
}
