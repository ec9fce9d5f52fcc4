package rest

import "math"

// How the pace moves. Growth is a share per second; the figures were chosen by
// running package ratebench over some thousand random limits.
const (
	learnGrowth    = 0.12  // nothing was refused yet: doubles in 6 s
	approachGrowth = 0.03  // refused once, the limit is known roughly
	creepGrowth    = 0.02  // first part of a probe
	fastGrowth     = 0.5   // a probe that went beyond everything we knew
	probeStep      = 0.1   // how much a probe's growth increases each second
	creepSeconds   = 10.0  // √(2 ÷ creepGrowth): how long a burst of 1 s hides the excess
	outgrown       = 1.35  // a probe this far above the limit shows a new limit
	firstSlack     = 0.005 // how far below the limit the pace stays
	slackStep      = 0.005 // more after a refusal nobody provoked, for jitter
	slackKept      = 0.7   // of it after a quiet time
	mostSlack      = 0.08
	approachPause  = 1.0 // seconds before an approach starts to grow
	quietRequests  = 105 // between probes: a failed one is less than 1 % of all
	quietSeconds   = 22.0
	lostShare      = 0.035 // of the time that a failed probe may cost
	enough         = 15    // accepted requests that make one refusal telling
	enoughAgreeing = 6     // the same for several that agree
	keptRefusals   = 4
	keptAdmissions = 512
	slowest        = 1.0 / 60
)

// phase says what the pacer knows about the server's limit.
type phase int

const (
	learning    phase = iota // nothing was refused: grow
	approaching              // refused, but the limit is known roughly: grow slowly
	holding                  // the limit is known: stay just under it
	probing                  // held long enough: is there more by now?
)

// pacer finds out how fast a server may be asked when nobody tells. It grows
// until it is refused, works out from what was accepted before what the limit
// must be (see refusal), stays just under it, and asks for more only after so
// many requests and so much time that a refused probe costs less than 1 % of
// the requests and less than lostShare of the time.
//
// Times are seconds on the limiter's monotonic clock. A pacer is not safe for
// concurrent use.
type pacer struct {
	ceiling float64
	pace    float64 // requests per second now
	phase   phase
	limit   float64 // what the server allows; 0 while nothing was refused
	burst   float64 // seconds' worth of requests the server takes at once
	typed   bool    // burst comes from refusals that agreed, not from a guess
	slack   float64

	refusals []refusal // the latest ones that speak of the same limit
	admitted []float64 // when requests were let through, oldest first
	refusedAt, resumed,
	quietUntil float64
	quietLeft int     // requests still to send before a probe
	moved     float64 // when the pace was last looked at
	probed    float64 // seconds of growth in this probe
}

func newPacer(start, ceiling float64) *pacer {
	return &pacer{
		ceiling: ceiling, pace: min(start, ceiling), burst: typicalBurst, slack: firstSlack,
		refusedAt: -1, // whatever burst the server has is full at the start
	}
}

// restore starts from what an earlier run learned.
func (p *pacer) restore(learned LearnedRate) {
	p.pace = min(max(learned.PerSecond, slowest), p.ceiling)
	if !learned.Refused {
		return
	}
	p.limit, p.burst, p.typed = max(learned.PerSecond, slowest), bursts[0], true
	for _, burst := range bursts {
		if math.Abs(burst-learned.Burst) < math.Abs(p.burst-learned.Burst) {
			p.burst = burst
		}
	}
	p.hold(0, 0)
}

// setCeiling replaces the upper bound.
func (p *pacer) setCeiling(perSecond float64) {
	p.ceiling = max(perSecond, slowest)
	p.pace = min(p.pace, p.ceiling)
}

// rateAt returns the pace for a request that is to be sent now.
func (p *pacer) rateAt(now float64) float64 {
	passed := min(now-p.moved, 1)
	p.moved = now
	if now < p.quietUntil || !p.inDemand(now) {
		return p.pace
	}
	growth := learnGrowth
	switch p.phase {
	case approaching:
		growth = approachGrowth
	case holding:
		if p.quietLeft > 0 {
			return p.pace
		}
		p.phase, p.probed = probing, 0
		p.slack = max(firstSlack, slackKept*p.slack)
		return p.pace
	case probing:
		growth = p.probe(passed)
	}
	p.pace = min(p.ceiling, p.pace*math.Exp(growth*passed))
	return p.pace
}

// probe returns the growth of a probe. As long as the server's burst may hide
// that we are too fast it creeps, so that the refusal comes close to the limit
// and tells it exactly; then it hurries, because the limit must have moved.
func (p *pacer) probe(passed float64) float64 {
	p.probed += passed
	if p.pace > outgrown*p.limit {
		p.refusals = nil
	}
	beyond := p.probed - creepSeconds*math.Sqrt(p.burst)
	return min(fastGrowth, creepGrowth+probeStep*max(0, beyond))
}

// inDemand says whether requests come about as fast as the pace lets them: a
// pace nobody uses proves nothing and is not raised. While nothing was refused
// yet the pace may run ahead of the demand, so that it does not make requests
// wait for each other.
func (p *pacer) inDemand(now float64) bool {
	const latest = 6
	used := 0.75
	if p.phase == learning {
		used = 0.3
	}
	n := len(p.admitted)
	return n < latest || latest >= used*p.pace*(now-p.admitted[n-latest])
}

// admit notes a request that goes out now.
func (p *pacer) admit(now float64) {
	if len(p.admitted) == keptAdmissions {
		p.admitted = append(p.admitted[:0], p.admitted[keptAdmissions/4:]...)
	}
	p.admitted = append(p.admitted, now)
	p.quietLeft--
}

// forget takes back the request admitted at the given time: it was refused.
func (p *pacer) forget(at float64) {
	for i := len(p.admitted) - 1; i >= 0; i-- {
		if p.admitted[i] == at {
			p.admitted = append(p.admitted[:i], p.admitted[i+1:]...)
			return
		}
	}
}

// refused lowers the pace after the request admitted at the given time was
// refused and nothing will be sent before resume. Several refusals of one
// moment count once.
func (p *pacer) refused(at, resume float64) {
	p.forget(at)
	if at < p.resumed {
		p.resumed = max(p.resumed, resume)
		return
	}
	r := p.weigh(at)
	unexpected := p.phase == holding
	pause, since := resume-at, at-p.refusedAt
	p.refusedAt, p.resumed, p.moved = at, resume, resume
	if r.accepted == 0 {
		// Not even one request was due since the last refusal.
		p.pace = max(slowest, min(0.9*p.pace, 1/max(1, since)))
		return
	}
	if p.fit(r) {
		if unexpected && len(p.refusals) > 1 {
			p.slack = min(mostSlack, p.slack+slackStep)
		}
		p.hold(resume, pause)
		return
	}
	p.approach(resume)
}

// hold stays just under the limit, long enough for the next probe to be cheap.
// What a pause costs is what the server's burst does not give back.
func (p *pacer) hold(now, pause float64) {
	p.phase = holding
	p.pace = max(slowest, min(p.ceiling, (1-p.slack)*p.limit))
	p.quietLeft = quietRequests
	p.quietUntil = now + max(quietSeconds, (pause-p.burst)/lostShare)
}

// approach goes on below a limit that is known roughly. Where the kind of
// server is unknown too, the truth lies between the estimate and the pace that
// failed.
func (p *pacer) approach(now float64) {
	next := p.limit
	if !p.typed {
		next = math.Sqrt(p.limit * p.pace)
	}
	p.phase = approaching
	p.pace = max(slowest, min(next, 0.97*p.pace))
	p.quietUntil = now + approachPause
}
