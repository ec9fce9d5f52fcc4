//go:build long

package main

import (
	"context"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// dialpadWinds are the faults of Dialpad, one of each kind the contract lists.
var dialpadWinds = []string{
	"GET /kbm/nodes token=expired times=2",
	"status=401 times=3",
	"GET /kbm/nodes/{id} probability=0.1 status=404",
	"GET /kbm/nodes/{id} probability=0.6 status=403",
	"/kbm/** status=410 times=2",
	"POST /kbm/nodes probability=0.3 status=409",
	"probability=0.2 status=429 retry-after=2",
	"probability=0.2 status=429 retry-after=date:2",
	"probability=0.1 status=429",
	"probability=0.1 status=429 retry-after=0",
	"probability=0.1 status=429 retry-after=-1",
	"probability=0.1 status=429 retry-after=soon",
	"limit=6/s parallel=2 retry-after=1",
	"status=503",
	"probability=0.5 status=500 body=html",
	"probability=0.5 status=502 body=empty",
	"probability=0.3 status=503 retry-after=2",
	"probability=0.1 status=500 body=huge",
	"POST /kbm/nodes probability=0.4 reset=after",
	"POST,PUT,DELETE probability=0.2 status=504 effect",
	"probability=0.3 delay=800ms",
	"probability=0.2 hold=1s",
	"GET /kbm/nodes drip=4000",
	"probability=0.2 reset=before",
	"probability=0.2 reset=mid",
	"probability=0.5 reset=idle",
	"GET probability=0.2 truncate",
	"GET probability=0.2 html",
	"GET probability=0.2 status=200 body=null",
	"GET /kbm/nodes page=loop",
	"GET /kbm/nodes page=repeat",
	"GET /kbm/nodes page=empty",
	"GET /kbm/nodes page=short",
	"GET /kbm/nodes page=invalid",
	"GET /kbm/nodes page=gone",
	"probability=0.1 redirect=http://127.0.0.1:9/elsewhere",
	"probability=0.5 gzip",
	"clock=+26h",
	"clock=-26h",
}

// lateWinds make Dialpad refuse single answers, which are then not tried again
// within the hour. They come last, because nothing is green from then on.
var lateWinds = []string{
	"POST,PUT,DELETE /kbm/** status=403 times=3",
	"POST /kbm/nodes/{id}/content probability=0.2 status=413",
	"POST /kbm/nodes/{id}/content probability=0.2 status=415",
	"POST,PUT /kbm/** probability=0.2 status=422",
}

// zendeskWinds are those of the help center. None of them lies about an answer
// being gone, and none loses a new sign-in: the first would be the source's own
// word, after the second a person has to sign in.
var zendeskWinds = []string{
	"GET probability=0.2 status=429 retry-after=2",
	"GET probability=0.1 status=429 retry-after=0",
	"GET limit=5/s retry-after=1",
	"GET status=503 body=html",
	"GET probability=0.4 status=500",
	"GET probability=0.3 status=503 retry-after=2",
	"GET probability=0.05 status=500 body=huge",
	"GET probability=0.3 delay=800ms",
	"GET probability=0.2 hold=1s",
	"GET drip=20000",
	"GET probability=0.2 reset=before",
	"GET probability=0.2 reset=mid",
	"GET probability=0.5 reset=idle",
	"GET probability=0.2 truncate",
	"GET probability=0.2 html",
	"GET probability=0.2 status=200 body=null",
	"GET probability=0.1 redirect=http://127.0.0.1:9/elsewhere",
	"GET probability=0.5 gzip",
	"GET /incremental/articles status=404 times=2",
	"GET probability=0.1 status=403",
	`GET probability=0.1 status=503 body="{\"error\":{\"title\":\"odd\",\"message\":\"an object\"}}"`,
}

// weather is gusts, each with other faults and another behaviour of Dialpad,
// and lulls in which everything works.
func (s *storm) weather(ctx context.Context) {
	for ctx.Err() == nil {
		s.gust()
		linger(ctx, time.Duration(1000+s.winds.IntN(2000))*time.Millisecond)
		s.fair()
		linger(ctx, time.Duration(2000+s.winds.IntN(10000))*time.Millisecond)
	}
}

func (s *storm) gust() {
	late := time.Since(s.began) > s.length*3/4
	if late {
		s.blow(s.dialpad.Faults(), lateWinds)
	}
	s.blow(s.dialpad.Faults(), dialpadWinds)
	s.blow(s.zendesk.Faults(), zendeskWinds)
	s.must(s.dialpad.SetSwitches(func(sw *dialpadsim.Switches) {
		one := func(values ...string) string { return values[s.winds.IntN(len(values))] }
		sw.ListShape, sw.ConflictID = one("full", "full", "sparse"), one("on", "off")
		sw.Cursor, sw.ErrorShape = one("stable", "generation"), one("kare", "google", "oauth", "detail", "html", "empty")
		sw.ExtraFields, sw.ReportVersions = one("on", "off"), one("on", "on", "off")
		sw.EmptyBody, sw.UploadAnswer = one("off", "upload"), one("json", "text")
		sw.PageCap = 10 + 90*s.winds.IntN(2)
		if late {
			sw.RejectTitles, sw.Writes = one("", "[0-9]0$"), one("allow", "forbid")
		}
		sw.Retired = [][]string{nil, nil, nil, {"v2.2"}, {"v3.1"}}[s.winds.IntN(5)]
	}))
	s.gusts++
	switch s.gusts % 6 {
	case 1:
		s.shutDialpad()
	case 2:
		s.dialpad.ExpireTokens()
	case 4:
		s.shutZendesk()
	case 5:
		s.zendesk.ExpireCursors()
	}
}

func (s *storm) blow(faults *sim.Faults, winds []string) {
	for range 1 + s.winds.IntN(3) {
		s.must(faults.AddText(winds[s.winds.IntN(len(winds))]))
	}
}

// fair ends all faults and makes both sign-ins valid.
func (s *storm) fair() {
	for side, faults := range map[string]*sim.Faults{"Dialpad: ": s.dialpad.Faults(), "help center: ": s.zendesk.Faults()} {
		for _, rule := range faults.Rules() {
			s.fired[side+rule.Fault] += rule.Fired
		}
		faults.Clear()
	}
	s.openAgain()
	s.must(s.dialpad.SetSwitches(func(sw *dialpadsim.Switches) { *sw = dialpadsim.Switches{LagMS: 300} }))
}

// shutDialpad withdraws the credentials for Dialpad.
func (s *storm) shutDialpad() {
	s.dialpad.RevokeAll()
	s.dialpadShut = append(s.dialpadShut, period{from: time.Now()})
}

// shutZendesk withdraws the sign-in to the help center.
func (s *storm) shutZendesk() {
	s.zendesk.RevokeAll()
	s.zendeskShut = append(s.zendeskShut, period{from: time.Now()})
}

// openAgain gives the credentials back and signs in to the help center again.
func (s *storm) openAgain() {
	now := time.Now()
	if n := len(s.dialpadShut); n > 0 && s.dialpadShut[n-1].to.IsZero() {
		s.dialpadShut[n-1].to = now
		s.dialpad.Restore()
	}
	if n := len(s.zendeskShut); n > 0 && s.zendeskShut[n-1].to.IsZero() {
		s.zendeskShut[n-1].to = now
		access, refresh := s.zendesk.Token(zendesksim.Admin)
		s.signIn(access, refresh, now.Add(10*time.Hour))
	}
}
