package sim

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// String returns the rule in the syntax that Parse reads.
func (rule Rule) String() string {
	var w wordList
	rule.Match.format(&w)
	rule.Action.format(&w)
	return strings.Join(w, " ")
}

type wordList []string

func (w *wordList) add(key, value string) { *w = append(*w, key+"="+quote(value)) }

func (w *wordList) number(key string, n int) {
	if n != 0 {
		w.add(key, strconv.Itoa(n))
	}
}

func (w *wordList) float(key string, n float64) {
	if n != 0 {
		w.add(key, strconv.FormatFloat(n, 'g', -1, 64))
	}
}

func (w *wordList) span(key string, d time.Duration) {
	if d != 0 {
		w.add(key, d.String())
	}
}

func (w *wordList) text(key, value string) {
	if value != "" {
		w.add(key, value)
	}
}

func (w *wordList) flag(key string, on bool) {
	if on {
		*w = append(*w, key)
	}
}

func quote(value string) string {
	if value == "" || strings.ContainsAny(value, " \t\r\n\"\\") || strconv.Quote(value) != `"`+value+`"` {
		return strconv.Quote(value)
	}
	return value
}

func (m Match) format(w *wordList) {
	w.flag(strings.Join(m.Methods, ","), len(m.Methods) > 0)
	w.flag(m.Path, m.Path != "")
	w.text("query", m.Query)
	w.number("nth", m.Nth)
	w.number("every", m.Every)
	w.float("probability", m.Probability)
	w.number("times", m.Times)
	w.span("from", m.From)
	w.span("until", m.Until)
}

func (a Action) format(w *wordList) {
	w.number("status", a.Status)
	w.flag("effect", a.Effect)
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		for _, value := range a.Header[name] {
			w.add("header", name+":"+value)
		}
	}
	if a.Body != nil {
		w.add("body", *a.Body)
	}
	if a.RetryAfter != nil {
		w.add("retry-after", *a.RetryAfter)
	}
	w.flag("html", a.HTML)
	w.text("redirect", a.Redirect)
	w.text("reset", string(a.Reset))
	if a.Truncate < 0 {
		w.flag("truncate", true)
	} else {
		w.number("truncate", a.Truncate)
	}
	w.span("delay", a.Delay)
	w.span("hold", a.Hold)
	w.number("drip", a.Drip)
	w.flag("gzip", a.Gzip)
	w.float("limit", a.Limit.PerSecond)
	w.float("burst", a.Limit.Burst)
	w.number("parallel", a.Limit.Parallel)
	w.span("clock", a.Skew)
	for _, key := range slices.Sorted(maps.Keys(a.Domain)) {
		w.add(key, a.Domain[key])
	}
}
