package zendesk

import (
	"context"
	"fmt"
	"time"

	"dialpadsync.app/sync/source"
)

// sane is how far the Date header and this computer's clock may differ before
// neither is believed: positions then come from what Zendesk's lists show alone.
const sane = time.Hour

// surelyPast is an instant in Unix seconds that is past by both clocks, with
// the margin for changes that show late. It is false where they disagree.
func (s *Source) surelyPast(asked time.Time) (int64, bool) {
	here := s.now()
	if asked.IsZero() || asked.Sub(here).Abs() > sane {
		return 0, false
	}
	return min(asked.Unix(), here.Unix()) - margin, true
}

// latest is the last instant, in Unix seconds, at which a change can have been
// made, by whichever clock is ahead.
func (s *Source) latest(asked time.Time) int64 { return max(unix(asked), s.now().Unix()) }

// clocks are what this computer's clock and the Date header say of one moment,
// the one that is behind first.
type clocks struct{ behind, ahead time.Time }

// clocks is the present by both clocks.
func (s *Source) clocks(asked time.Time) clocks {
	here := s.now()
	if here.Before(asked) {
		return clocks{here, asked}
	}
	return clocks{asked, here}
}

// believable refuses a position that lies ahead of the latest instant there can
// be: the clocks were wrong when it was taken, and nothing would be found from
// there.
func believable(mark, latest int64) error {
	if mark-overlap > latest {
		return fmt.Errorf("%w: it lies in the future", source.ErrCursorExpired)
	}
	return nil
}

// beginning is where the changes of a place are read from after an import that
// begins now: shortly before the present where the clocks agree, else shortly
// before the newest change the listings show.
func (s *Source) beginning(ctx context.Context, p place, asked time.Time) (int64, error) {
	if past, ok := s.surelyPast(asked); ok {
		return past, nil
	}
	var newest int64
	for _, locale := range p.Locales {
		q := byChange(p, locale, "")
		q.query.Set("page[size]", "1")
		found, got, err := s.collect(ctx, p, locale, q)
		if err != nil {
			return 0, err
		}
		for _, e := range found {
			newest = max(newest, min(e.updated, s.latest(got.asked)))
		}
	}
	return max(newest-margin, 1), nil
}
