package zendesksim_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func TestBrands(t *testing.T) {
	// The addresses must be known before the double is made.
	listeners := make([]net.Listener, 2)
	bases := make([]string, 2)
	for i := range listeners {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners[i], bases[i] = l, "http://"+l.Addr().String()
	}
	a := open(t, zendesksim.Config{Articles: 3, Brands: []zendesksim.Brand{
		{ID: 1, Name: "Acme", Subdomain: "acme", Base: bases[0]},
		{ID: 2, Name: "Bolt", Subdomain: "bolt", Base: bases[1], Articles: 5},
		{ID: 3, Name: "Shut", Subdomain: "shut", Base: "http://127.0.0.2:1", NoHelpCenter: true},
	}})
	for _, l := range listeners {
		server := &httptest.Server{Listener: l, Config: &http.Server{Handler: a.Server}}
		server.Start()
		t.Cleanup(server.Close)
	}
	var out struct {
		Brands []struct {
			ID            int64
			Subdomain     string
			BrandURL      string `json:"brand_url"`
			HasHelpCenter bool   `json:"has_help_center"`
			State         string `json:"help_center_state"`
		}
	}
	a.get("/api/v2/brands.json", &out)
	if len(out.Brands) != 3 || out.Brands[1].BrandURL != bases[1] || out.Brands[1].Subdomain != "bolt" || out.Brands[2].HasHelpCenter || out.Brands[2].State != "disabled" {
		t.Fatalf("brands: %+v", out.Brands)
	}
	for i, want := range []int{3, 5} {
		got := a.list(bases[i] + articles + query("page[size]", "2"))
		if !strings.HasPrefix(*got.Links.Next, bases[i]+"/") || !strings.HasPrefix(got.Articles[0].HTMLURL, bases[i]+"/hc/en-us/") {
			t.Errorf("brand %d: next is %s, html_url %s", i+1, *got.Links.Next, got.Articles[0].HTMLURL)
		}
		if n := len(a.all(bases[i] + articles + query("page[size]", "2"))); n != want || len(a.VisibleIn(int64(i+1))) != want {
			t.Errorf("brand %d has %d articles, want %d", i+1, n, want)
		}
		if n := len(a.list(bases[i] + feedPath + "0").Articles); n != want {
			t.Errorf("brand %d: the feed has %d articles", i+1, n)
		}
		other := bases[1-i]
		a.refused(other+one("en-us", got.Articles[0].ID), 404, notFound)
		a.refused(other+one("", got.Articles[0].ID)+"/translations", 404, notFound)
		a.refused(other+"/api/v2/help_center/en-us/sections/"+itoa(got.Articles[0].SectionID)+"/articles", 404, notFound)
	}
	req := httptest.NewRequest("GET", "http://127.0.0.2:1"+articles, nil)
	req.Header.Set("Authorization", "Bearer "+a.token)
	w := httptest.NewRecorder()
	if a.ServeHTTP(w, req); w.Code != 404 || w.Body.String() != notFound {
		t.Errorf("a brand without help center: %d %s", w.Code, w.Body)
	}
	if got := a.as(zendesksim.EndUser).do("GET", "/api/v2/brands", "", ""); got.status != 403 || got.body != noAccess {
		t.Errorf("an end user reads brands: %d %s", got.status, got.body)
	}
}

const noAccess = `{"error":{"title":"Forbidden","message":"You do not have access to this page. Please contact the account owner of this help desk for further help."}}`

func TestAttachments(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 1})
	id := a.Articles()[0].ID
	path, err := a.AddAttachment(id, "notes.txt", "text/plain", []byte("hello"), false)
	a.must(err)
	type file struct {
		ID         int64
		ContentURL string `json:"content_url"`
		Inline     bool
		Size       int
		FileName   string `json:"file_name"`
	}
	for kind, want := range map[string]int{"": 3, "/inline": 1, "/block": 2} {
		var out struct {
			Files []file `json:"article_attachments"`
		}
		if a.get(one("", id)+"/attachments"+kind+".json", &out); len(out.Files) != want {
			t.Errorf("attachments%s: %+v", kind, out.Files)
		}
		for _, f := range out.Files {
			got := a.anonymous().do("GET", f.ContentURL, "", "")
			if got.status != 200 || len(got.body) != f.Size || f.Size == 0 || f.Inline != (kind == "/inline" || f.FileName == "diagram.png") {
				t.Errorf("%+v: %d, %d bytes", f, got.status, len(got.body))
			}
			if f.Inline && !strings.Contains(*a.article("en-us", id).Body, strings.TrimPrefix(f.ContentURL, a.http.URL)) {
				t.Errorf("the body does not show %s", f.ContentURL)
			}
		}
	}
	if got := a.anonymous().do("GET", path, "", ""); got.body != "hello" || got.header.Get("Content-Type") != "text/plain" {
		t.Errorf("%s: %q", path, got.body)
	}
	a.refused(one("", id)+"/attachments/other", 404, notFound)
	a.must(a.Restrict(id))
	if got := a.anonymous().do("GET", path, "", "").status; got != 404 {
		t.Errorf("a restricted article's file: %d", got)
	}
	if got := a.as(zendesksim.EndUser).do("GET", path, "", "").status; got != 200 {
		t.Errorf("for a signed-in person: %d", got)
	}
}

func TestOneAttachment(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 2})
	id, other := a.Articles()[0].ID, a.Articles()[1].ID
	type file struct {
		ID       int64
		URL      string
		FileName string `json:"file_name"`
	}
	var list struct {
		Files []file `json:"article_attachments"`
	}
	a.get(one("", id)+"/attachments", &list)
	want := list.Files[1]
	number := itoa(want.ID)
	for _, path := range []string{want.URL, "/api/v2/help_center/articles/attachments/" + number + ".json", "/api/v2/help_center/en-us/articles/attachments/" + number} {
		var got struct {
			File file `json:"article_attachment"`
		}
		if a.get(path, &got); got.File != want {
			t.Errorf("%s: %+v, want %+v", path, got.File, want)
		}
	}
	a.refused(one("", other)+"/attachments/"+number, 404, notFound)
	a.refused("/api/v2/help_center/articles/attachments/1", 404, notFound)
	a.must(a.Unpublish(id, "en-us"))
	a.as(zendesksim.EndUser).refused(want.URL, 404, notFound)
	a.must(a.Archive(id))
	a.refused(want.URL, 404, notFound)
}

func TestAttachmentElsewhere(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 1, Quirks: zendesksim.Quirks{AttachmentHost: "http://files.example"}})
	path, err := a.AddAttachment(a.Articles()[0].ID, "a.txt", "text/plain", []byte("x"), false)
	a.must(err)
	if got := a.do("GET", path, "", ""); got.status != 302 || got.header.Get("Location") != "http://files.example"+path {
		t.Errorf("%d to %s", got.status, got.header.Get("Location"))
	}
}

func TestRateHeaders(t *testing.T) {
	a := open(t, zendesksim.Config{PerMinute: 3, Clock: sim.NewFrozenClock(start.Add(20 * time.Second))})
	for left := 2; left >= 0; left-- {
		got := a.do("GET", articles, "", "")
		if got.status != 200 || got.header.Get("X-Rate-Limit") != "3" || got.header.Get("X-Rate-Limit-Remaining") != itoa(int64(left)) {
			t.Errorf("%d %v", got.status, got.header)
		}
	}
	got := a.do("GET", articles, "", "")
	if got.status != 429 || got.header.Get("Retry-After") != "40" || got.body != `{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}` {
		t.Errorf("beyond the plan: %d %v %s", got.status, got.header, got.body)
	}
	a.Clock().Advance(40 * time.Second)
	a.list(articles)
	if open := open(t, zendesksim.Config{}); open.do("GET", articles, "", "").header.Get("X-Rate-Limit") != "700" {
		t.Error("without a plan the headers are missing")
	}
}

// TestFaultBodies: what a fault demands looks as Zendesk writes it.
func TestFaultBodies(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 1})
	for fault, want := range map[string]string{
		"status=401": invalidToken, "status=403": noAccess, "status=404": notFound,
		"retry-after=7": `{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}`,
		"status=503":    "<h1>503 Service Unavailable</h1>", "status=400": `{"error":"Bad Request","description":"Bad Request"}`,
	} {
		a.Faults().Clear()
		a.must(a.Faults().AddText("GET /help_center/{locale}/articles " + fault))
		if got := a.do("GET", articles+".json", "", ""); got.status < 400 || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d %s", fault, got.status, got.body)
		}
	}
}

// TestJournalKnowsRequests: pages for people are not in it, tokens are numbers.
func TestJournalKnowsRequests(t *testing.T) {
	a := signIn(t, zendesksim.Config{Articles: 1})
	a.token = a.granted(forCode(a.code(), nil)).Access
	for _, path := range []string{"/", "/hc/en-us", "/__sim/state", "/edit"} {
		a.do("GET", path, "", "")
	}
	a.do("GET", one("fr", 5)+"?include=users", "", "")
	entries := a.Journal().Entries()
	if len(entries) != 2 || entries[0].Template != "/oauth/tokens" || entries[1].Template != "/api/v2/help_center/{locale}/articles/{id}" ||
		entries[1].Subject != "5" || entries[1].Status != 404 || len(entries[1].TokenID) == 0 || len(entries[1].TokenID) > 4 || entries[1].QueryKeys[0] != "include" {
		t.Errorf("journal: %+v", entries)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for name, c := range map[string]zendesksim.Config{
		"too many drafts": {Articles: 2, Drafts: 3}, "role": {Role: "owner"}, "consent": {AutoConsent: "maybe"}, "page": {PageClamp: 101},
		"locale": {Locales: []string{"English"}}, "brand address": {Brands: []zendesksim.Brand{{ID: 1}, {ID: 2}}},
		"brand ids": {Brands: []zendesksim.Brand{{ID: 1}, {ID: 1, Base: "http://127.0.0.1:1"}}}, "negative": {Articles: -1},
	} {
		if _, err := zendesksim.New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestInABubble runs the double without a network, in fake time.
func TestInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := zendesksim.New(zendesksim.Config{Articles: 3})
		if err != nil {
			t.Fatal(err)
		}
		access, _ := s.Token(zendesksim.Admin)
		client := &http.Client{Transport: sim.Transport(s)}
		status := func() int {
			req, _ := http.NewRequest("GET", "http://acme.example"+articles, nil)
			req.Header.Set("Authorization", "Bearer "+access)
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			return resp.StatusCode
		}
		if got := status(); got != 200 {
			t.Errorf("status %d", got)
		}
		time.Sleep(30 * time.Minute)
		if got := status(); got != 401 {
			t.Errorf("after half an hour: %d", got)
		}
	})
}

// TestEverythingAtOnce is for the race detector.
func TestEverythingAtOnce(t *testing.T) {
	files := folder(start, map[string]string{"a.html": "<title>A</title>", "b/c.html": "<title>C</title>"})
	a := open(t, zendesksim.Config{Articles: 60, From: files, Locales: []string{"en-us", "fr"}, Rescan: true})
	all := a.Articles()
	var group sync.WaitGroup
	for worker := range 6 {
		group.Go(func() {
			for i := range 12 {
				id := all[(worker*20+i)%len(all)].ID
				switch worker {
				case 0:
					_ = a.Edit(id, "en-us", "x", "y")
					_ = a.Unpublish(id, "fr")
				case 1:
					a.do("GET", articles+query("page[size]", "100", "include", "translations,sections,users"), "", "")
					a.do("GET", "/?q=a", "", "")
				case 2:
					a.do("GET", feedPath+"0", "", "")
					_ = a.Rescan()
				case 3:
					_ = a.Archive(id)
					_ = a.Restore(id)
					_ = a.Restrict(id)
				case 4:
					a.Token(zendesksim.EndUser)
					a.SetRole(zendesksim.Agent, zendesksim.Admin)
					_, _ = a.AddAttachment(id, "f", "text/plain", nil, true)
					_ = a.BulkTouch(5)
				case 5:
					a.do("GET", one("", id)+"/attachments", "", "")
					a.do("GET", one("fr", id), "", "")
					a.Visible("fr")
					if i == 6 {
						a.control("reset", "", 204)
					}
				}
			}
		})
	}
	group.Wait()
	if got := len(a.Articles()); got != 62 {
		t.Errorf("%d articles, want 62", got)
	}
}
