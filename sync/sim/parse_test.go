package sim

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func ptr[T any](v T) *T { return &v }

func TestParse(t *testing.T) {
	tests := map[string]Rule{
		"POST /v2.2/kbm/nodes nth=3 status=503 retry-after=2": {
			Match{Methods: []string{"POST"}, Path: "/v2.2/kbm/nodes", Nth: 3},
			Action{Status: 503, RetryAfter: ptr("2")},
		},
		"clock=+10y":                   {Action: Action{Skew: 87660 * time.Hour}},
		"limit=12/s parallel=4":        {Action: Action{Limit: Limit{PerSecond: 12, Parallel: 4}}},
		"* retry-after=\"\"":           {Action: Action{RetryAfter: ptr("")}},
		"* retry-after=":               {Action: Action{RetryAfter: ptr("")}},
		"GET,PUT every=2 reset=idle":   {Match{Methods: []string{"GET", "PUT"}, Every: 2}, Action{Reset: CutIdle}},
		"/a/* status=200 body={\"a\"}": {Match{Path: "/a/*"}, Action{Status: 200, Body: ptr(`{"a"}`)}},
		"status=502 effect body=\"a \\\"b\\\"\" times=2": {
			Match{Times: 2}, Action{Status: 502, Effect: true, Body: ptr(`a "b"`)},
		},
		"GET query=cursor:x page=loop": {
			Match{Methods: []string{"GET"}, Query: "cursor:x"}, Action{Domain: map[string]string{"page": "loop"}},
		},
		"from=1m until=1h probability=0.25 header=X-A:1 header=x-a:2 truncate": {
			Match{From: time.Minute, Until: time.Hour, Probability: 0.25},
			Action{Header: http.Header{"X-A": {"1", "2"}}, Truncate: -1},
		},
	}
	for text, want := range tests {
		got, err := Parse(text, "page")
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestParseNamesWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "nothing that should happen",
		"POST /x nth=1":                    "nothing that should happen",
		"POST /x nth=0 status=500":         "nth=0: want a whole number",
		"stauts=500":                       `unknown key "stauts"`,
		"page=loop":                        `unknown key "page"`,
		"GET sometimes status=500":         `"sometimes" is not a word`,
		"status=700":                       "want a status from 200 to 599",
		"probability=1.5 status=500":       "at most 1",
		"probability=NaN status=500":       "above 0",
		"reset=never":                      "before, after, mid or idle",
		"redirect=/local":                  "absolute http(s) URL",
		"delay=-1s":                        "not negative",
		"delay=soon":                       "not a duration",
		"effect":                           "effect needs a status",
		"burst=3 status=500":               "burst needs a limit",
		"from=2m until=1m status=500":      "until is not after from",
		`status=500 body="open`:            "a quotation without an end",
		"limit=0/s":                        "above 0",
		"header=nothing status=500":        "Name:value",
		"GET POST status=500":              `"POST" is not a word`,
		"limit=5/s burst=0.5 status=429":   "burst is at least 1",
		"clock=tomorrow":                   "not a duration",
		"GET /x status=503 retry-after=2,": "",
	} {
		_, err := Parse(text)
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", text, err)
		case want != "" && err == nil:
			t.Errorf("%q is accepted", text)
		case want != "" && !strings.Contains(err.Error(), want):
			t.Errorf("%q: %q does not say %q", text, err, want)
		}
	}
}

func TestFormatIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~]{0,12}`)
		rule := Rule{
			Match: Match{
				Methods: rapid.SampledFrom([][]string{nil, {"GET"}, {"PUT", "POST"}}).Draw(t, "methods"),
				Path:    rapid.SampledFrom([]string{"", "/a/{id}", "/**"}).Draw(t, "path"),
				Query:   rapid.SampledFrom([]string{"", "cursor", "a:b c"}).Draw(t, "query"),
				Nth:     rapid.IntRange(0, 5).Draw(t, "nth"), Times: rapid.IntRange(0, 5).Draw(t, "times"),
				Probability: rapid.Float64Range(0, 1).Draw(t, "probability"),
				From:        time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "from")),
			},
			Action: Action{
				Status: rapid.IntRange(200, 599).Draw(t, "status"), Effect: rapid.Bool().Draw(t, "effect"),
				Body: ptr(text.Draw(t, "body")), RetryAfter: ptr(text.Draw(t, "retry-after")),
				HTML: rapid.Bool().Draw(t, "html"), Truncate: rapid.IntRange(-1, 3).Draw(t, "truncate"),
				Skew:   time.Duration(rapid.Int64().Draw(t, "clock")),
				Limit:  Limit{PerSecond: rapid.Float64Range(0.1, 50).Draw(t, "limit"), Burst: rapid.Float64Range(1, 9).Draw(t, "burst")},
				Domain: map[string]string{"page": text.Draw(t, "page")},
			},
		}
		got, err := Parse(rule.String(), "page")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rule, got); diff != "" {
			t.Fatalf("%s: %s", rule, diff)
		}
	})
}
