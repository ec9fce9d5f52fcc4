package zendesk

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/sourcetest"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// An agent follows the incremental feed, an end user the listing by last
// change; both have to pass.
func TestSourceAsAdmin(t *testing.T)   { runSuite(t, zendesksim.Admin) }
func TestSourceAsEndUser(t *testing.T) { runSuite(t, zendesksim.EndUser) }

func runSuite(t *testing.T, role zendesksim.Role) {
	sourcetest.Run(t, sourcetest.Harness{
		Documents: 25,
		Refusal: func(status int) string {
			return map[int]string{
				http.StatusUnauthorized:    `{"error":"invalid_token","error_description":"The access token provided is expired, revoked, malformed or invalid for other reasons."}`,
				http.StatusForbidden:       `{"error":{"title":"Forbidden","message":"You do not have access to this page."}}`,
				http.StatusTooManyRequests: `{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}`,
			}[status]
		},
		Open: func(t *testing.T, documents int) sourcetest.Double { return suiteDouble(t, role, documents) },
	})
}

func suiteDouble(t *testing.T, role zendesksim.Role, documents int) sourcetest.Double {
	clock := sim.NewFrozenClock(noon)
	account, err := zendesksim.New(zendesksim.Config{
		Seed: 1, Articles: documents + 4, Drafts: 2, Restricted: 2, Role: role, Clock: clock,
		PageClamp: 10, PerMinute: 1_000_000, AccessLife: 10000 * time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	token, _ := account.Token(role)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	id := func(key source.Key) int64 {
		id, _, ok := parseKey(key)
		if !ok {
			t.Fatalf("key %q", key)
		}
		return id
	}
	return sourcetest.Double{
		Handler: account,
		Source: func(base *url.URL, wire http.RoundTripper) (source.Source, error) {
			s, err := New(Config{Base: base, HTTP: over(wire, token)})
			if err == nil {
				s.now = clock.Now
			}
			return s, err
		},
		Keys: func() []source.Key { return sortedKeys(refs(account.Visible("en-us"))) },
		Add: func(title string) {
			_, err := account.AddArticle(zendesksim.NewArticle{Title: title, Body: "<p>" + title + "</p>"})
			must(err)
		},
		Edit:    func(key source.Key, title string) { must(account.Edit(id(key), "en-us", title, "<p>"+title+"</p>")) },
		Remove:  func(key source.Key) { must(account.Archive(id(key))) },
		Advance: clock.Advance,
	}
}
