package main

import (
	"strings"
	"testing"
	"time"
)

// day is the beginning of the world of these tests.
var day = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

// at is a moment of that day, by its seconds.
func at(seconds float64) time.Time { return day.Add(time.Duration(seconds * float64(time.Second))) }

// since is a state that began at a moment.
func since(seconds float64, state string) event {
	return event{from: at(seconds), to: at(seconds), state: state, told: true}
}

func untold(e event) event { e.told = false; return e }
func hand(e event) event   { e.byHand = true; return e }

func exchange(seconds, took float64, method, template, subject string, status int) entry {
	return entry{
		Time: at(seconds), Took: time.Duration(took * float64(time.Second)), Method: method, Template: template, Subject: subject, Status: status,
	}
}

func feedAt(seconds float64) entry  { return exchange(seconds, 0.1, "GET", feedTemplate, "", 200) }
func listAt(seconds float64) entry  { return exchange(seconds, 0.1, "GET", listTemplate, "", 200) }
func nodesAt(seconds float64) entry { return exchange(seconds, 0.1, "GET", nodesTemplate, "", 200) }

// denial is a fault of Dialpad: it says of a node it has that it has none.
func denial(seconds float64) entry {
	e := exchange(seconds, 0.1, "GET", nodeTemplate, "n2", 404)
	e.Fault = "status=404"
	return e
}

const (
	nodeTemplate    = nodesTemplate + "/{id}"
	contentTemplate = nodeTemplate + "/content"
)

// honest is an hour in which two documents were copied, checked every ten
// minutes and proved at minute 30, and somebody looks at minute 50.
func honest() (*truth, *look) {
	t := &truth{
		interval: 10 * time.Minute, lag: time.Second,
		source:      history{"1": {since(0, "one"), since(600, "one again")}, "2": {since(0, "two")}},
		dialpad:     history{"1": {since(60, "one"), since(1210, "one again")}, "2": {since(61, "two")}},
		toSource:    []entry{feedAt(50), listAt(70), feedAt(1200), feedAt(1800), listAt(1801), feedAt(2400)},
		toDialpad:   []entry{nodesAt(71), exchange(1209, 1, "POST", contentTemplate, "n1", 201), nodesAt(1802)},
		keyOf:       map[string]string{"n1": "1", "n2": "2"},
		kept:        map[string][]period{},
		sourceShut:  []period{{at(100), at(200)}},
		dialpadShut: []period{{at(100), at(200)}},
	}
	return t, &look{
		asked: at(3000), answered: at(3000.1), by: "status", green: true, idle: true, checked: at(2400.5), proved: at(1802),
	}
}

func TestFalseGreens(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*truth, *look)
		want   string // a part of the only thing that is wrong; empty: nothing is
	}{
		"all is well": {func(*truth, *look) {}, ""},
		"it contradicts itself": {
			func(_ *truth, l *look) { l.odd = "held 3" }, "it says itself: held 3",
		},
		"it was never checked": {
			func(_ *truth, l *look) { l.checked = time.Time{} }, "never asked",
		},
		"it was never proved": {
			func(_ *truth, l *look) { l.proved = time.Time{} }, "never asked",
		},
		"the help center has been silent for two intervals": {
			func(_ *truth, l *look) { l.asked, l.answered = at(3601), at(3602) }, "nothing since 10:40:00.100",
		},
		"the help center is silent, but not for that long": {
			func(_ *truth, l *look) { l.asked, l.answered = at(3599), at(3602) }, "",
		},
		"nobody claims anything while the help center is silent": {
			func(_ *truth, l *look) { l.asked, l.answered, l.green = at(9000), at(9001), false }, "",
		},
		"an answer that was spoiled is no word": {
			func(t *truth, l *look) {
				spoiled := feedAt(3000)
				spoiled.Fault = "html"
				t.toSource = append(t.toSource, spoiled)
				l.asked, l.answered = at(3601), at(3602)
			}, "nothing since",
		},
		"what Dialpad says is no word of the help center": {
			func(t *truth, l *look) {
				t.toDialpad = append(t.toDialpad, nodesAt(3500))
				l.asked, l.answered = at(3601), at(3602)
			}, "nothing since",
		},
		"a change the feed told of is missing": {
			func(t *truth, _ *look) { t.source["2"] = append(t.source["2"], since(2300, "two again")) }, `"two again" since 10:38:20`,
		},
		"a change that came after the check": {
			func(t *truth, _ *look) { t.source["2"] = append(t.source["2"], since(2500, "two again")) }, "",
		},
		"a change that may be too young for the check": {
			func(t *truth, _ *look) { t.source["2"] = append(t.source["2"], since(2397, "two again")) }, "",
		},
		"an old change is missing behind a young one": {
			func(t *truth, _ *look) {
				t.source["2"] = append(t.source["2"], since(2000, "two again"), since(2900, "two at last"))
			}, `Dialpad has "two"`,
		},
		"a new document is missing": {
			func(t *truth, _ *look) { t.source["3"] = []event{since(2300, "three")} }, `3: Dialpad has ""`,
		},
		"a document that went silently before the proof is still there": {
			func(t *truth, l *look) {
				t.source["2"] = append(t.source["2"], untold(since(1700, nothing)))
				l.green = false
			}, "proved 10:30:02.000, shown 10:50:00.100 by status, but the help center had 2 0 times and Dialpad 1 times",
		},
		"a document that went silently after the proof is still there": {
			func(t *truth, _ *look) { t.source["2"] = append(t.source["2"], untold(since(1900, nothing))) }, "",
		},
		"a removal the feed told of is held": {
			func(t *truth, _ *look) { t.source["2"] = append(t.source["2"], since(1900, nothing)) }, `2: Dialpad has "two"`,
		},
		"the person keeps it": {
			func(t *truth, _ *look) {
				t.source["2"] = append(t.source["2"], since(1900, nothing))
				t.kept["2"] = []period{{from: at(2500)}}
			}, "",
		},
		"the person kept it until it came back with another text": {
			func(t *truth, _ *look) {
				t.source["2"] = append(t.source["2"], since(700, nothing), since(1900, "two again"))
				t.kept["2"] = []period{{at(800), at(1900)}}
			}, `2: Dialpad has "two"`,
		},
		"a text was changed by hand": {
			func(t *truth, _ *look) { t.dialpad["2"] = append(t.dialpad["2"], hand(since(1500, "typed over"))) }, "",
		},
		"a text was changed by hand before a full proof": {
			func(t *truth, _ *look) {
				t.dialpad["2"] = append(t.dialpad["2"], hand(since(1500, "typed over")))
				t.full = []period{{at(1799), at(1810)}}
			}, `2: Dialpad has "typed over"`,
		},
		"a text was changed by hand during a full proof": {
			func(t *truth, _ *look) {
				t.dialpad["2"] = append(t.dialpad["2"], hand(since(1799.5, "typed over")))
				t.full = []period{{at(1799), at(1810)}}
			}, "",
		},
		"a node was deleted by hand after the proof": {
			func(t *truth, _ *look) { t.dialpad["2"] = append(t.dialpad["2"], hand(since(1900, nothing))) }, "",
		},
		"a node was unpublished by hand just before the proof": {
			func(t *truth, _ *look) { t.dialpad["2"] = append(t.dialpad["2"], hand(since(1801.5, unpublished))) }, "",
		},
		"Dialpad said, wrongly, that a node to be removed is gone": {
			func(t *truth, _ *look) {
				t.source["2"] = append(t.source["2"], since(1900, nothing))
				t.toDialpad = append(t.toDialpad, denial(1950))
			}, "",
		},
		"Dialpad said so before the proof": {
			func(t *truth, _ *look) {
				t.source["2"] = append(t.source["2"], since(1900, nothing))
				t.toDialpad = append(t.toDialpad, denial(1700))
			}, `2: Dialpad has "two"`,
		},
		"a write was under way": {
			func(t *truth, _ *look) {
				t.toDialpad = append(t.toDialpad, exchange(2999, 2, "DELETE", nodeTemplate, "n9", 204))
			}, "DELETE /{v}/kbm/nodes/{id} n9 of 10:49:59.000 is under way",
		},
		"a write began while the answer came": {
			func(t *truth, _ *look) {
				t.toDialpad = append(t.toDialpad, exchange(3000.05, 2, "DELETE", nodeTemplate, "n9", 204))
			}, "",
		},
		"a read was under way": {
			func(t *truth, _ *look) {
				t.toDialpad = append(t.toDialpad, exchange(2999, 2, "GET", nodeTemplate, "n9", 200))
			}, "",
		},
		"a write took effect, but nobody was told": {
			func(t *truth, _ *look) {
				t.toDialpad = append(t.toDialpad, exchange(2500, 1, "POST", contentTemplate, "n2", 0))
			}, "n2 of 10:41:40.000 got 0 and nobody asked again",
		},
		"a write failed, and the next one did not": {
			func(t *truth, _ *look) {
				t.toDialpad = append(t.toDialpad, exchange(2500, 1, "POST", contentTemplate, "n2", 503), exchange(2502, 1, "POST", contentTemplate, "n2", 200))
			}, "",
		},
		"a removal met a node that was gone": {
			func(t *truth, _ *look) {
				t.toDialpad = append(t.toDialpad, exchange(2500, 1, "DELETE", nodeTemplate, "n9", 404))
			}, "",
		},
		"the sign-in to Dialpad ended before the last check": {
			func(t *truth, _ *look) { t.dialpadShut = append(t.dialpadShut, period{from: at(2399)}) }, "the sign-in to Dialpad has not been valid since 10:39:59",
		},
		"the sign-in to Dialpad ended after the last check": {
			func(t *truth, _ *look) { t.dialpadShut = append(t.dialpadShut, period{from: at(2401)}) }, "",
		},
		"the help center refused the sign-in": {
			func(t *truth, _ *look) {
				t.sourceShut = append(t.sourceShut, period{from: at(2500)})
				t.toSource = append(t.toSource, exchange(2600, 0.1, "GET", feedTemplate, "", 401))
			}, "the help center refused the sign-in at 10:43:20.000",
		},
		"the help center refused the sign-in in the pass under way": {
			func(t *truth, l *look) {
				t.sourceShut = append(t.sourceShut, period{from: at(2500)})
				t.toSource = append(t.toSource, exchange(2600, 0.1, "GET", feedTemplate, "", 401))
				l.idle = false
			}, "",
		},
		"Dialpad refused the sign-in, then took it again": {
			func(t *truth, _ *look) {
				t.dialpadShut = append(t.dialpadShut, period{at(2500), at(2700)})
				t.toDialpad = append(t.toDialpad, exchange(2600, 0.1, "GET", nodesTemplate, "", 401), nodesAt(2800))
			}, "",
		},
		"Dialpad refused the sign-in and was not asked again": {
			func(t *truth, _ *look) {
				t.dialpadShut = append(t.dialpadShut, period{at(2500), at(2700)})
				t.toDialpad = append(t.toDialpad, exchange(2600, 0.1, "GET", nodesTemplate, "", 401))
			}, "Dialpad refused the sign-in at 10:43:20.000",
		},
		"a 401 that no sign-in is the cause of": {
			func(t *truth, _ *look) {
				refused := exchange(2600, 0.1, "GET", nodesTemplate, "", 401)
				refused.Fault = "status=401"
				t.toDialpad = append(t.toDialpad, refused)
			}, "",
		},
		"the proof counted: one is missing and another one is too many": {
			func(t *truth, l *look) {
				t.source["3"] = []event{since(100, "three")}
				t.dialpad["4"] = []event{since(100, "four")}
				l.green = false
			}, "the help center had 3 1 times and Dialpad 0 times since 10:29:57.000\n" +
				"proved 10:30:02.000, shown 10:50:00.100 by status, but the help center had 4 0 times and Dialpad 1 times",
		},
		"a document is there twice": {
			func(t *truth, l *look) {
				t.dialpad["2"] = append(t.dialpad["2"], since(1500, twice))
				l.green = false
			}, "Dialpad 2 times",
		},
		"a double came while the proof was made": {
			func(t *truth, l *look) {
				t.dialpad["2"] = append(t.dialpad["2"], since(1801.5, twice))
				l.green = false
			}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			world, l := honest()
			row.change(world, l)
			got := strings.Join(falseGreens(world, []look{*l}), "\n")
			if (got == "") != (row.want == "") || !strings.Contains(got, row.want) || strings.Count(got, "\n") != strings.Count(row.want, "\n") {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

// Of several looks that show a proof the first one tells when it ended.
func TestTheFirstLookAtAProofCounts(t *testing.T) {
	world, l := honest()
	l.green = false
	world.dialpad["2"] = append(world.dialpad["2"], since(1500, nothing), since(2000, "two"))
	first := *l
	first.asked, first.answered = at(1900), at(1900.1)
	if got := falseGreens(world, []look{*l, first}); len(got) != 1 || !strings.Contains(got[0], "shown 10:31:40.100") {
		t.Errorf("got %q", got)
	}
	if got := falseGreens(world, []look{*l}); len(got) != 0 {
		t.Errorf("without the first look: %q", got)
	}
}

// What happened before a night is as long ago as the night was longer.
func TestTheTruthAfterANight(t *testing.T) {
	world, l := honest()
	night := func(t time.Time) time.Time { return t.Add(-15 * time.Minute) }
	old := world.retimed(night)
	l.checked, l.proved = night(l.checked), night(l.proved)
	got := falseGreens(old, []look{*l})
	if len(got) != 1 || !strings.Contains(got[0], "nothing since 10:25:00.100") {
		t.Errorf("got %q", got)
	}
	if _, l := honest(); len(falseGreens(world, []look{*l})) != 0 {
		t.Error("the night changed the truth it was made of")
	}
}
