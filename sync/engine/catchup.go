package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dialpadsync.app/sync/source"
)

// catchUp reads the source page by page until nothing is left and applies
// every change. It says whether the pages were a reading of everything.
func (p *pass) catchUp(ctx context.Context) (imported bool, err error) {
	p.fetching = true
	defer func() { p.fetching = false }()
	visited := map[source.Cursor]bool{}
	for {
		page, err := p.Source.Fetch(ctx, p.state.Cursor)
		if errors.Is(err, source.ErrCursorExpired) && !p.expired {
			p.expired = true
			p.state.Cursor = ""
			continue
		}
		if errors.Is(err, source.ErrCursorExpired) {
			err = &source.Error{Kind: source.Transient, Code: source.CodeCutShort, Op: "read changes", Side: "source", Err: err}
		}
		if err != nil {
			return imported, fmt.Errorf("read changes: %w", err)
		}
		if page.Import {
			imported = true
			p.phase(FirstCopy)
		} else if imported {
			p.phase(Checking) // what happened during the import
		}
		p.gotOn()
		p.progress(0, page.Total)
		if err := p.apply(ctx, page.Changes); err != nil {
			return imported, err
		}
		visited[p.state.Cursor] = true
		if page.More && visited[page.Next] {
			return imported, &source.Error{
				Kind: source.Transient, Code: source.CodeCutShort, Op: "read changes", Side: "source",
				Err: errors.New("the source gives the same page for ever"),
			}
		}
		if err := p.moveCursor(ctx, page, imported); err != nil {
			return imported, err
		}
		if !page.More {
			return imported, nil
		}
	}
}

// moveCursor saves the place after a page whose changes have all been dealt
// with. The end of an import marks proof and comparison as due, so that a
// crash right after it does not forget them.
func (p *pass) moveCursor(ctx context.Context, page source.Page, imported bool) error {
	state := p.state
	state.Cursor = page.Next
	if imported && !page.More {
		state.Imported, state.Compared, state.Proved = true, time.Time{}, time.Time{}
	} else if page.Next == p.state.Cursor {
		return nil
	}
	if err := p.engine.cp.Commit(ctx, p.ID, Batch{State: &state}); err != nil {
		return fmt.Errorf("save checkpoint: %w", err)
	}
	p.state = state
	if page.Import {
		p.stretch.lasting()
	}
	return nil
}
