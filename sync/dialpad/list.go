package dialpad

import (
	"context"
	"errors"
	"hash/maphash"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// pageSize is the only limit ever seen on the wire; the largest is unknown.
const pageSize = 100

// Owned lists every node of ours, whatever its status, where the API allows a
// listing without one; otherwise the published ones. A node is given once even
// if it moves between pages. Entries that do not name their source are read one
// by one, unless Memory knows them.
//
// The sequence ends with an error, and is then not complete, when a page fails,
// a cursor or a page repeats, or an empty page promises more. A cursor that is
// refused starts the listing over, once.
func (d *Destination) Owned(ctx context.Context) iter.Seq2[engine.Node, error] {
	return func(yield func(engine.Node, error) bool) {
		for n, err := range d.nodes(ctx) {
			if err == nil {
				var ours bool
				if n, ours, err = d.sort(ctx, n); err == nil && !ours {
					continue
				}
			}
			if err != nil {
				yield(engine.Node{}, err)
				return
			}
			if !yield(n.engineNode(n.key().Locale()), nil) {
				return
			}
		}
	}
}

// sort says whether a listed node is ours, completing an entry that does not
// tell.
func (d *Destination) sort(ctx context.Context, n node) (node, bool, error) {
	if n.typ != "" && n.typ != typeContent || n.status == archived {
		return n, false, nil
	}
	if n.source != "" {
		return n, d.owns(n), nil
	}
	if key, ok := d.memory.Known(n.id); ok {
		n.externalID = string(key)
		return n, true, nil
	}
	if d.memory.Foreign(n.id) {
		return n, false, nil
	}
	full, err := d.read(ctx, n.id, "")
	switch {
	case errors.Is(err, engine.ErrNodeGone):
		return n, false, nil // deleted since the page was made
	case err != nil:
		return n, false, err
	case d.owns(full):
		d.memory.Learn(full.id, full.key())
		return full, true, nil
	}
	d.memory.LearnForeign(n.id)
	return full, false, nil
}

// nodes lists all nodes of type content, each once (D1).
func (d *Destination) nodes(ctx context.Context) iter.Seq2[node, error] {
	return func(yield func(node, error) bool) {
		seen := newIDs()
		for round := uint8(1); ; round++ {
			stopped, err := d.pages(ctx, seen, round, yield)
			switch {
			case stopped:
				return
			case round == 1 && errors.Is(err, errCursor):
				continue
			case err != nil:
				yield(node{}, err)
			}
			return
		}
	}
}

// errCursor marks the refusal of a cursor.
var errCursor = errors.New("the cursor was refused")

// pages reads one listing from its first page to its last and yields every node
// that no round has yielded before.
func (d *Destination) pages(ctx context.Context, seen ids, round uint8, yield func(node, error) bool) (stopped bool, err error) {
	cursors := newIDs()
	for cursor := ""; ; {
		page, err := d.page(ctx, cursor)
		if err != nil {
			return false, err
		}
		fresh := false
		for _, n := range page.entries {
			before := seen.add(n.id, round)
			fresh = fresh || before != round
			if before == 0 && !yield(n, nil) {
				return true, nil
			}
		}
		switch {
		case page.next == "" && (fresh || cursor == "" || len(page.entries) == 0):
			return false, nil
		case !fresh:
			return false, cutShort("a page brought nothing new")
		case cursors.add(page.next, 1) != 0:
			return false, cutShort("a cursor came twice")
		}
		cursor = page.next
	}
}

func cutShort(why string) error {
	return &source.Error{
		Kind: source.Transient, Code: source.CodeCutShort, Op: listNodes.op, Side: side, Err: errors.New(why),
	}
}

// page reads one page. Whether a listing without a status is accepted is found
// out once.
func (d *Destination) page(ctx context.Context, cursor string) (listing, error) {
	withStatus := d.seen.statusNeeded()
	page, err := d.pageOf(ctx, cursor, withStatus)
	if cursor == "" && !withStatus && refusesQuery(err) {
		if page, err = d.pageOf(ctx, cursor, true); err == nil {
			d.seen.needStatus()
		}
	}
	switch {
	case err == nil:
		d.seen.answered(listNodes)
	case cursor != "" && (refusesQuery(err) || isMissing(err)):
		err = &source.Error{
			Kind: source.Transient, Code: source.CodeCutShort, Op: listNodes.op, Side: side,
			Status: statusOf(err), Err: errCursor,
		}
	case isMissing(err), refusesDocument(statusOf(err)):
		err = noVersion(err)
	}
	return page, err
}

func refusesQuery(err error) bool {
	status := statusOf(err)
	return status == http.StatusBadRequest || status == http.StatusUnprocessableEntity
}

func (d *Destination) pageOf(ctx context.Context, cursor string, withStatus bool) (listing, error) {
	r := d.request(listNodes, "", "")
	r.Query = url.Values{"type": {typeContent}, "limit": {strconv.Itoa(pageSize)}}
	if withStatus {
		r.Query.Set("status", published)
	}
	if cursor != "" {
		r.Query.Set("cursor", cursor)
	}
	var l listing
	_, err := d.client.JSON(ctx, r, &l)
	return l, err
}

// ids says in which round each id was added last, keeping eight bytes of it.
// Two ids that collide, in one of 10^8 listings of a million nodes, hide one
// node from its listing, which costs reading it.
type ids struct {
	seed  maphash.Seed
	round map[uint64]uint8
}

func newIDs() ids { return ids{maphash.MakeSeed(), make(map[uint64]uint8)} }

// add returns the round in which the id was added before, or 0.
func (s ids) add(id string, round uint8) (before uint8) {
	h := maphash.String(s.seed, id)
	before = s.round[h]
	s.round[h] = round
	return before
}

func (s ids) has(id string) bool {
	_, ok := s.round[maphash.String(s.seed, id)]
	return ok
}
