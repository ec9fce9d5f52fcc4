package dialpadsim

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"dialpadsync.app/sync/sim"
)

// cursor is what next_cursor holds; clients see it sealed.
type cursor struct {
	After      int64  `json:"a"`
	Type       string `json:"t"`
	Status     string `json:"s"`
	Issued     int64  `json:"i"` // Unix milliseconds
	Generation int64  `json:"g"`
}

func (c cursor) seal() string {
	text, _ := json.Marshal(c) // a struct of numbers and strings
	return base64.RawURLEncoding.EncodeToString(text)
}

func unseal(text string) (cursor, bool) {
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &c) != nil {
		return cursor{}, false
	}
	return c, true
}

// listing is one request of D1 or R1.
type listing struct {
	filter
	limit int
	after int64
	sent  string // the cursor as it was sent
}

type listAnswer struct {
	Entries []any  `json:"entries"`
	Next    string `json:"next_cursor,omitempty"`
}

// list is D1 and R1.
func (s *Server) list(c *call) *refusal {
	l, x := s.readListing(c)
	if x != nil {
		return x
	}
	fault, _ := sim.Domain(c.r.Context(), "page")
	switch fault {
	case "invalid":
		return invalidCursor(http.StatusBadRequest)
	case "gone":
		return invalidCursor(http.StatusGone)
	}
	views, more := s.store.list(l.filter, l.after, l.limit)
	answer := listAnswer{Entries: make([]any, 0, len(views))}
	if more {
		answer.Next = s.cursor(l, views[len(views)-1].seq)
	}
	switch fault {
	case "loop":
		if answer.Next = l.sent; l.sent == "" {
			answer.Next = s.cursor(l, 0)
		}
	case "repeat":
		views, _ = s.store.list(l.filter, 0, l.limit)
	case "empty":
		answer.Next, views = s.cursor(l, l.after), nil
	case "short":
		answer.Next, views = "", views[:len(views)/2]
	}
	for _, v := range views {
		answer.Entries = append(answer.Entries, c.entry(v))
	}
	sim.WriteJSON(c.w, http.StatusOK, answer)
	return nil
}

func (s *Server) cursor(l listing, after int64) string {
	return cursor{
		After: after, Type: l.typ, Status: l.status,
		Issued: s.clock.Now().UnixMilli(), Generation: s.store.currentGeneration(),
	}.seal()
}

func (s *Server) readListing(c *call) (listing, *refusal) {
	query := c.r.URL.Query()
	l := listing{filter: filter{typ: query.Get("type"), status: query.Get("status")}, limit: c.sw.PageCap, sent: query.Get("cursor")}
	if c.only {
		l.typ = c.typ
	}
	if !c.only && l.status == "" && c.sw.StatusFilter == "required" {
		return l, badRequest("status is required")
	}
	if query.Has("limit") {
		n, err := strconv.Atoi(query.Get("limit"))
		if err != nil || n < 1 {
			return l, badRequest("limit is not a number from 1 on")
		}
		l.limit = min(n, c.sw.PageCap)
	}
	if !query.Has("cursor") {
		return l, nil
	}
	at, ok := unseal(l.sent)
	if !ok || at.Type != l.typ || at.Status != l.status || !s.alive(c.sw, at) {
		return l, invalidCursor(c.sw.CursorCode)
	}
	l.after = at.After
	return l, nil
}

func (s *Server) alive(sw Switches, at cursor) bool {
	switch sw.Cursor {
	case "expires":
		return s.clock.Now().Sub(time.UnixMilli(at.Issued)) < time.Duration(sw.CursorSeconds)*time.Second
	case "generation":
		return at.Generation == s.store.currentGeneration()
	default:
		return true
	}
}
