package zendesksim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// start is when the frozen clock of most tests begins.
var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// account is a double behind a real server, and a client that is signed in.
type account struct {
	*zendesksim.Server
	t      *testing.T
	http   *httptest.Server
	client *http.Client
	token  string // sent unless empty
}

func open(t *testing.T, c zendesksim.Config) *account {
	t.Helper()
	if c.Clock == nil {
		c.Clock = sim.NewFrozenClock(start)
	}
	s, err := zendesksim.New(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	a := &account{Server: s, t: t, http: server}
	a.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a.token, _ = s.Token(zendesksim.Admin)
	return a
}

// as returns the same account with another person signed in.
func (a *account) as(role zendesksim.Role) *account {
	other := *a
	other.token, _ = a.Token(role)
	return &other
}

// anonymous returns the same account with nobody signed in.
func (a *account) anonymous() *account {
	other := *a
	other.token = ""
	return &other
}

type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request; path may be an absolute URL.
func (a *account) do(method, path, contentType, body string) answer {
	a.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = a.http.URL + path
	}
	req, err := http.NewRequest(method, path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return a.send(req)
}

func (a *account) send(req *http.Request) answer {
	a.t.Helper()
	resp, err := a.client.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// get decodes a 200 into a value.
func (a *account) get(path string, into any) answer {
	a.t.Helper()
	got := a.do("GET", path, "", "")
	if got.status != http.StatusOK {
		a.t.Fatalf("GET %s: %d %s", path, got.status, got.body)
	}
	if err := json.Unmarshal([]byte(got.body), into); err != nil {
		a.t.Fatalf("GET %s: %v in %.200s", path, err, got.body)
	}
	return got
}

// refused demands a status and the exact body.
func (a *account) refused(path string, status int, body string) {
	a.t.Helper()
	got := a.do("GET", path, "", "")
	if got.status != status || (body != "" && got.body != body) {
		a.t.Errorf("GET %s: %d %s, want %d %s", path, got.status, got.body, status, body)
	}
}

// article is what the tests read of an article.
type article struct {
	ID           int64         `json:"id"`
	HTMLURL      string        `json:"html_url"`
	Title        string        `json:"title"`
	Body         *string       `json:"body"`
	Locale       string        `json:"locale"`
	SourceLocale string        `json:"source_locale"`
	SectionID    int64         `json:"section_id"`
	Draft        bool          `json:"draft"`
	Segment      *int64        `json:"user_segment_id"`
	Created      time.Time     `json:"created_at"`
	Updated      time.Time     `json:"updated_at"`
	Edited       time.Time     `json:"edited_at"`
	Labels       []string      `json:"label_names"`
	Translations []translation `json:"translations"`
}

type translation struct {
	ID     int64   `json:"id"`
	Locale string  `json:"locale"`
	Title  string  `json:"title"`
	Body   *string `json:"body"`
	Draft  bool    `json:"draft"`
}

// listing is a page of articles with either kind of paging.
type listing struct {
	Articles []article `json:"articles"`
	Meta     *struct {
		HasMore bool    `json:"has_more"`
		After   *string `json:"after_cursor"`
		Before  *string `json:"before_cursor"`
	} `json:"meta"`
	Links *struct {
		First, Last string
		Next, Prev  *string
	} `json:"links"`
	Count     *int    `json:"count"`
	Page      int     `json:"page"`
	PageCount int     `json:"page_count"`
	PerPage   int     `json:"per_page"`
	NextPage  *string `json:"next_page"`
	Previous  *string `json:"previous_page"`
	EndTime   int64   `json:"end_time"`

	Users      []struct{ ID int64 }
	Sections   []struct{ ID int64 }
	Categories []struct{ ID int64 }
}

func (a *account) list(path string) listing {
	a.t.Helper()
	var out listing
	a.get(path, &out)
	return out
}

// all follows links.next to the end.
func (a *account) all(path string) []article {
	a.t.Helper()
	var out []article
	for {
		page := a.list(path)
		out = append(out, page.Articles...)
		if !page.Meta.HasMore {
			return out
		}
		path = *page.Links.Next
	}
}

func ids(articles []article) []int64 {
	var out []int64
	for _, a := range articles {
		out = append(out, a.ID)
	}
	return out
}

func (a *account) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

func (a *account) add(n zendesksim.NewArticle) int64 {
	a.t.Helper()
	id, err := a.AddArticle(n)
	a.must(err)
	return id
}

func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Add(pairs[i], pairs[i+1])
	}
	return "?" + q.Encode()
}
