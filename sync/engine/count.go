package engine

import (
	"time"

	"dialpadsync.app/sync/source"
)

// The counters of a pass are shared by its workers.

func (p *pass) noteWork() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.worked = true
}

// noteRemoval remembers that the source's word about a removal is of this pass.
func (p *pass) noteRemoval(key source.Key) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard[key] = time.Now()
}

// freshWord is how long the source's word about a removal is good for.
const freshWord = 30 * time.Second

// forgetRemovals makes every removal be asked about again: listing and healing
// Dialpad takes its time.
func (p *pass) forgetRemovals() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.heard)
}

func (p *pass) heardNow(key source.Key) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.heard[key]
	return ok && time.Since(at) < freshWord
}

func (p *pass) countUnchanged() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.run.Unchanged++
}

func (p *pass) countFailed(t *task) {
	p.mu.Lock()
	p.run.Failed++
	p.mu.Unlock()
	p.progress(1, 0)
	p.event(t.change, Refused)
}

func (p *pass) countWritten(t *task) {
	deed := Updated
	p.mu.Lock()
	if t.step == create {
		deed = Created
		p.run.Created++
	} else {
		p.run.Updated++
	}
	if p.restored[t.row.Key] {
		deed = Restored
	}
	p.mu.Unlock()
	p.progress(1, 0)
	p.event(t.change, deed)
}

func (p *pass) event(c source.Change, deed Deed) {
	if p.engine.onEvent == nil {
		return
	}
	e := Event{At: time.Now(), Account: p.ID, Key: c.Key, Deed: deed, Reason: c.Removed}
	if c.Document != nil {
		e.Title = c.Document.Title
	}
	p.engine.onEvent(e)
}
