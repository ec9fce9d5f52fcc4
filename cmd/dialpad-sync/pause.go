package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
)

// pausing is the agent's engine whose pauses outlive a restart.
type pausing struct {
	*engine.Engine
	store *checkpoint.Store
	log   *slog.Logger
}

// pauseValue names what keeps the pause.
const pauseValue = "pause"

// pause is what is kept: Until is zero for a pause until the person resumes.
type pause struct {
	Paused bool      `json:"paused"`
	Until  time.Time `json:"until,omitzero"`
}

// obey pauses or resumes, and remembers it.
func (p pausing) obey(wish pause) {
	if wish.Paused {
		p.Engine.Pause(wish.Until)
	} else {
		p.Engine.Resume()
	}
	p.keep(wish)
}

func (s *system) pausing() pausing { return pausing{s.engine, s.store, s.log} }

func (p pausing) keep(now pause) {
	text, err := json.Marshal(now)
	if err == nil {
		err = p.store.SetValue(context.Background(), pauseValue, text)
	}
	if err != nil {
		p.log.Warn("the pause could not be kept", slog.Any("error", err))
	}
}

// pauseAgain goes on with a pause from before a restart. One that lies further
// ahead than anybody can ask for counts as over: a clock was wrong.
func (s *system) pauseAgain(ctx context.Context) {
	const longest = 31 * 24 * time.Hour
	text, err := s.store.Value(ctx, pauseValue)
	var kept pause
	if err != nil || json.Unmarshal(text, &kept) != nil || !kept.Paused {
		return
	}
	left := time.Until(kept.Until)
	if kept.Until.IsZero() || (left > 0 && left < longest) {
		s.engine.Pause(kept.Until)
	}
}
