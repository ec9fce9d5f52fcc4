package zendesksim

import (
	"fmt"
	"math"
	"strconv"
)

// feedPage is the largest page of the incremental feed.
const feedPage = 1000

// feedTail follows the articles. An empty answer carries end_time 1, which is
// no position at all; real accounts do that
// (github.com/dust-tt/dust, issue 8656).
type feedTail struct {
	Count    int     `json:"count"`
	NextPage *string `json:"next_page"`
	EndTime  int64   `json:"end_time"`
}

// incremental serves the articles that changed at start_time or later, the
// earliest change first. Archived ones are never in it. Whoever is not staff
// gets 404.
func (s *Server) incremental(c *call) {
	s.rescanIfDue()
	if !c.who.role.staff() {
		c.notFound()
		return
	}
	start, err := strconv.ParseInt(c.query("start_time"), 10, 64)
	if err != nil || start < 0 {
		c.unprocessable("start_time", "start_time is not a time in unix seconds")
		return
	}
	if s.config.Quirks.FreshStartRefused && start > s.now()-60 {
		c.unprocessable("start_time", "Too recent start_time. Use a start_time older than 60 seconds")
		return
	}
	s.mu.Lock()
	v := view{brand: c.brand.ID, who: staff, noDrafts: s.config.Quirks.DraftsLeaveFeed, labels: labelList(c.query("label_names")), sortBy: byUpdated}
	list := s.world.view(v)
	items := make([]any, 0, feedPage)
	out, more := feedTail{EndTime: 1}, false
	for it := range list.from(list.seek(key{num: start, id: math.MinInt64}), false) {
		if len(items) == feedPage {
			more = true
			break
		}
		items = append(items, s.world.render(c.base, it.value, s.world.shown(it.value, "")))
		out.EndTime = it.key.num
	}
	s.mu.Unlock()
	out.Count = len(items)
	if more {
		// Over a thousand changes in one second make this the same page again.
		next := fmt.Sprintf("%s%sincremental/articles.json?start_time=%d", c.base, helpCenter, out.EndTime)
		out.NextPage = &next
		s.turnPage()
	}
	c.writeList("articles", items, out)
}
