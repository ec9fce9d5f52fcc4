package magento

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// blocks are the CMS blocks that a store view shows.
type blocks struct {
	at     time.Time
	byID   map[string]block
	byName map[string]block
	sum    string
}

// text is a block's text by its identifier or number. Without blocks there is
// none.
func (b *blocks) text(name string) (string, bool) {
	if b == nil {
		return "", false
	}
	if found, ok := b.byName[name]; ok {
		return found.Content, true
	}
	found, ok := b.byID[name]
	return found.Content, ok
}

// print ends the versions of pages: it moves when any block does, because a
// page's own time does not move with a block inside it (contract §4).
func (b *blocks) print() string {
	if b == nil || b.sum == "" {
		return ""
	}
	return "/" + b.sum
}

// blocksOf reads the blocks of a store view. What is younger than a minute is
// not asked for again.
func (s *Source) blocksOf(ctx context.Context, v view) (*blocks, error) {
	if err := s.gate.take(ctx); err != nil {
		return nil, err
	}
	defer s.gate.give()
	if b := s.blocks[v.code]; b != nil && time.Since(b.at) < fresh {
		return b, nil
	}
	b := &blocks{at: time.Now(), byID: map[string]block{}, byName: map[string]block{}}
	sum := sha256.New()
	for _, store := range []int64{0, v.id} { // the view's own ones win
		q := query{filters: []filter{equals("store_id", store), equals("is_active", 1)}, order: "block_id", size: pageSize}
		_, err := every(ctx, s, "list blocks", everyView, "cmsBlock/search", q, func(b block) int64 { return b.ID }, func(found block) error {
			if !found.Active {
				return nil
			}
			id := fmt.Sprint(found.ID)
			b.byID[id], b.byName[found.Identifier] = found, found
			fmt.Fprintf(sum, "%s %s %d\n", id, found.Identifier, found.Updated.Unix())
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(b.byID) > 0 {
		b.sum = hex.EncodeToString(sum.Sum(nil)[:6])
	}
	s.blocks[v.code] = b
	return b, nil
}

// blocksMoved says whether a block has changed since an instant.
func (s *Source) blocksMoved(ctx context.Context, since time.Time) (bool, time.Time, error) {
	q := query{filters: []filter{from("update_time", since)}, order: "block_id", size: 1, fields: "id"}
	_, total, asked, err := search[block](ctx, s, "read changes of blocks", everyView, "cmsBlock/search", q)
	if total > 0 {
		s.forgetBlocks()
	}
	return total > 0, asked, err
}

func (s *Source) forgetBlocks() {
	s.gate <- struct{}{}
	clear(s.blocks)
	s.gate.give()
}

func equals(field string, value int64) filter { return filter{field, fmt.Sprint(value), "eq"} }

func from(field string, t time.Time) filter {
	return filter{field, t.UTC().Format(instantForm), "gteq"}
}
