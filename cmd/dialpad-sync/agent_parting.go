package main

import (
	"cmp"
	"context"
	"time"

	"dialpadsync.app/sync/local"
)

// Forget implements local.Householder. Every face sees how far it has come; of
// what came of it when whoever asked has gone, a notification tells. With
// everything forgotten the agent has nothing left to do.
func (d desk) Forget(ctx context.Context, ask local.ForgetRequest, tell func(local.ForgetStep)) {
	work := ctx
	if ask.Stays {
		var done func()
		work, done = d.agent.untilEnd(ctx)
		defer done()
	}
	p := d.agent.part(ask)
	d.Desk.Forget(work, ask, func(step local.ForgetStep) {
		step.Number = p.Number
		p.Step = step
		d.agent.parts(p)
		tell(step)
	})
	p.Over = true
	d.agent.parts(p)
	switch {
	case p.Step.Done && ask.Everything:
		d.agent.stop()
	case ctx.Err() != nil && work.Err() == nil:
		d.agent.tellParted(p)
	}
}

// part begins a disconnection in the picture.
func (a *agent) part(ask local.ForgetRequest) local.Parting {
	p := local.Parting{Number: 1, Ask: ask, Source: ask.Account}
	a.change(func(now *local.Picture) {
		if now.Parting != nil {
			p.Number = now.Parting.Number + 1
		}
		for _, s := range now.Accounts {
			if s.ID == ask.Account {
				p.Source = cmp.Or(s.Source, ask.Account)
			}
		}
		shown := p
		now.Parting = &shown
	})
	return p
}

// parts shows how far a disconnection has come, unless another one began.
func (a *agent) parts(p local.Parting) {
	a.change(func(now *local.Picture) {
		if now.Parting.Number == p.Number {
			now.Parting = &p
		}
	})
}

// tellParted notifies of the end of a disconnection. Without a desktop nobody
// takes the notification.
func (a *agent) tellParted(p local.Parting) {
	n := a.words.Load().Parted(p.Source, p.Step.Removed, p.Step.NotConfirmed)
	if problem := p.Step.Problem; problem != nil {
		n = a.words.Load().NotParted(p.Source, *problem, time.Now())
	}
	select {
	case a.notices <- n:
	default:
	}
}
