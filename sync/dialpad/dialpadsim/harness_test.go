package dialpadsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/sim"
)

var start = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// client talks to a double over a real connection.
type client struct {
	t     *testing.T
	sim   *Server
	http  *http.Client
	base  string
	token string
	v     string
}

// newClient starts a double with a standing clock and signs in.
func newClient(t *testing.T, change func(*Config)) *client {
	t.Helper()
	config := Config{Seed: 1, Clock: sim.NewFrozenClock(start), Key: "key"}
	if change != nil {
		change(&config)
	}
	s, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c := &client{t: t, sim: s, http: server.Client(), base: server.URL, v: "v2.2"}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.token = c.signIn(s.Credentials().Knowledge)
	return c
}

// answer is a response with its body.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) field(name string) string {
	var fields map[string]any
	if json.Unmarshal([]byte(a.body), &fields) != nil {
		return ""
	}
	var value any = fields
	for _, part := range strings.Split(name, ".") {
		object, _ := value.(map[string]any)
		value = object[part]
	}
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func (c *client) do(method, path, contentType, body string, change ...func(*http.Request)) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	req.Header.Set(localeHeader, "en-GB")
	for _, f := range change {
		f(req)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{body: err.Error()}
	}
	return answer{resp.StatusCode, resp.Header, string(out)}
}

func (c *client) get(path string) answer { c.t.Helper(); return c.do("GET", "/"+c.v+path, "", "") }

func (c *client) send(method, path, body string) answer {
	c.t.Helper()
	return c.do(method, "/"+c.v+path, "application/json", body)
}

func (c *client) signIn(pair Credential) string {
	c.t.Helper()
	body, _ := json.Marshal(map[string]string{
		"client_id": pair.ClientID, "client_secret": pair.ClientSecret, "grant_type": "client_credentials",
	})
	return c.do("POST", "/oauth/token", "application/json", string(body)).field("access_token")
}

// nodeIn is the body of a create.
func nodeIn(source, externalID, title string) string {
	out, _ := json.Marshal(map[string]any{
		"status": "published", "type": "content", "title": title,
		"content": map[string]string{
			"source": source, "external_id": externalID, "mime_type": "text/html", "url": "https://help.example.com/" + url.PathEscape(externalID),
		},
	})
	return string(out)
}

const source = "dialpad-sync:zendesk:acme"

// create makes a node with an id of its own and returns it.
func (c *client) create(externalID string) string {
	c.t.Helper()
	a := c.send("POST", "/kbm/nodes", nodeIn(source, externalID, "Title "+externalID))
	id := a.field("id")
	if a.status/100 != 2 || id == "" {
		c.t.Fatalf("create: %d %s", a.status, a.body)
	}
	return id
}

// upload sends a content in a part with the media type, if there is one.
func (c *client) upload(id, mediaType, body string, change ...func(*http.Request)) answer {
	c.t.Helper()
	form, contentType := multipartBody("content", mediaType, body)
	return c.do("POST", "/"+c.v+"/kbm/nodes/"+id+"/content", contentType, form, change...)
}

func multipartBody(name, mediaType, body string) (form, contentType string) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	header := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + name + `"; filename="content"`}}
	if mediaType != "" {
		header.Set("Content-Type", mediaType)
	}
	part, _ := w.CreatePart(header)
	_, _ = io.WriteString(part, body)
	_ = w.Close()
	return buf.String(), w.FormDataContentType()
}

// page is one answer of a listing.
type page struct {
	Entries []map[string]any `json:"entries"`
	Next    string           `json:"next_cursor"`
	status  int
	code    string
}

func (p page) ids() []string {
	var out []string
	for _, e := range p.Entries {
		out = append(out, fmt.Sprint(e["id"]))
	}
	return out
}

func (c *client) list(query string) page {
	c.t.Helper()
	a := c.get("/kbm/nodes?" + query)
	p := page{status: a.status, code: a.field("code")}
	if a.status == 200 {
		if err := json.Unmarshal([]byte(a.body), &p); err != nil {
			c.t.Fatalf("list: %v in %s", err, a.body)
		}
	}
	return p
}

func (c *client) all(query string) []string {
	c.t.Helper()
	var ids []string
	for p := c.list(query); ; p = c.list(query + "&cursor=" + p.Next) {
		ids = append(ids, p.ids()...)
		if p.Next == "" {
			return ids
		}
	}
}

func (c *client) switches(change func(*Switches)) {
	c.t.Helper()
	if err := c.sim.SetSwitches(change); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) fault(texts ...string) {
	c.t.Helper()
	if err := c.sim.Faults().AddText(texts...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) want(a answer, status int, code string) {
	c.t.Helper()
	if a.status != status || (code != "" && a.field("code") != code) {
		c.t.Errorf("got %d %.200s, want %d %s", a.status, a.body, status, code)
	}
}
