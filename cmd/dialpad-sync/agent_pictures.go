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
	followers map[chan local.Picture]bool // whether it is the window
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
// when ctx ends.
func (p *pictures) Watch(ctx context.Context, window bool) <-chan local.Picture {
	ch := make(chan local.Picture, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.followers == nil {
		p.followers = map[chan local.Picture]bool{}
	}
	ch <- p.copy()
	p.followers[ch] = window
	context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.followers, ch)
		close(ch)
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

// hasWindow says whether the window follows.
func (p *pictures) hasWindow() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, window := range p.followers {
		if window {
			return true
		}
	}
	return false
}

// relay shows an engine's pictures until ctx ends.
func (p *pictures) relay(ctx context.Context, e *engine.Engine) {
	for s := range e.Watch(ctx) {
		p.change(func(now *local.Picture) { now.Status = s })
	}
}
