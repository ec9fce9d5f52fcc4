package model_test

import (
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func TestMain(m *testing.M) {
	berlin, err := time.LoadLocation("Europe/Berlin") // has a summer time
	if err != nil {
		panic(err)
	}
	time.Local = berlin
	goleak.VerifyTestMain(m)
}

// beginning is when every world begins.
var beginning = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func noneTold(source.Key) bool { return false }

func cutWrap(page string) (string, bool) {
	frame := strings.SplitN(content.Wrap("\x00"), "\x00", 2)
	inner, begins := strings.CutPrefix(page, frame[0])
	inner, ends := strings.CutSuffix(inner, frame[1])
	return inner, begins && ends
}

// play lets deeds happen to a world of this nature and says what went wrong,
// or "".
func play(t *testing.T, n nature, tally *tally, deeds []deed) string {
	c := &computer{secrets: secret.Memory(), keep: &memory{}, shut: map[string]int{}}
	if n.File {
		c.keep = &file{dir: folder(t)}
	}
	fault, again := "", true
	for at := beginning; again; {
		synctest.Test(t, func(t *testing.T) {
			c.t = t
			deeds, at, again = c.live(n, tally, deeds, at)
			if !again {
				c.calm()
				fault = c.end()
			}
			c.stop()
		})
	}
	return fault
}

// live lets deeds happen until the computer's clock is set back, which takes
// another bubble. It returns what is left, and what the clock says then.
func (c *computer) live(n nature, tally *tally, deeds []deed, at time.Time) (rest []deed, next time.Time, again bool) {
	if c.world == nil {
		time.Sleep(time.Until(at))
		w, err := newWorld(n, tally)
		c.must(err)
		c.world = w
		c.signIn()
		if n.Copied {
			deeds = append([]deed{{What: "sync"}}, deeds...)
		}
	} else {
		there := c.there
		time.Sleep(time.Until(at))
		c.clock.Advance(there.Sub(c.clock.Now()))
	}
	c.start()
	for i, d := range deeds {
		if d.What == "clock back" {
			c.tally.add("deed", d.What, 1)
			c.there = c.clock.Now()
			back := time.Now().Add(-jumps[d.N%len(jumps)])
			if floor := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC); back.Before(floor) {
				back = floor
			}
			return deeds[i+1:], back, true
		}
		c.happen(d)
		c.judgeStatus()
	}
	return nil, at, false
}

// calm is fair weather, and a person who agrees to removals and signs in where
// that is needed.
func (c *computer) calm() {
	c.during = during{}
	c.fair()
	c.dialpad.Restore()
	c.zendesk.SetRole(zendesksim.EndUser, zendesksim.Admin)
	c.demoted = false
	clear(c.shut)
	time.Sleep(lag) // Dialpad's listing shows what was done by hand
	for range 6 {
		c.signIn()
		c.pass(engine.Options{}, 10*time.Minute)
		c.decide(engine.Delete)
		c.pass(engine.Options{Full: true}, 10*time.Minute)
		c.judgeStatus()
		if c.engine.Status().Verdict(time.Now()) == engine.UpToDate {
			return
		}
		time.Sleep(25 * time.Hour)
	}
}

func drawNature(rt *rapid.T) nature {
	yes := func(what string) bool { return oneOf(rt, what, false, true) }
	return nature{
		Articles: upTo(rt, "articles", 12), Restricted: upTo(rt, "restricted", 2), Drafts: upTo(rt, "drafts", 1),
		Languages: 1 + upTo(rt, "languages", 2), Page: oneOf(rt, "page", 3, 7, 100), File: upTo(rt, "file", 19) == 0, Copied: upTo(rt, "copied", 3) > 0,
		Quirks: zendesksim.Quirks{
			TranslationsKeepUpdatedAt: yes("translations keep updated_at"), DraftsLeaveFeed: yes("drafts leave feed"),
			LocaleFallback: yes("locale fallback"), NextPastEnd: yes("next past end"), FreshStartRefused: yes("fresh start refused"),
		},
		Switches: dialpadsim.Switches{
			Dup: oneOf(rt, "dup", "conflict", "upsert", "duplicate"), ConflictID: oneOf(rt, "conflict id", "on", "off"),
			ListShape: oneOf(rt, "list shape", "full", "full", "sparse"), EmptyBody: oneOf(rt, "empty body", "off", "off", "upload", "writes"),
			UploadAnswer: oneOf(rt, "upload answer", "json", "text"), NoContent: oneOf(rt, "no content", "not_found", "empty"),
			TrailingSlash: oneOf(rt, "slash", "any", "required"), Cursor: oneOf(rt, "cursor", "stable", "expires", "generation"),
			Delete: oneOf(rt, "delete", "hard", "soft"), ReportVersions: oneOf(rt, "versions", "on", "on", "off"),
			ExtraFields: oneOf(rt, "extra fields", "off", "on"), PageCap: oneOf(rt, "page cap", 3, 10, 100),
			LagMS: oneOf(rt, "lag", 0, 1000, 90_000), CreateCode: oneOf(rt, "create code", 200, 201),
			CursorCode: oneOf(rt, "cursor code", 400, 410), TokenSeconds: oneOf(rt, "token life", 3600, 90),
		},
	}
}

// sequences is how many worlds a run makes: a flag of rapid's own, or the
// environment.
func sequences(t *testing.T, otherwise int) int {
	n := otherwise
	if text := os.Getenv("DIALPAD_SYNC_SEQUENCES"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// seeded lets rapid begin with a seed that is known, and returns it: the one of
// rapid's flag, or else the given one.
func seeded(t *testing.T, otherwise uint64) uint64 {
	t.Helper()
	seed, err := strconv.ParseUint(flag.Lookup("rapid.seed").Value.String(), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if seed == 0 {
		seed = otherwise
	}
	set(t, "rapid.seed", strconv.FormatUint(seed, 10))
	return seed
}

func set(t *testing.T, name, value string) {
	t.Helper()
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
}

// TestWhateverHappensBothSidesEndEqual lets rapid draw worlds and deeds. The
// quick run has as many as take half a minute under the race detector, always the
// same ones, so that what it finds is news; DIALPAD_SYNC_SEQUENCES says another
// number, -rapid.seed another beginning.
func TestWhateverHappensBothSidesEndEqual(t *testing.T) {
	n := sequences(t, 300)
	seed, counts := seeded(t, 20261125), newTally()
	worlds(t, n, counts)
	t.Logf("%d worlds, seed %d\n%s", n, seed, counts.report())
	for _, few := range counts.enough(n) {
		t.Error("too rare: " + few)
	}
}

// worlds makes n worlds and fails for the first one that goes wrong.
func worlds(t *testing.T, n int, counts *tally) {
	t.Helper()
	set(t, "rapid.checks", strconv.Itoa(n))
	rapid.Check(t, func(rt *rapid.T) {
		nature := rapid.Custom(drawNature).Draw(rt, "nature")
		deeds := rapid.SliceOfN(rapid.Custom(drawDeed), 3, 40).Draw(rt, "deeds")
		if fault := play(t, nature, counts, deeds); fault != "" {
			rt.Fatal(fault)
		}
	})
}
