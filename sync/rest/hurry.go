package rest

import (
	"context"
	"math"
	"sync"
	"time"

	"dialpadsync.app/sync/source"
)

// shortestAnswer is how long a server has at least to begin its answer.
const shortestAnswer = 5 * time.Second

// hurry ends a request that gets no answer when its caller's patience ends.
type hurry struct {
	left   func() time.Duration // the patience
	giveUp func()

	mu    sync.Mutex
	timer *time.Timer
	over  bool
}

// hurried calls giveUp when the patience that ctx has is at its end, unless the
// returned function was called before.
func hurried(ctx context.Context, giveUp func()) (stop func()) {
	left := source.Patience(ctx)
	if left == math.MaxInt64 {
		return func() {}
	}
	h := &hurry{left: func() time.Duration { return source.Patience(ctx) }, giveUp: giveUp}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.timer = time.AfterFunc(max(left, shortestAnswer), h.look)
	return h.stop
}

func (h *hurry) look() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return
	}
	if left := h.left(); left > 0 {
		h.timer.Reset(left)
		return
	}
	h.giveUp()
}

func (h *hurry) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = true
	h.timer.Stop()
}
