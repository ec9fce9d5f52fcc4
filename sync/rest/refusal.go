package rest

import "math"

// bursts are the sizes a server's burst is taken to have, in seconds' worth of
// its limit. A count over the last second behaves like none.
var bursts = [...]float64{0, 0.25, 0.5, 0.75, 1}

const typicalBurst = 0.5

// refusal is what one refused request tells about the limit. The server may
// take more at once than its limit, so one refusal gives a limit for each size
// of that burst: the smallest limit that explains everything accepted before.
// Two refusals after different histories agree on one burst only, and that is
// how both become known.
type refusal struct {
	limit    [len(bursts)]float64 // natural logarithms
	accepted int                  // requests since the last refusal
}

// weigh works out what the refusal of a request admitted at the given time
// says, from the requests that were let through before it.
func (p *pacer) weigh(at float64) refusal {
	var r refusal
	var smallest [len(bursts)]float64
	counted, sinceRefused, newer := 0, 0, 0.0
	from := min(p.resumed, at-1)
	for i := len(p.admitted) - 1; i >= 0 && p.admitted[i] >= min(from, p.refusedAt); i-- {
		start := p.admitted[i]
		if start >= at {
			continue
		}
		if start >= p.refusedAt {
			sinceRefused++
		}
		if start < from {
			continue
		}
		age := at - start
		if newer < 1 {
			smallest[0] = float64(counted) + max(0, 2*min(1, (1-newer)/(age-newer))-1)
		}
		newer = age
		counted++
		for k := 1; k < len(bursts); k++ {
			smallest[k] = max(smallest[k], smallestLimit(counted, age, bursts[k]))
		}
	}
	r.accepted = counted
	for k, burst := range bursts {
		// A refusal leaves a burst empty; a pause fills it again at most.
		if full := at - p.resumed + min(burst, p.resumed-p.refusedAt); k > 0 && sinceRefused > 1 {
			smallest[k] = max(smallest[k], (float64(sinceRefused)-0.5)/max(full, 0.25))
		}
		r.limit[k] = math.Log(max(p.pace/4, smallest[k]))
	}
	return r
}

// smallestLimit is the least limit under which a server with the given burst
// takes n requests within the given seconds.
func smallestLimit(n int, seconds, burst float64) float64 {
	if limit := float64(n) / (seconds + burst); limit*burst >= 1 {
		return limit
	}
	return float64(n-1) / max(seconds, 0.001)
}

// fit brings a new refusal together with the earlier ones and sets limit and
// burst. It says whether that is enough to hold the limit. A refusal that
// contradicts the earlier ones shows that the limit has moved: it starts anew.
func (p *pacer) fit(r refusal) bool {
	size, limit, agree := agreement(append(p.refusals, r), p.burst)
	if agree && len(p.refusals) > 0 {
		p.refusals = append(p.refusals, r)
		p.refusals = p.refusals[max(0, len(p.refusals)-keptRefusals):]
		p.burst, p.limit = bursts[size], min(limit, p.pace)
		total := 0
		for _, r := range p.refusals {
			total += r.accepted
		}
		p.typed = p.typed || total >= enoughAgreeing
		return total >= enoughAgreeing
	}
	p.refusals = []refusal{r}
	for k, burst := range bursts {
		if burst == p.burst {
			p.limit = math.Exp(r.limit[k])
		}
	}
	if p.burst > 0 {
		// The refused request shows less than one request more than was taken.
		p.limit *= 1 + 0.5/float64(r.accepted)
	}
	p.limit = min(p.limit, p.pace)
	return p.typed && r.accepted >= enough
}

// agreement finds the burst at which refusals agree best on one limit, slightly
// in favour of the burst assumed so far. It returns the index of the burst, the
// limit, and whether the refusals really agree there: within 4 % and one
// request's worth.
func agreement(refusals []refusal, assumed float64) (size int, limit float64, agree bool) {
	const stickiness = 0.0001
	best := math.Inf(1)
	for k, burst := range bursts {
		var weight, mean, spread float64
		for _, r := range refusals {
			weight += float64(r.accepted)
			mean += float64(r.accepted) * r.limit[k]
		}
		mean /= weight
		within := true
		for _, r := range refusals {
			off := r.limit[k] - mean
			spread += float64(r.accepted) * off * off / weight
			within = within && math.Abs(off) <= 0.04+1/float64(r.accepted)
		}
		away := burst - assumed
		if badness := spread + stickiness*away*away; badness < best {
			best, size, limit, agree = badness, k, math.Exp(mean), within
		}
	}
	return size, limit, agree
}
