package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/wake"
)

// settle is how long after sleep or a new network names can be looked up.
const settle = 3 * time.Second

// watchful catches up once after sleep, a new network or a clock that was set,
// and rests while the settings say that work costs too much.
func (a *agent) watchful(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	told := make(chan wake.Reason, 1)
	group.Go(func() error {
		err := wake.Run(ctx, func(why wake.Reason) {
			select {
			case told <- why:
			default: // one catch-up is enough
			}
		})
		if errors.Is(err, wake.ErrNone) {
			return nil // the ticks tell
		}
		return err
	})
	group.Go(func() error { a.lookOut(ctx, told, wake.PowerNow); return nil })
	return group.Wait()
}

// lookOut waits for reasons to catch up. With the engine's looks it looks
// whether the computer slept or the clock was set, and every second time what
// power and network cost.
func (a *agent) lookOut(ctx context.Context, told <-chan wake.Reason, power func(context.Context) wake.Power) {
	look := time.NewTimer(engine.UntilNext(time.Now(), engine.LookEvery))
	defer look.Stop()
	ticks := wake.Watch{Every: engine.LookEvery}
	ticks.Tick(time.Now())
	var soon <-chan time.Time
	catchUp := func(why wake.Reason) {
		if why != "" && soon == nil {
			a.log.Info("catching up", slog.String("why", string(why)))
			soon = time.After(settle)
		}
	}
	for even := false; ; {
		select {
		case why := <-told:
			catchUp(why)
		case <-look.C:
			now := time.Now()
			look.Reset(engine.UntilNext(now, engine.LookEvery))
			catchUp(ticks.Tick(now))
			if even = !even; even {
				a.restIfCostly(ctx, power)
			}
		case <-soon:
			soon = nil
			a.nudge(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// nudge makes a pass begin soon, unless passes are not to begin by themselves.
func (a *agent) nudge(ctx context.Context) {
	if p := a.Picture(); p.Paused || p.Resting != "" {
		return
	}
	err := a.use(ctx, func(_ context.Context, sys *system) error {
		sys.engine.Wake("")
		return nil
	})
	if err != nil && ctx.Err() == nil {
		a.wireSoon()
	}
}

// restIfCostly asks about power and network only where the settings care.
func (a *agent) restIfCostly(ctx context.Context, power func(context.Context) wake.Power) {
	_ = a.use(ctx, func(ctx context.Context, sys *system) error { // nothing wired rests anyway
		sys.restIfCostly(ctx, power)
		return nil
	})
}

func (s *system) restIfCostly(ctx context.Context, power func(context.Context) wake.Power) {
	why := engine.Rest("")
	if s.conf.PauseOnBattery || s.conf.PauseOnMetered {
		why = restFor(s.conf, power(ctx))
	}
	if why != s.engine.Status().Resting {
		s.engine.Rest(why)
	}
}

// restFor is why the agent rests; what is unknown is no reason.
func restFor(conf *settings.Settings, power wake.Power) engine.Rest {
	switch {
	case conf.PauseOnBattery && power.Battery == wake.Yes:
		return engine.RestBattery
	case conf.PauseOnMetered && power.Metered == wake.Yes:
		return engine.RestMetered
	}
	return ""
}
