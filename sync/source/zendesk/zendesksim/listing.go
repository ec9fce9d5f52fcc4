package zendesksim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// sliceOf turns a short list into an order: its own.
func sliceOf[T any](list []T, id func(T) int64) *sorted[T] {
	items := make([]item[T], len(list))
	for i, v := range list {
		items[i] = item[T]{key{num: int64(i), id: id(v)}, v}
	}
	return newSorted(items)
}

// servePage answers with the page of a list that nobody else holds. Extra, if
// not nil, is spliced in behind the items.
func servePage[T any](c *call, name string, list *sorted[T], render func(T) any, extra any) {
	p, ok := c.s.parsePaging(c, name, false)
	if !ok {
		return
	}
	page := cutPage(p, list)
	items := make([]any, len(page.items))
	for i, it := range page.items {
		items[i] = render(it.value)
	}
	after := tail(c, p, page)
	if page.next {
		c.s.turnPage()
	}
	c.writeList(name, items, extra, after)
}

// writeList writes {"name":[items…], …} item by item, so that a page of large
// articles is never held as a whole. The tails are objects whose members
// follow; nil ones are left out.
func (c *call) writeList(name string, items []any, tails ...any) {
	ending := []byte("]")
	for _, t := range tails {
		if t == nil {
			continue
		}
		raw, err := json.Marshal(t)
		if err != nil {
			http.Error(c.w, "the answer cannot be encoded: "+err.Error(), http.StatusInternalServerError)
			return
		}
		if len(raw) > 2 {
			ending = append(append(ending, ','), raw[1:len(raw)-1]...)
		}
	}
	c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	c.w.WriteHeader(http.StatusOK)
	fmt.Fprintf(c.w, "{%q:[", name)
	for i, v := range items {
		if i > 0 {
			_, _ = io.WriteString(c.w, ",")
		}
		raw, err := json.Marshal(v)
		if err != nil {
			panic(http.ErrAbortHandler) // too late for a status
		}
		if _, err := c.w.Write(raw); err != nil {
			return // the client has gone
		}
	}
	_, _ = c.w.Write(append(ending, '}'))
}
