package engine

import (
	"cmp"
	"slices"
	"time"

	"dialpadsync.app/sync/source"
)

// The counters of a pass are shared by its workers.

func (p *pass) noteWork() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.worked = true
}

func (p *pass) noteMissed(key source.Key) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.missed[key] = true
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
	p.touched = append(p.touched, writtenMark(t.row.Key))
	p.stretch.lasting()
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

// noteRemoved takes a document out of those that were written to.
func (p *pass) noteRemoved(key source.Key) { p.touched = append(p.touched, goneMark(key)) }

// writtenMark and goneMark name a document that was written to, or removed.
func writtenMark(key source.Key) Mark { return MarkOf(string(key)) | 1 }

func goneMark(key source.Key) Mark { return MarkOf(string(key)) &^ 1 }

// unchanged is how many documents both sides have that did not have to be
// written to, by the marks of what was done, in order. It sorts them.
func unchanged(c Counts, touched []Mark) int {
	slices.SortStableFunc(touched, func(a, b Mark) int { return cmp.Compare(a|1, b|1) })
	settled := c.Source - c.Pending - c.Failed
	for i, m := range touched {
		last := i+1 == len(touched) || touched[i+1]|1 != m|1
		if last && m&1 == 1 {
			settled--
		}
	}
	return max(0, settled)
}
