package zendesksim

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strconv"
)

const (
	maxPage     = 100
	articlePage = 30 // the reference's default for articles
	// maxOffset and maxOffsetPage bound offset pagination
	// (developer.zendesk.com/documentation/api-basics/pagination).
	maxOffset     = 10000
	maxOffsetPage = 100
)

// paging is what a query says about its page. The order is part of a cursor, so
// that a cursor of another listing is refused.
type paging struct {
	order  string
	desc   bool
	epoch  int
	cursor bool // page[size] or a cursor was given; else page and per_page
	size   int
	page   int
	after  *key
	before *key
}

// cursorJSON is a cursor before it is encoded. End marks the place after
// everything, which links.last starts from.
type cursorJSON struct {
	Order string `json:"o"`
	Num   int64  `json:"n,omitempty"`
	Text  string `json:"t,omitempty"`
	ID    int64  `json:"i,omitempty"`
	End   bool   `json:"z,omitempty"`
	Epoch int    `json:"e"`
}

// parsePaging reads the query; when it cannot, it answers 400 and reports false.
func (s *Server) parsePaging(c *call, order string, desc bool) (paging, bool) {
	s.mu.Lock()
	epoch := s.epoch
	s.mu.Unlock()
	q := c.r.URL.Query()
	if desc {
		order += " desc"
	}
	p := paging{order: order, desc: desc, epoch: epoch, size: articlePage, page: 1}
	p.cursor = q.Has("page[size]") || q.Has("page[after]") || q.Has("page[before]")
	sizeName := "per_page"
	if p.cursor {
		sizeName = "page[size]"
	}
	if text := q.Get(sizeName); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			c.badPaging("InvalidValue", "Invalid attribute", sizeName+" must be a positive integer")
			return p, false
		}
		p.size = n
	}
	p.size = min(p.size, s.config.PageClamp)
	if !p.cursor {
		return p, p.parseOffset(c, q)
	}
	after, okAfter := p.parseCursor(q.Get("page[after]"))
	before, okBefore := p.parseCursor(q.Get("page[before]"))
	if !okAfter || !okBefore || (after != nil && before != nil) {
		c.badPaging("InvalidCursor", "Invalid cursor", "The cursor is malformed, expired or belongs to another listing")
		return p, false
	}
	p.after, p.before = after, before
	return p, true
}

func (p *paging) parseOffset(c *call, q url.Values) bool {
	if text := q.Get("page"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			c.badPaging("InvalidValue", "Invalid attribute", "page must be a positive integer")
			return false
		}
		p.page = n
	}
	if p.page > maxOffsetPage || p.page*p.size > maxOffset {
		c.badPaging("InvalidPaginationDepth",
			"Pagination requests using Offset Pagination are limited to page 100 or up to 10000 records (page * per_page)",
			"There are limits to the page depth in Offset Pagination. Please switch to Cursor Pagination.")
		return false
	}
	return true
}

func (p *paging) parseCursor(text string) (*key, bool) {
	if text == "" {
		return nil, true
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	var in cursorJSON
	if err != nil || json.Unmarshal(raw, &in) != nil || in.Order != p.order || in.Epoch != p.epoch {
		return nil, false
	}
	if in.End {
		k := key{num: math.MaxInt64}
		if p.desc {
			k.num = math.MinInt64
		}
		return &k, true
	}
	return &key{in.Num, in.Text, in.ID}, true
}

func (p *paging) encode(k key) string {
	return p.encodeJSON(cursorJSON{Order: p.order, Num: k.num, Text: k.text, ID: k.id, Epoch: p.epoch})
}

func (p *paging) encodeJSON(c cursorJSON) string {
	// A struct of texts and numbers always encodes.
	raw, _ := json.Marshal(c)
	return base64.StdEncoding.EncodeToString(raw)
}

// cut is one page of a listing.
type cut[T any] struct {
	items      []item[T]
	total      int
	next, prev bool // there is more in this direction
}

// cutPage takes the page out of the order.
func cutPage[T any](p paging, list *sorted[T]) cut[T] {
	out := cut[T]{total: list.count}
	var at place
	desc := p.desc
	switch {
	case !p.cursor:
		at = list.offset((p.page-1)*p.size, desc)
		out.prev = p.page > 1
	case p.before != nil:
		desc = !desc
		at = list.beyond(*p.before, desc)
	case p.after != nil:
		at = list.beyond(*p.after, desc)
	default:
		at = list.offset(0, desc)
	}
	more := false
	for it := range list.from(at, desc) {
		if len(out.items) == p.size {
			more = true
			break
		}
		out.items = append(out.items, it)
	}
	if !p.cursor {
		out.next = more
		return out
	}
	if p.before == nil {
		out.next = more
		out.prev = p.after != nil && list.count > 0 && (len(out.items) == 0 || list.hasBefore(out.items[0].key, p.desc))
		return out
	}
	for i, j := 0, len(out.items)-1; i < j; i, j = i+1, j-1 {
		out.items[i], out.items[j] = out.items[j], out.items[i]
	}
	out.prev = more
	out.next = len(out.items) > 0 && list.hasBefore(out.items[len(out.items)-1].key, !p.desc)
	return out
}

// hasBefore tells whether anything stands before k in the direction.
func (s *sorted[T]) hasBefore(k key, desc bool) bool {
	for range s.from(s.beyond(k, !desc), !desc) {
		return true
	}
	return false
}

type metaJSON struct {
	HasMore bool    `json:"has_more"`
	After   *string `json:"after_cursor"`
	Before  *string `json:"before_cursor"`
}

type linksJSON struct {
	First string  `json:"first"`
	Last  string  `json:"last"`
	Next  *string `json:"next"`
	Prev  *string `json:"prev"`
}

type cursorTail struct {
	Meta  metaJSON  `json:"meta"`
	Links linksJSON `json:"links"`
}

type offsetTail struct {
	Count     int     `json:"count"`
	Page      int     `json:"page"`
	PageCount int     `json:"page_count"`
	PerPage   int     `json:"per_page"`
	Next      *string `json:"next_page"`
	Previous  *string `json:"previous_page"`
}

// tail returns what follows the items, and sets the Link header.
func tail[T any](c *call, p paging, page cut[T]) any {
	if !p.cursor {
		out := offsetTail{Count: page.total, Page: p.page, PerPage: p.size, PageCount: (page.total + p.size - 1) / p.size}
		// The next page is named even where asking for it answers 400.
		if page.next {
			out.Next = c.link("page", strconv.Itoa(p.page+1), "per_page", strconv.Itoa(p.size))
		}
		if page.prev {
			out.Previous = c.link("page", strconv.Itoa(p.page-1), "per_page", strconv.Itoa(p.size))
		}
		return out
	}
	size := strconv.Itoa(p.size)
	end := p.encodeJSON(cursorJSON{Order: p.order, End: true, Epoch: p.epoch})
	out := cursorTail{Links: linksJSON{First: *c.link("page[size]", size), Last: *c.link("page[before]", end, "page[size]", size)}}
	out.Meta.HasMore = page.next
	if p.before != nil {
		out.Meta.HasMore = page.prev
	}
	if n := len(page.items); n > 0 {
		after, before := p.encode(page.items[n-1].key), p.encode(page.items[0].key)
		out.Meta.After, out.Meta.Before = &after, &before
		if page.next || c.s.config.Quirks.NextPastEnd {
			out.Links.Next = c.link("page[after]", after, "page[size]", size)
			c.w.Header().Set("Link", fmt.Sprintf("<%s>; rel=\"next\"", *out.Links.Next))
		}
		if page.prev {
			out.Links.Prev = c.link("page[before]", before, "page[size]", size)
		}
	}
	return out
}

// link returns this request's own absolute address with another page.
func (c *call) link(pairs ...string) *string {
	q := c.r.URL.Query()
	for _, name := range []string{"page", "per_page", "page[size]", "page[after]", "page[before]"} {
		q.Del(name)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	out := c.base + c.path() + "?" + q.Encode()
	return &out
}

// path is the path that was asked for, with its locale.
func (c *call) path() string {
	if c.locale == "" {
		return c.r.URL.Path
	}
	return helpCenter + c.locale + "/" + c.r.URL.Path[len(helpCenter):]
}

// ExpireCursors makes every cursor given out so far answer 400.
func (s *Server) ExpireCursors() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
}

// BetweenPages sets a function that runs after a page was put together and
// before the client gets it, whenever the page has a successor. Page counts
// such pages from 1 since the call. The function may change the world; nil
// removes it.
func (s *Server) BetweenPages(hook func(page int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.between, s.pages = hook, 0
}

// turnPage runs the hook.
func (s *Server) turnPage() {
	s.mu.Lock()
	hook := s.between
	s.pages++
	page := s.pages
	s.mu.Unlock()
	if hook != nil {
		hook(page)
	}
}
