package zendesksim

import (
	"slices"
	"strings"
)

// The orders of Zendesk's article listings.
const (
	byPosition = "position"
	byTitle    = "title"
	byCreated  = "created_at"
	byUpdated  = "updated_at"
	byEdited   = "edited_at"
)

// view names one listing: what it holds, in which order. Its order is built
// when somebody asks for it and kept right from then on, so that a page costs
// its own length however large the account is.
type view struct {
	brand    int64
	who      audience
	locale   string // "" displays each article's source locale
	section  int64  // 0: all
	category int64  // 0: all
	labels   string // sorted, separated by commas; an article must have all
	noDrafts bool
	sortBy   string
}

// maxViews bounds how many orders are kept; beyond it all are dropped and built
// again as needed.
const maxViews = 64

// view returns the order of v.
func (w *world) view(v view) *sorted[*article] {
	if list := w.views[v]; list != nil {
		return list
	}
	if len(w.views) >= maxViews {
		clear(w.views)
	}
	var items []item[*article]
	for _, a := range w.order {
		if k, ok := v.key(w, a); ok {
			items = append(items, item[*article]{k, a})
		}
	}
	list := newSorted(items)
	w.views[v] = list
	return list
}

// key returns the article's place in the view and whether it is in it at all.
func (v view) key(w *world, a *article) (key, bool) {
	if !v.holds(a) {
		return key{}, false
	}
	t := w.shown(a, v.locale)
	if t == nil || !v.who.sees(a, t) || (v.noDrafts && t.draft) {
		return key{}, false
	}
	k := key{id: a.id}
	switch v.sortBy {
	case byTitle:
		k.text = strings.ToLower(w.title(a, t))
	case byCreated:
		k.num = a.created
	case byUpdated:
		k.num = a.updated
	case byEdited:
		k.num = t.edited
	default:
		k.num = a.position
	}
	return k, true
}

func (v view) holds(a *article) bool {
	switch {
	case a.archived || a.section.category.brand.ID != v.brand:
		return false
	case v.section != 0 && a.section.id != v.section:
		return false
	case v.category != 0 && a.section.category.id != v.category:
		return false
	case v.labels == "":
		return true
	}
	for label := range strings.SplitSeq(v.labels, ",") {
		if !slices.Contains(a.labels, label) {
			return false
		}
	}
	return true
}

// labelList brings a label_names parameter into the form view uses.
func labelList(param string) string {
	labels := strings.FieldsFunc(param, func(r rune) bool { return r == ',' })
	for i := range labels {
		labels[i] = strings.TrimSpace(labels[i])
	}
	slices.Sort(labels)
	return strings.Join(slices.Compact(labels), ",")
}
