package main

import (
	"context"
	"log/slog"
	"time"

	"dialpadsync.app/sync/rest"
)

// waitValue names what keeps until when a side told us to wait.
func waitValue(account, side string) string { return "wait " + account + " " + side }

// keepWait remembers a told wait as soon as it is heard: the end of the pass,
// when everything learned is kept, may never come.
func (s *system) keepWait(account, side string) func(until time.Time) {
	return func(until time.Time) {
		text, err := until.MarshalText()
		if err == nil {
			err = s.store.SetValue(context.Background(), waitValue(account, side), text)
		}
		if err != nil {
			s.log.Warn("a wait could not be kept", slog.String("side", side), slog.Any("error", err))
		}
	}
}

// withWait is what was learned, with a wait that was heard later.
func (s *system) withWait(ctx context.Context, account, side string, learned rest.LearnedRate) (rest.LearnedRate, error) {
	text, err := s.store.Value(ctx, waitValue(account, side))
	if err != nil {
		return learned, err
	}
	var until time.Time
	if until.UnmarshalText(text) == nil && until.After(learned.Until) {
		learned.Until, learned.Told = until, true
	}
	return learned, nil
}
