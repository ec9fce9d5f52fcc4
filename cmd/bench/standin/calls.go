package standin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// article is what is used of Zendesk's.
type article struct {
	ID      int64  `json:"id"`
	HTMLURL string `json:"html_url"`
	Title   string `json:"title"`
	Body    string `json:"body"`
}

// page is the content as it is uploaded.
func (a article) page() string { return "<html><body>" + a.Body + "</body></html>" }

// node is what is used of Dialpad's.
type node struct {
	ID      string  `json:"id,omitempty"`
	Status  string  `json:"status"`
	Type    string  `json:"type"`
	Title   string  `json:"title"`
	Content content `json:"content"`
}

type content struct {
	Source     string `json:"source"`
	ExternalID string `json:"external_id"`
	MimeType   string `json:"mime_type"`
	URL        string `json:"url"`
}

func nodeOf(a article) node {
	return node{Status: "published", Type: "content", Title: a.Title, Content: content{source, a.key(), "text/html", a.HTMLURL}}
}

const pageSize = "100"

func (s *script) signIn(ctx context.Context) error {
	text, err := json.Marshal(map[string]string{"client_id": s.ClientID, "client_secret": s.ClientSecret, "grant_type": "client_credentials"})
	if err != nil {
		return err
	}
	var answer struct {
		Access string `json:"access_token"`
	}
	err = s.http.call(ctx, request{method: http.MethodPost, url: s.Knowledge + "/oauth/token", kind: jsonKind, body: text}, &answer)
	s.access = answer.Access
	return err
}

// articles reads them all.
func (s *script) articles(ctx context.Context) (all []article, err error) {
	query := url.Values{"sort_by": {"created_at"}, "sort_order": {"asc"}, "page[size]": {pageSize}}
	for next := s.HelpCenter + "/api/v2/help_center/" + s.Locale + "/articles?" + query.Encode(); next != ""; {
		var page struct {
			Articles []article `json:"articles"`
			Links    struct {
				Next string `json:"next"`
			} `json:"links"`
			Meta struct {
				More bool `json:"has_more"`
			} `json:"meta"`
		}
		if err := s.http.call(ctx, request{method: http.MethodGet, url: next, token: s.Token}, &page); err != nil {
			return nil, fmt.Errorf("read articles: %w", err)
		}
		all = append(all, page.Articles...)
		if next = page.Links.Next; !page.Meta.More {
			break
		}
	}
	return all, nil
}

// nodes lists them all.
func (s *script) nodes(ctx context.Context) (all []node, err error) {
	for cursor, more := "", true; more; {
		query := url.Values{"type": {"content"}, "status": {"published"}, "limit": {pageSize}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		var page struct {
			Entries []node `json:"entries"`
			Next    string `json:"next_cursor"`
		}
		if err := s.http.call(ctx, s.request(http.MethodGet, "?"+query.Encode()), &page); err != nil {
			return nil, fmt.Errorf("list nodes: %w", err)
		}
		all = append(all, page.Entries...)
		cursor, more = page.Next, page.Next != ""
	}
	return all, nil
}

func (s *script) request(method, path string) request {
	return request{method: method, url: s.Knowledge + "/v2.2/kbm/nodes" + path, token: s.access, locale: s.Locale}
}

// same gets the node and reads its content.
func (s *script) same(ctx context.Context, a article, id string) (bool, error) {
	var now node
	if err := s.http.call(ctx, s.request(http.MethodGet, "/"+id+"/"), &now); err != nil {
		return false, err
	}
	var text string
	err := s.http.call(ctx, s.request(http.MethodGet, "/"+id+"/content/raw"), &text)
	return now.Title == a.Title && now.Content.URL == a.HTMLURL && text == a.page(), err
}

func (s *script) create(ctx context.Context, a article) error {
	var made node
	if err := s.send(ctx, http.MethodPost, "", a, &made); err != nil {
		return err
	}
	return s.upload(ctx, a, made.ID)
}

func (s *script) put(ctx context.Context, a article, id string) error {
	if err := s.send(ctx, http.MethodPut, "/"+id, a, nil); err != nil {
		return err
	}
	return s.upload(ctx, a, id)
}

func (s *script) send(ctx context.Context, method, path string, a article, answer any) error {
	text, err := json.Marshal(nodeOf(a))
	if err != nil {
		return err
	}
	r := s.request(method, path)
	r.kind, r.body = jsonKind, text
	return s.http.call(ctx, r, answer)
}

func (s *script) upload(ctx context.Context, a article, id string) error {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("content", "content")
	if err == nil {
		_, err = io.WriteString(part, a.page())
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return err
	}
	r := s.request(http.MethodPost, "/"+id+"/content")
	r.kind, r.body = w.FormDataContentType(), form.Bytes()
	return s.http.call(ctx, r, nil)
}

func (s *script) delete(ctx context.Context, id string) error {
	return s.http.call(ctx, s.request(http.MethodDelete, "/"+id), nil)
}

const jsonKind = "application/json"

type request struct {
	method, url, token, locale string
	kind                       string // of the body
	body                       []byte
}

// client keeps one connection for each worker.
type client struct{ http.Client }

func newClient(workers int) *client {
	return &client{http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}, Timeout: time.Minute}}
}

// call sends a request and decodes the answer: JSON, or the text itself for a
// string.
func (c *client) call(ctx context.Context, r request, answer any) error {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil {
		return err
	}
	for name, value := range map[string]string{"Authorization": strings.TrimSuffix("Bearer "+r.token, "Bearer "), "Kare-Content-Locale": r.locale, "Content-Type": r.kind} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode >= http.StatusMultipleChoices:
		return fmt.Errorf("%s %s: %s", r.method, req.URL.Path, resp.Status)
	case answer == nil:
		return nil
	}
	if plain, ok := answer.(*string); ok {
		*plain = string(text)
		return nil
	}
	return json.Unmarshal(text, answer)
}
