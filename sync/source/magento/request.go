package magento

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

const (
	// pageSize is asked for; shops that limit their input answer 400 to more
	// than they allow and are asked for less (contract §7).
	pageSize = 100
	// fullPage is how many CMS pages with their text are asked for at once: one
	// made with Page Builder may have a megabyte.
	fullPage = 20
	// answerLimit bounds one answer, slowTime what it may take.
	answerLimit = 256 << 20
	slowTime    = 5 * time.Minute
)

// everyView is the scope that shows all store views together.
const everyView = "all"

// query is a search: filters that all have to hold, in the order of a field.
type query struct {
	filters []filter
	order   string
	size    int
	fields  string // of an item, or empty for all
}

type filter struct{ field, value, condition string }

// encode spells the search as Magento's verifier reads it: every part has
// exactly one "=", blanks are %20, and indexes have one digit, so that byte
// order and PHP's natural order are the same (contract §1.2).
func (q query) encode() string {
	var b strings.Builder
	add := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(escape("searchCriteria" + name))
		b.WriteByte('=')
		b.WriteString(escape(value))
	}
	for i, f := range q.filters {
		at := "[filter_groups][" + strconv.Itoa(i) + "][filters][0]"
		add(at+"[field]", f.field)
		add(at+"[value]", f.value)
		add(at+"[condition_type]", f.condition)
	}
	if q.order != "" {
		add("[sortOrders][0][field]", q.order)
		add("[sortOrders][0][direction]", "ASC")
	}
	add("[pageSize]", strconv.Itoa(q.size))
	add("[currentPage]", "1")
	if q.fields != "" {
		b.WriteString("&fields=" + escape("items["+q.fields+"],total_count"))
	}
	return b.String()
}

func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// path is where an endpoint is in a store view; "" is the shop's default.
func (s *Source) path(view, endpoint string) string {
	if view == "" {
		return s.root + "/V1/" + endpoint
	}
	return s.root + "/" + view + "/V1/" + endpoint
}

// get reads one answer. An empty into is not allowed: an answer that is not the
// JSON expected is never an empty one. asked is the shop's clock.
func (s *Source) get(ctx context.Context, op, view, endpoint, criteria string, into any) (asked time.Time, err error) {
	path := s.path(view, endpoint)
	if criteria != "" {
		path += "?" + criteria
	}
	template, _, _ := strings.Cut(s.path("{view}", endpoint), "?")
	answer, err := s.client.JSON(ctx, rest.Request{
		Op: op, Path: path, Template: template, MaxBytes: answerLimit, Timeout: slowTime,
	}, into)
	if err != nil {
		return time.Time{}, lacking(err, endpoint)
	}
	return answer.Date, nil
}

// search reads one page of a listing. Its items come in the order of their ids;
// next is the page after it: everything with a larger id.
func search[T any](ctx context.Context, s *Source, op, view, endpoint string, q query) (items []T, total int, asked time.Time, err error) {
	for size := min(q.size, int(s.most.Load())); ; size /= 2 {
		q.size = size
		var answer list[T]
		asked, err = s.get(ctx, op, view, endpoint, q.encode(), &answer)
		if tooMany(err) && size > 1 {
			s.most.Store(int64(size / 2))
			continue
		}
		switch {
		case hasStatus(err, http.StatusBadRequest):
			return nil, 0, asked, blameless(err)
		case err != nil:
			return nil, 0, asked, err
		case answer.Total == nil:
			return nil, 0, asked, s.fail(op, source.CodeNotData, errors.New("the answer is not the list that was asked for"))
		}
		return answer.Items, *answer.Total, asked, nil
	}
}

// every reads a whole listing, a page after the other, by ids that grow: a page
// number would repeat or skip rows while somebody edits (contract §2.1). A
// listing that is shorter than it says, or goes back, is an error.
func every[T any](ctx context.Context, s *Source, op, view, endpoint string, q query, id func(T) int64, each func(T) error) (asked time.Time, err error) {
	filters := q.filters
	last, seen := int64(0), 0
	for {
		q.filters = slices.Concat(filters, []filter{{q.order, strconv.FormatInt(last, 10), "gt"}})
		items, total, at, err := search[T](ctx, s, op, view, endpoint, q)
		if err != nil {
			return asked, err
		}
		if asked.IsZero() {
			asked = at
		}
		for _, item := range items {
			if id(item) <= last {
				return asked, s.fail(op, source.CodeCutShort, errors.New("the listing goes back instead of on"))
			}
			last = id(item)
			if err := each(item); err != nil {
				return asked, err
			}
		}
		seen += len(items)
		if len(items) >= total {
			return asked, nil // total counts from where this page begins
		}
		if len(items) == 0 {
			return asked, s.fail(op, source.CodeCutShort, errors.New("the listing ends before its end"))
		}
	}
}

func (s *Source) fail(op string, code source.Code, err error) error {
	return &source.Error{Kind: source.Transient, Code: code, Op: "Magento: " + op, Side: "source", Host: s.base.Host, Err: err}
}

// blameless takes the refusal of a question that is not about one document for
// a failure of the shop, which may pass.
func blameless(err error) error {
	var e *source.Error
	if !errors.As(err, &e) || e.Kind != source.BadDocument || e.Code != source.CodeRefused {
		return err
	}
	passing := *e
	passing.Kind = source.Transient
	return &passing
}

// tooMany says that more items were asked for than the shop allows at once.
func tooMany(err error) bool {
	return source.CodeOf(err) == source.CodeTooLarge && hasStatus(err, http.StatusBadRequest)
}

func hasStatus(err error, status int) bool {
	var e *source.Error
	return errors.As(err, &e) && e.Status == status
}

// judge says what a refusal means (contract §7). It is asked about every answer
// other than 2xx.
func (s *Source) judge(resp *http.Response, err error) (source.Kind, source.Code) {
	if err != nil {
		return source.Unclassified, ""
	}
	var said refusal
	body, _ := io.ReadAll(resp.Body)
	isJSON := json.Unmarshal(body, &said) == nil
	text := strings.ToLower(said.text())
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	switch {
	case resp.StatusCode == http.StatusServiceUnavailable && !isJSON:
		return source.Unclassified, "" // maintenance: an HTML page
	case resp.StatusCode == http.StatusBadRequest && has("page size", "pagesize", "maximum"):
		return source.BadDocument, source.CodeTooLarge
	case resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusBadRequest:
		return source.Unclassified, ""
	case has("nonce"):
		return source.Transient, "" // the next try has another one
	case has("timestamp"):
		return source.Fatal, source.CodeClock
	case has("signature is invalid", "signature_invalid", "invalid signature"):
		if s.signer.mismatch(resp.Request) {
			return source.Transient, ""
		}
		return source.SignIn, source.CodeWrongKeys
	case has("isn't authorized", "is not authorized"):
		if s.bearer.Load() {
			return source.SignIn, source.CodeBearer
		}
		return source.Forbidden, source.CodeScope
	case resp.StatusCode == http.StatusBadRequest && !has("token", "consumer", "key"):
		return source.Unclassified, ""
	}
	return source.SignIn, source.CodeWrongKeys
}
