package model_test

import (
	"slices"
	"strings"

	"dialpadsync.app/sync/sim"
)

// dialpadWeather has every fault of contracts/dialpad.md §8.2 that is one of
// an answer.
var dialpadWeather = []string{
	"GET /kbm/nodes token=expired times=2",
	"token=expired every=7",
	"status=401 times=3",
	"status=403 times=2",
	"/kbm/nodes status=410 times=2",
	"POST /kbm/nodes probability=0.4 status=409",
	"POST /kbm/nodes/{id}/content probability=0.3 status=413",
	"POST /kbm/nodes/{id}/content probability=0.3 status=415",
	"POST,PUT /kbm/** probability=0.3 status=422",
	"POST,PUT,DELETE /kbm/** status=403 times=3",
	"POST,PUT probability=0.2 status=400",
	"probability=0.2 status=429 retry-after=2",
	"probability=0.2 status=429 retry-after=date:2",
	"probability=0.1 status=429",
	"probability=0.1 status=429 retry-after=0",
	"probability=0.1 status=429 retry-after=-1",
	"probability=0.1 status=429 retry-after=soon",
	"nth=6 status=429 retry-after=86400",
	"limit=2/s burst=3 parallel=1 retry-after=1",
	"status=503",
	"status=503 times=7",
	"probability=0.5 status=500 body=html",
	"probability=0.5 status=502 body=empty",
	"probability=0.3 status=503 retry-after=2",
	"nth=4 status=500 body=huge",
	"POST /kbm/nodes reset=after times=3",
	"POST /kbm/nodes probability=0.5 status=502 effect",
	"POST,PUT,DELETE probability=0.3 status=504 effect",
	"POST,PUT,DELETE probability=0.3 reset=after",
	"DELETE reset=after times=2",
	"probability=0.3 delay=8s",
	"POST /kbm/nodes probability=0.3 hold=70s",
	"GET /kbm/nodes drip=2000",
	"probability=0.2 reset=before",
	"probability=0.2 reset=mid",
	"probability=0.3 reset=idle",
	"probability=0.3 truncate",
	"probability=0.2 html",
	"GET probability=0.2 status=200 body=null",
	"POST /kbm/nodes probability=0.4 status=200 body=null",
	"GET /kbm/nodes page=loop",
	"GET /kbm/nodes page=repeat",
	"GET /kbm/nodes page=empty",
	"GET /kbm/nodes page=invalid",
	"GET /kbm/nodes page=gone",
	"probability=0.2 redirect=http://127.0.0.1:9/elsewhere",
	"probability=0.5 gzip",
	"clock=+28h",
	"clock=-28h",
	"clock=+9y",
}

// zendeskWeather has those of contracts/zendesk.md §6. None lies about an
// answer being gone: that would be the source's own word.
var zendeskWeather = []string{
	"GET probability=0.2 status=401",
	"GET probability=0.1 status=403",
	"GET /incremental/articles status=404 times=2",
	"GET probability=0.2 status=429 retry-after=2",
	"GET probability=0.1 status=429 retry-after=0",
	"GET probability=0.1 status=429 retry-after=date:5",
	"GET nth=5 status=429 retry-after=86400",
	"GET limit=1/s burst=2 retry-after=1",
	"GET status=503 body=html",
	"GET probability=0.4 status=500",
	"GET probability=0.3 status=503 retry-after=2",
	"GET nth=3 status=500 body=huge",
	"GET probability=0.3 delay=8s",
	"GET probability=0.1 hold=70s",
	"GET drip=2000",
	"GET probability=0.2 reset=before",
	"GET probability=0.2 reset=mid",
	"GET probability=0.3 reset=idle",
	"GET probability=0.2 truncate",
	"GET probability=0.2 html",
	"GET probability=0.2 status=200 body=null",
	"GET probability=0.1 redirect=http://127.0.0.1:9/elsewhere",
	"GET probability=0.5 gzip",
	`GET probability=0.3 status=503 body="{\"error\":{\"title\":\"odd\",\"message\":\"an object\"}}"`,
	"POST /oauth/tokens status=503 times=2",
	"POST /oauth/tokens reset=after times=1",
	"clock=+28h",
	"clock=-28h",
	"clock=+9y",
}

// blow adds one fault to one side.
func (w *world) blow(n, k int) error {
	if k%2 == 0 {
		return w.dialpad.Faults().AddText(dialpadWeather[n%len(dialpadWeather)])
	}
	return w.zendesk.Faults().AddText(zendeskWeather[n%len(zendeskWeather)])
}

// garbled says whether Dialpad has given whole answers that were not what it
// holds: then a text may look like another one and be written again.
func (w *world) garbled() bool {
	lies := func(fault string) bool {
		return slices.ContainsFunc([]string{"truncate", "html", "null"}, func(word string) bool { return strings.Contains(fault, word) })
	}
	return slices.ContainsFunc(w.dialpad.Faults().Rules(), func(f sim.Fired) bool { return f.Fired > 0 && lies(f.Fault) })
}

// renewalsFail says whether a fault is about renewing the source's sign-in.
func (w *world) renewalsFail() bool {
	return slices.ContainsFunc(w.zendesk.Faults().Rules(), func(f sim.Fired) bool { return strings.Contains(f.Fault, "oauth") })
}

// windy says whether a fault of Dialpad's has fired.
func (w *world) windy() bool {
	return slices.ContainsFunc(w.dialpad.Faults().Rules(), func(f sim.Fired) bool { return f.Fired > 0 })
}

// fair ends all faults and counts how often each has fired.
func (w *world) fair() {
	for side, faults := range map[string]*sim.Faults{"dialpad: ": w.dialpad.Faults(), "zendesk: ": w.zendesk.Faults()} {
		for _, rule := range faults.Rules() {
			w.tally.add("fault", side+rule.Fault, rule.Fired)
			w.byListing = w.byListing || rule.Fired > 0 && strings.Contains(rule.Fault, "incremental")
		}
		faults.Clear()
	}
}
