package zendesk

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

const (
	apiRoot    = "/api/v2"
	helpCenter = apiRoot + "/help_center"

	// textLimit is how much of a string is kept where bodies are not wanted,
	// bodyLimit where they are part of a page, and readLimit for one article.
	textLimit = 64 << 10
	bodyLimit = 10 << 20
	readLimit = 32 << 20
	// streamLimit bounds a whole answer. It is large because an answer is never
	// held whole; slowTime is what one with bodies in it may take on a slow line.
	streamLimit = 4 << 30
	slowTime    = 5 * time.Minute
)

// request is one GET. Host is empty for the account's own address.
type request struct {
	host     string
	op       string
	path     string
	template string
	query    url.Values
	clip     int  // bytes kept of a string
	bodies   bool // the answer has bodies in it, whether they are kept or not
	single   bool // it is about one article
}

// name is the host as errors show it.
func (s *Source) name(host string) string {
	if host == "" {
		return s.base.Host
	}
	return host
}

// address is where a host's paths begin.
func (s *Source) address(host string) *url.URL {
	return &url.URL{Scheme: s.base.Scheme, Host: s.name(host)}
}

// client returns the client for a host; its address is always in the account.
func (s *Source) client(host string) (*rest.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.clients[host]; ok {
		return c, nil
	}
	cfg := s.http
	cfg.Base = s.address(host)
	c, err := rest.New(cfg)
	if err != nil {
		return nil, err
	}
	s.clients[host] = c
	return c, nil
}

// brokenPauses are the pauses before a page whose body broke off is asked for
// again.
var brokenPauses = [...]time.Duration{250 * time.Millisecond, 2 * time.Second}

// stream sends the request and hands its answer, with long strings cut, to
// read, which begins again if the body breaks off. An answer that is not what
// was asked for, or ends early, is a Transient error, never an empty answer.
func (s *Source) stream(ctx context.Context, q request, read func(asked time.Time, body io.Reader) error) error {
	c, err := s.client(q.host)
	if err != nil {
		return err
	}
	req := rest.Request{
		Method: http.MethodGet, Path: q.path, Template: q.template, Query: q.query, Op: q.op,
		Header:   http.Header{"Accept": {"application/json"}},
		MaxBytes: streamLimit,
	}
	if q.bodies {
		req.Timeout = slowTime
	}
	for try := 0; ; try++ {
		err := c.Stream(ctx, req, func(answer *rest.Response, body io.Reader) error {
			return s.classify(ctx, q, read(answer.Date, newClip(body, q.clip)))
		})
		if source.CodeOf(err) != source.CodeCutShort || try == len(brokenPauses) || brokenPauses[try] > source.Patience(ctx) {
			return blameless(q, err)
		}
		if err := wait(ctx, brokenPauses[try]); err != nil {
			return err
		}
	}
}

// blameless takes the refusal (4xx) of a question that is not about one article
// for a failure of the source, which may pass: no document is to blame.
func blameless(q request, err error) error {
	var e *source.Error
	if q.single || !errors.As(err, &e) || e.Kind != source.BadDocument || e.Code != source.CodeRefused {
		return err
	}
	passing := *e
	passing.Kind = source.Transient
	return &passing
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// followPlan takes half of what the plan allows per minute as the ceiling of
// requests (X-Rate-Limit, developer.zendesk.com/api-reference/introduction/rate-limits).
func (s *Source) followPlan(h http.Header) {
	if perMinute, err := strconv.ParseFloat(h.Get("X-Rate-Limit"), 64); err == nil && perMinute >= 1 {
		s.http.Limiter.SetCeiling(perMinute / 2 / 60)
	}
}

// classify says what a failure to read an answer means.
func (s *Source) classify(ctx context.Context, q request, err error) error {
	var known *source.Error
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	var instant *time.ParseError
	switch {
	case err == nil || source.Stopped(ctx) || errors.As(err, &known):
		return err
	case errors.Is(err, errNotList), errors.As(err, &syntax), errors.As(err, &shape), errors.As(err, &instant):
		return s.fail(q, source.CodeNotData, errors.New("the answer is not the data that was asked for"))
	}
	return s.fail(q, source.CodeCutShort, errors.New("the answer ended early"))
}

func (s *Source) fail(q request, code source.Code, err error) error {
	return &source.Error{Kind: source.Transient, Code: code, Op: q.op, Side: "source", Host: s.name(q.host), Err: err}
}

// object reads one JSON object.
func (s *Source) object(ctx context.Context, q request, into any) (asked time.Time, err error) {
	q.clip = max(q.clip, textLimit)
	err = s.stream(ctx, q, func(at time.Time, body io.Reader) error {
		asked = at
		return early(json.NewDecoder(body).Decode(into))
	})
	return asked, err
}

// listed is what a page says beside its elements.
type listed struct {
	envelope
	asked time.Time
	n     int
}

// page reads one page of a list and hands over its elements. begin is called
// before the first one, again if the page has to be read once more.
func page[T any](ctx context.Context, s *Source, q request, name string, begin func(), each func(T, time.Time)) (listed, error) {
	var got listed
	q.clip = max(q.clip, textLimit)
	err := s.stream(ctx, q, func(asked time.Time, body io.Reader) error {
		got = listed{asked: asked}
		begin()
		var err error
		got.envelope, err = decodeList(body, name, func(element T) {
			got.n++
			each(element, asked)
		})
		return err
	})
	if err != nil {
		return got, err
	}
	for _, link := range []string{got.Links.Next, got.NextPage} {
		if err := s.checkLink(q, link); err != nil {
			return got, err
		}
	}
	return got, nil
}

// checkLink refuses a link to another host. Links are never followed, but one
// that leads elsewhere says that something on the way changed the answer.
func (s *Source) checkLink(q request, link string) error {
	u, err := url.Parse(link)
	if err == nil && (u.Host == "" || u.Host == s.name(q.host)) {
		return nil
	}
	return s.fail(q, source.CodeRedirect, errors.New("the next page is said to be on another host"))
}

// after is the token of the next page, or empty after the last one. Half a
// statement (more without a token, a token that was just used, no statement at
// all) means that the listing is not complete. A next link on the last page
// means nothing: Zendesk's own clients go by has_more.
func (s *Source) after(q request, got listed) (token string, err error) {
	switch {
	case got.Meta == nil && got.NextPage == "" && got.Count != nil && *got.Count == got.n:
		return "", nil // paginated by offset after all, and this was the only page
	case got.Meta == nil:
		return "", s.fail(q, source.CodeCutShort, errors.New("the page does not say whether it is the last"))
	case !got.Meta.HasMore:
		return "", nil
	case got.Meta.AfterCursor == "" || got.Links.Next == "":
		return "", s.fail(q, source.CodeCutShort, errors.New("the page says there is more, but not where"))
	case got.Meta.AfterCursor == q.query.Get("page[after]"):
		return "", s.fail(q, source.CodeCutShort, errors.New("the next page is the same page"))
	}
	return got.Meta.AfterCursor, nil
}

// every reads all pages of a list into memory; it is for lists that are short
// by nature, such as sections. A list whose page token is refused is begun
// again.
func every[T any](ctx context.Context, s *Source, q request, name string) (all []T, asked time.Time, err error) {
	used := map[string]bool{}
	token := ""
	for restarts := 0; ; {
		q.query = url.Values{"page[size]": {strconv.Itoa(pageSize)}}
		if token != "" {
			q.query.Set("page[after]", token)
		}
		var part []T
		got, err := page(ctx, s, q, name, func() { part = nil }, func(e T, _ time.Time) { part = append(part, e) })
		if refusedToken(err, token) && restarts < maxRestarts {
			restarts, token, all = restarts+1, "", nil
			clear(used)
			continue
		}
		if err != nil {
			return nil, asked, err
		}
		if asked.IsZero() {
			asked = got.asked
		}
		all = append(all, part...)
		if token, err = s.after(q, got); err != nil {
			return nil, asked, err
		}
		if token == "" {
			return all, asked, nil
		}
		if used[token] {
			return nil, asked, s.fail(q, source.CodeCutShort, errors.New("the pages go in a circle"))
		}
		used[token] = true
	}
}

// statusOf is the HTTP status behind an error, or 0.
func statusOf(err error) int {
	var e *source.Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

// hasStatus says whether the server answered with one of the statuses.
func hasStatus(err error, statuses ...int) bool {
	return err != nil && slices.Contains(statuses, statusOf(err))
}
