package model_test

import (
	"cmp"
	"slices"
	"strconv"

	"dialpadsync.app/sync/dialpad/dialpadsim"
)

// drifts are what somebody may do in Dialpad by hand. Each says whether there
// was anything to do it to.
var drifts = map[string]func(w *world, n int) bool{
	"delete by hand": onNode(isOurs, func(d *dialpadsim.Server, node dialpadsim.Node) error { return d.DeleteByHand(node.ID) }),
	"edit by hand": onNode(isOurs, func(d *dialpadsim.Server, node dialpadsim.Node) error {
		return d.EditByHand(node.ID, "By hand", "<html><body><p>By hand.</p></body></html>")
	}),
	"unpublish by hand": onNode(isOurs, func(d *dialpadsim.Server, node dialpadsim.Node) error { return d.UnpublishByHand(node.ID) }),
	"duplicate by hand": func(w *world, n int) bool {
		some := w.nodesThat(isOurs)
		if len(some) == 0 {
			return false
		}
		double := some[n%len(some)]
		double.Status = ""
		w.byHand(double.ExternalID, func() { w.dialpad.Seed(double) })
		return true
	},
	"a stray node": func(w *world, n int) bool {
		stray := dialpadsim.Node{
			Title: "Stray", Source: ours, ExternalID: strconv.Itoa(7000+n) + ":en-us", Locale: "en-US",
			Content: "<html><body><p>Stray.</p></body></html>",
		}
		w.byHand(stray.ExternalID, func() { w.dialpad.Seed(stray) })
		return true
	},
	"a foreign node": func(w *world, n int) bool {
		some := dialpadsim.Foreign(1, 1, 1)
		w.byHand("", func() { w.dialpad.Seed(some[n%len(some)]) })
		return true
	},
	"edit a foreign node": onNode(isForeign, func(d *dialpadsim.Server, node dialpadsim.Node) error {
		return d.EditByHand(node.ID, "Somebody else's", "<html><body><p>Somebody else's.</p></body></html>")
	}),
}

func isForeign(n dialpadsim.Node) bool { return n.Source != ours }

// nodesThat are the nodes that fit, oldest first.
func (w *world) nodesThat(fit func(dialpadsim.Node) bool) []dialpadsim.Node {
	w.mu.Lock()
	defer w.mu.Unlock()
	var some []dialpadsim.Node
	for _, n := range w.nodes {
		if fit(n) {
			some = append(some, n)
		}
	}
	slices.SortFunc(some, func(a, b dialpadsim.Node) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return some
}

func onNode(fit func(dialpadsim.Node) bool, do func(*dialpadsim.Server, dialpadsim.Node) error) func(*world, int) bool {
	return func(w *world, n int) bool {
		some := w.nodesThat(fit)
		if len(some) == 0 {
			return false
		}
		one, done := some[n%len(some)], false
		w.byHand(one.ID, func() { done = do(w.dialpad, one) == nil })
		return done
	}
}
