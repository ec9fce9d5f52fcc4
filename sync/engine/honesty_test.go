package engine_test

import (
	"fmt"
	"maps"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// honesty holds what a sync says at its end against both sides.
type honesty struct {
	// drifted is when somebody's hand last changed a document in Dialpad,
	// silent when the source last hid one without telling.
	drifted, silent map[source.Key]time.Time
	lie             string // the first one
}

func newHonesty() honesty {
	return honesty{drifted: map[source.Key]time.Time{}, silent: map[source.Key]time.Time{}}
}

// hold judges the end of a sync. A proof of that sync says that both sides are
// equal, and so does a tick, but for what was changed by hand in Dialpad too late
// for the proof's listing and, without a proof, hidden silently since. Texts that
// somebody typed over are found by their version, which is not known of what was
// only written.
func (b *bench) hold(out engine.Outcome, began time.Time) {
	if !b.mu.TryLock() {
		return // an operation that is stuck holds both sides
	}
	defer b.mu.Unlock()
	proved := !out.Status.Proved.Before(began)
	if b.lie != "" || !proved && out.Status.Verdict(time.Now()) != engine.UpToDate {
		return
	}
	for key, what := range b.unequal() {
		drifted, byHand := b.drifted[key]
		silent, hushed := b.silent[key]
		switch {
		case byHand && drifted.After(out.Status.Proved.Add(-b.lag)):
		case byHand && b.mute && what == anotherText:
		case hushed && silent.After(out.Status.Proved):
		default:
			b.lie = fmt.Sprintf("%s %s, changed by hand %v; proved %v, in this sync %v, verdict %d: %+v",
				key, what, drifted, out.Status.Proved, proved, out.Status.Verdict(time.Now()), out.Status)
			return
		}
	}
}

const anotherText = "holds another text"

// unequal says per key how Dialpad differs from the source.
func (w *world) unequal() map[source.Key]string {
	out, nodes, visible := map[source.Key]string{}, map[source.Key]int{}, w.visible()
	for _, n := range w.nodes {
		if n.foreign {
			continue
		}
		nodes[n.key]++
		a, ok := visible[n.key]
		switch {
		case !ok:
			out[n.key] = "is not in the source"
		case nodes[n.key] > 1:
			out[n.key] = "is there twice"
		case n.status != engine.Published:
			out[n.key] = "is not published"
		case n.empty:
			out[n.key] = "is empty"
		case n.body != a.body || n.title != a.title:
			out[n.key] = anotherText
		}
	}
	for key := range maps.Keys(visible) {
		if nodes[key] == 0 {
			out[key] = "is missing"
		}
	}
	return out
}
