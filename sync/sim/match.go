package sim

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Match says which requests a rule is about; the zero Match is about all.
type Match struct {
	Methods     []string      // nil: any
	Path        string        // "" any; see the package comment
	Query       string        // "name" or "name:value"
	Nth         int           // only the Nth request that matches so far
	Every       int           // each Nth of them
	Probability float64       // this share of them; 0 means all
	Times       int           // at most so often
	From, Until time.Duration // since the rule was added; Until 0 means for ever
}

// Route is what a double knows about a request before it handles it.
type Route struct {
	Template string // "/{v}/kbm/nodes/{id}"; "" when the path is unknown
	Subject  string // the id the path names, if any
	TokenID  string // the double's number for the token that was sent
	Locale   string
	Internal bool // control and pages for people: no faults, not in the journal
}

func (m Match) request(r *http.Request, route Route) bool {
	if len(m.Methods) > 0 && !slices.Contains(m.Methods, r.Method) {
		return false
	}
	if m.Query != "" && !hasQuery(r, m.Query) {
		return false
	}
	return m.Path == "" || matchPath(m.Path, r.URL.Path, route.Template)
}

func hasQuery(r *http.Request, want string) bool {
	name, value, exact := strings.Cut(want, ":")
	got, ok := r.URL.Query()[name]
	if !ok || !exact {
		return ok
	}
	return slices.Contains(got, value)
}

// matchPath compares the pattern with the end of the path, segment by segment.
func matchPath(pattern, path, template string) bool {
	want, have := segments(pattern), segments(path)
	tmpl := segments(template)
	if len(tmpl) != len(have) {
		tmpl = nil
	}
	for from := range len(have) + 1 {
		var rest []string
		if tmpl != nil {
			rest = tmpl[from:]
		}
		if matchSegments(want, have[from:], rest) {
			return true
		}
	}
	return false
}

func segments(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

func matchSegments(want, have, tmpl []string) bool {
	for i, w := range want {
		if w == "**" {
			for skip := i; skip <= len(have); skip++ {
				if matchSegments(want[i+1:], have[skip:], tail(tmpl, skip)) {
					return true
				}
			}
			return false
		}
		if i >= len(have) {
			return false
		}
		switch {
		case w == "*" || w == have[i]:
		case !isVariable(w):
			return false
		case tmpl != nil && !isVariable(tmpl[i]):
			return false
		}
	}
	return len(want) == len(have)
}

func tail(s []string, from int) []string {
	if s == nil {
		return nil
	}
	return s[from:]
}

func isVariable(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
}

// Routes returns a Layer.Route that asks mux for the template and takes the
// path's last variable as subject.
func Routes(mux *http.ServeMux) func(*http.Request) Route {
	return func(r *http.Request) Route {
		_, pattern := mux.Handler(r)
		if _, path, ok := strings.Cut(pattern, " "); ok {
			pattern = path
		}
		template := strings.TrimSuffix(pattern, "{$}")
		if len(template) > 1 {
			template = strings.TrimSuffix(template, "/")
		}
		return Route{Template: template, Subject: subject(template, r.URL.Path)}
	}
}

func subject(template, path string) string {
	tmpl, have := segments(template), segments(path)
	if len(tmpl) != len(have) {
		return ""
	}
	for i := len(tmpl) - 1; i >= 0; i-- {
		if isVariable(tmpl[i]) {
			return have[i]
		}
	}
	return ""
}
