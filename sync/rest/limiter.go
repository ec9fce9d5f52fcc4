package rest

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"

	"dialpadsync.app/sync/source"
)

const (
	// longestStored is the longest told wait that a new run believes.
	longestStored = 25 * time.Hour
	// worthKeeping is the shortest told wait that OnTold hears of.
	worthKeeping = time.Minute
)

// LimitConfig says how a Limiter starts.
type LimitConfig struct {
	// Start is the first pace in requests per second; it must be above zero.
	Start float64
	// Ceiling is the most requests per second that are ever sent.
	Ceiling float64
	// Learned is what an earlier run found out, or the zero value.
	Learned LearnedRate
	// OnTold hears at once when the server tells us to wait for longer than a
	// minute, so that the next run can know although this one is killed
	// meanwhile. It may be nil, and is called from several goroutines.
	OnTold func(until time.Time)
}

// LearnedRate is what a Limiter has found out about a server. It is kept over
// restarts as JSON.
type LearnedRate struct {
	// PerSecond is the server's limit, or the pace so far if it never refused.
	PerSecond float64 `json:"per_second"`
	// Refused says that PerSecond comes from refusals (429).
	Refused bool `json:"refused,omitempty"`
	// Burst is how many seconds' worth of requests the server takes at once.
	Burst float64 `json:"burst,omitempty"`
	// Until is when we may come back, or the zero time; Told says that the
	// server said so.
	Until time.Time `json:"until,omitzero"`
	Told  bool      `json:"told,omitempty"`
}

// LimitStatus is what a Limiter does at the moment.
type LimitStatus struct {
	// PerSecond is the present pace.
	PerSecond float64
	// Until is when requests go out again, or the zero time while they do.
	Until time.Time
	// Why is source.Throttled if the server told us to wait, source.Transient
	// if it is dead, and Unclassified while requests go out.
	Why source.Kind
}

// Limiter decides when a request may be sent to one server. Everybody who uses
// the same account on the same server shares one, because the server counts
// them together. It spaces requests evenly at a pace it learns from refusals,
// holds all of them while the server told us to wait, and asks a dead server
// less than once in 30 s. It is safe for concurrent use.
type Limiter struct {
	started  time.Time // carries the monotonic clock
	requests atomic.Uint64
	onTold   func(until time.Time)
	clock    *clockVerdict // of the server, for all its clients

	mu       sync.Mutex
	pacer    *pacer
	bucket   *rate.Limiter
	circuit  circuit
	until    time.Time // nobody sends before
	told     bool      // until is the server's word
	heard    time.Time // the latest that onTold heard of
	ownPause *backoff.ExponentialBackOff
	changed  chan struct{} // closed and replaced when the circuit may have closed
	requeue  chan struct{} // the same when the queue for the pace is dissolved
}

// NewLimiter returns a limiter that has sent nothing yet. A told wait in
// Learned that lies further ahead than a day counts as over.
func NewLimiter(cfg LimitConfig) *Limiter {
	l := &Limiter{
		started:  time.Now(),
		clock:    newClockVerdict(),
		onTold:   cfg.OnTold,
		pacer:    newPacer(max(cfg.Start, slowest), max(cfg.Ceiling, slowest)),
		ownPause: newOwnPause(),
		changed:  make(chan struct{}),
		requeue:  make(chan struct{}),
	}
	if cfg.Learned.PerSecond > 0 {
		l.pacer.restore(cfg.Learned)
	}
	if left := time.Until(cfg.Learned.Until); left > 0 && left <= longestStored {
		l.until, l.told = l.started.Add(left), cfg.Learned.Told
		l.heard = l.until
	}
	l.bucket = rate.NewLimiter(rate.Limit(l.pacer.pace), 1)
	return l
}

// SetCeiling replaces the most requests per second that are ever sent, for
// servers whose answers name their limit. The caller leaves room for others.
func (l *Limiter) SetCeiling(perSecond float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pacer.setCeiling(perSecond)
}

// Learned returns what is to be kept for the next run.
func (l *Limiter) Learned() LearnedRate {
	l.mu.Lock()
	defer l.mu.Unlock()
	learned := LearnedRate{PerSecond: l.pacer.pace}
	if l.pacer.typed {
		learned = LearnedRate{PerSecond: l.pacer.limit, Refused: true, Burst: l.pacer.burst}
	}
	if time.Until(l.until) > 0 {
		learned.Until, learned.Told = l.until.Round(0), l.told
	}
	return learned
}

// Status returns the present pace and pause.
func (l *Limiter) Status() LimitStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	status := LimitStatus{PerSecond: l.pacer.pace}
	if o := l.blocked(now); o.why != source.Unclassified {
		status.Until, status.Why = now.Add(o.wait), o.why
	}
	return status
}

// Wait blocks until a request may be sent. It fails with ctx's error, or with a
// *source.Error whose RetryAt is set if a pause is longer than the patience of
// ctx (see WithPatience) or a dead server stays dead for 10 minutes.
func (l *Limiter) Wait(ctx context.Context) error {
	giveUp := time.Now().Add(mostTrying)
	s, err := l.enter(ctx, &giveUp, nil)
	if err == nil {
		l.left(s)
	}
	return err
}

// number names a request, so that its tries can be told from other requests.
func (l *Limiter) number() uint64 { return l.requests.Add(1) }

// slot is the right to send one request now. It is given back by exactly one
// of worked, refused, broke and left.
type slot struct {
	at    float64 // on the pacer's clock
	probe bool
}

// pausing hears of each pause a request sits out and returns what to call when
// it is over.
type pausing func(until time.Time, why source.Kind) (over func())

// enter waits for a slot, for a dead server until giveUp at most, which moves on
// with the time that the server told us to wait.
func (l *Limiter) enter(ctx context.Context, giveUp *time.Time, tell pausing) (slot, error) {
	for {
		if err := ctx.Err(); err != nil {
			return slot{}, err
		}
		s, free := l.try()
		if free.why != source.Unclassified {
			began := time.Now()
			if err := free.sitOut(ctx, *giveUp, tell); err != nil {
				return slot{}, err
			}
			if free.why == source.Throttled {
				*giveUp = giveUp.Add(time.Since(began))
			}
			continue
		}
		if free.wait <= 0 {
			return s, nil
		}
		if free.wait > max(patience(ctx), moment) {
			free.cancel()
			return slot{}, &source.Error{Kind: source.Throttled, Op: "keep to the pace", RetryAt: time.Now().Add(free.wait)}
		}
		if err := sleep(ctx, free.wait, free.changed); err != nil {
			return slot{}, err
		}
		if s, ok := l.confirm(free.changed); ok {
			return s, nil
		}
	}
}

// obstacle is what keeps a request from being sent: the pace (why is
// Unclassified), a told wait, or a dead server.
type obstacle struct {
	wait    time.Duration
	why     source.Kind
	code    source.Code
	told    bool
	cancel  func()          // gives the place in the queue for the pace back
	changed <-chan struct{} // closed when the obstacle may be gone earlier
}

// sitOut waits until it is worth trying again.
func (o obstacle) sitOut(ctx context.Context, giveUp time.Time, tell pausing) error {
	until := time.Now().Add(o.wait)
	impatient := o.wait > patience(ctx)
	if impatient || o.why == source.Transient && until.After(giveUp) {
		return &source.Error{Kind: o.why, Code: o.code, Op: "paused", RetryAt: until, Told: o.told}
	}
	if tell != nil && o.wait > 0 {
		defer tell(until, o.why)()
	}
	return sleep(ctx, o.wait, o.changed)
}

// try takes a slot, or says what stands in the way. A wait for the pace alone
// is a place in the queue: after it, confirm takes the slot.
func (l *Limiter) try() (slot, obstacle) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if o := l.blocked(now); o.why != source.Unclassified {
		return slot{}, o
	}
	l.bucket.SetLimitAt(now, rate.Limit(l.pacer.rateAt(l.seconds(now))))
	place := l.bucket.ReserveN(now, 1)
	if wait := place.DelayFrom(now); wait > 0 {
		return slot{}, obstacle{wait: wait, cancel: place.Cancel, changed: l.requeue}
	}
	return l.take(now), obstacle{}
}

// confirm takes the slot that was queued for, unless the queue was dissolved or
// a pause began meanwhile.
func (l *Limiter) confirm(queue <-chan struct{}) (slot, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if queue != l.requeue || l.blocked(now).why != source.Unclassified {
		return slot{}, false
	}
	return l.take(now), true
}

func (l *Limiter) take(now time.Time) slot {
	s := slot{at: l.seconds(now), probe: l.circuit.enter()}
	l.pacer.admit(s.at)
	return s
}

// blocked returns the pause that is on, if any.
func (l *Limiter) blocked(now time.Time) obstacle {
	if told := l.until.Sub(now); told > 0 {
		return obstacle{wait: told, why: source.Throttled, told: l.told}
	}
	if wait, dead := l.circuit.wait(now); dead {
		return obstacle{wait: wait, why: source.Transient, code: l.circuit.code, changed: l.changed}
	}
	return obstacle{}
}

func (l *Limiter) seconds(t time.Time) float64 { return t.Sub(l.started).Seconds() }

// worked gives back the slot of a request that was answered.
func (l *Limiter) worked() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ownPause.Reset()
	l.circuit.worked()
	l.wake()
}

// left gives back the slot of a request that was not sent or was given up.
func (l *Limiter) left(s slot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.circuit.left(s.probe)
	l.wake()
}

// broke gives back the slot of a request that got no answer, or one that says
// the server is down (answered). It returns when the server may be asked again
// if the circuit is open, else the zero time.
func (l *Limiter) broke(s slot, request uint64, code source.Code, answered bool) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.circuit.broke(time.Now(), request, code, answered, s.probe)
	l.wake()
	return l.circuit.next
}

// refused gives back the slot of a request that was answered "later". Nobody
// sends anything before the returned time: told from now, or our own growing
// pause if told is 0. tooFast says that the pace was the reason.
func (l *Limiter) refused(s slot, told time.Duration, tooFast bool) (until time.Time, word bool) {
	l.mu.Lock()
	now := time.Now()
	if told > 0 {
		l.pause(now.Add(told), true)
	} else if !l.until.After(now) {
		l.pause(now.Add(l.ownPause.NextBackOff()), false)
	}
	if tooFast {
		l.pacer.refused(s.at, l.seconds(l.until))
		l.dissolve()
	}
	l.circuit.worked()
	l.wake()
	until, word = l.until, l.told
	l.mu.Unlock()
	l.tell()
	return until, word
}

// hold keeps everybody from sending before the given time: the server said so
// about something else, such as a token.
func (l *Limiter) hold(until time.Time) {
	l.mu.Lock()
	l.pause(until, true)
	l.mu.Unlock()
	l.tell()
}

// pause moves the time before which nobody sends, never back.
func (l *Limiter) pause(until time.Time, told bool) {
	if until.After(l.until) {
		l.until, l.told = until, told
	}
}

// tell tells of a new wait that is longer than worthKeeping.
func (l *Limiter) tell() {
	l.mu.Lock()
	until := l.until
	news := l.onTold != nil && l.told && time.Until(until) > worthKeeping && until.Sub(l.heard) > time.Second
	if news {
		l.heard = until
	}
	l.mu.Unlock()
	if news {
		l.onTold(until.Round(0))
	}
}

// wake lets those who wait for a dead server look again.
func (l *Limiter) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// dissolve makes those who queue for the pace queue again: their places were
// given out at a pace that has turned out to be too fast.
func (l *Limiter) dissolve() {
	close(l.requeue)
	l.requeue = make(chan struct{})
	l.bucket = rate.NewLimiter(rate.Limit(l.pacer.pace), 1)
}

// newOwnPause returns the pauses after refusals that name no time: about 1 s,
// doubled each time up to a minute, each between its half and its whole. All
// callers pause together, so the jitter only keeps programs apart; shorter than
// half a second would run into the same window of the server again.
func newOwnPause() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval:     750 * time.Millisecond,
		RandomizationFactor: 1.0 / 3,
		Multiplier:          2,
		MaxInterval:         45 * time.Second,
	}
}
