package zendesksim

import (
	"net/http"
	"strconv"
)

// defaultPlan is what the headers say when no limit is configured: the
// Enterprise plan's requests a minute.
const defaultPlan = 700

// window counts the requests of the current minute.
type window struct {
	minute int64
	used   int
}

// admit counts an API request, sets the rate headers and reports whether the
// plan allows it. A refused request carries Retry-After up to the next minute.
func (s *Server) admit(w http.ResponseWriter) bool {
	now := s.now()
	plan := s.config.PerMinute
	if plan == 0 {
		plan = defaultPlan
	}
	s.mu.Lock()
	if s.window.minute != now/60 {
		s.window = window{minute: now / 60}
	}
	s.window.used++
	used := s.window.used
	s.mu.Unlock()
	w.Header().Set("X-Rate-Limit", strconv.Itoa(plan))
	w.Header().Set("X-Rate-Limit-Remaining", strconv.Itoa(max(0, plan-used)))
	if s.config.PerMinute == 0 || used <= plan {
		return true
	}
	w.Header().Set("Retry-After", strconv.FormatInt(60-now%60, 10))
	return false
}
