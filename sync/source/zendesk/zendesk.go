// Package zendesk reads the articles of a Zendesk help center.
//
// It uses the Help Center API (developer.zendesk.com/api-reference/help_center)
// with an OAuth token of a person. Articles, sections, categories, brands and
// languages are read; nothing is ever written.
//
// How changes are seen. The first import lists every brand and language by
// creation date, an order that edits do not disturb. Afterwards the incremental
// article endpoint tells which articles changed; each of their chosen languages
// is a notice, and the engine reads what it does not hold. That endpoint is for
// agents and admins. For anybody else each language is listed by last change,
// newest first, down to what the previous run has seen.
//
// How deletions are seen. Zendesk reports none. Keys lists everything, and Read
// settles what is missing: 404 counts as deleted only while the same help
// center still answers in the same language; a draft is unpublished, an article
// with a user segment is restricted, and a section outside the ticked ones is
// deselected. A section this package does not know is looked up before anything
// is decided.
//
// One article in two languages is two documents, "360001234567:en-us" and
// "360001234567:fr". Times have whole seconds, so a version younger than two
// seconds is marked and read once more at the next look.
//
// Limits. Pages have at most 100 articles, incremental ones 1,000. Half of the
// requests the plan allows per minute are used. Bodies past 32 MiB are refused.
// A page's links are never followed: only its cursor is taken.
//
// Not covered: attachments other than by their links, comments, votes, labels,
// content tags, community posts, and help centers under a host-mapped address.
package zendesk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

const (
	// margin is how far behind the server's clock a position is taken, so that
	// changes that show late are not missed; overlap is how much of what is
	// known is asked for again (contract: start_time at least a minute old).
	margin  = 120
	overlap = 60
	// pageSize is asked for; answers may have fewer.
	pageSize = 100
	// feedPage is the most an incremental page has.
	feedPage = 1000
)

// Config says which help center is read, and what of it.
type Config struct {
	// Base is the account's address as ParseAddress gives it.
	Base *url.URL
	// HTTP says how requests are made: tokens, limiter, transport and so on.
	// Its Base, Side and Name are filled in; a brand with an address of its own
	// gets a client of its own with the same limiter, because Zendesk counts all
	// requests of an account together. The limiter's ceiling follows the plan
	// that Zendesk names in its answers.
	HTTP rest.Config
	// Collections are IDs as Collections gives them; empty means everything.
	Collections []string
	// Locales are the languages to read; empty means each help center's default.
	Locales []string
	// IncludeDrafts and IncludeRestricted add what not everybody may read.
	IncludeDrafts     bool
	IncludeRestricted bool
}

// Source reads one Zendesk account. It implements source.Source,
// source.Checker and source.Chooser, and is safe for concurrent use.
type Source struct {
	base *url.URL
	http rest.Config

	ticked     selection
	locales    []string
	drafts     bool
	restricted bool
	print      string
	now        func() time.Time // this computer's clock

	mu      sync.Mutex // guards clients and seen
	clients map[string]*rest.Client
	seen    map[int64]string // the host that last showed an article, for Read

	gate  chan struct{} // holds one token; whoever has it may use what follows
	held  *layout
	trees map[string]heldTree
}

var localeForm = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

func validLocale(text string) bool { return localeForm.MatchString(text) }

func validLocales(list []string) bool {
	for _, locale := range list {
		if !validLocale(locale) {
			return false
		}
	}
	return true
}

// New checks the configuration; it makes no request.
func New(cfg Config) (*Source, error) {
	if cfg.Base == nil || cfg.HTTP.Limiter == nil {
		return nil, errors.New("zendesk: no address or no limiter")
	}
	ticked, err := parseSelection(cfg.Collections)
	if err != nil {
		return nil, err
	}
	locales := slices.Concat(ticked.locales, cfg.Locales)
	for _, locale := range locales {
		if !validLocale(locale) {
			return nil, fmt.Errorf("%q is not a language as Zendesk writes it, for example en-us", locale)
		}
	}
	s := &Source{
		base:       cfg.Base,
		http:       cfg.HTTP,
		ticked:     ticked,
		locales:    locales,
		drafts:     cfg.IncludeDrafts,
		restricted: cfg.IncludeRestricted,
		print:      fingerprint(cfg),
		now:        time.Now,
		clients:    map[string]*rest.Client{},
		seen:       map[int64]string{},
		gate:       make(chan struct{}, 1),
		trees:      map[string]heldTree{},
	}
	if s.http.Transport == nil {
		s.http.Transport = rest.NewTransport()
	}
	s.http.ShouldRetry = refusal
	heard := s.http.OnResponse
	s.http.Side, s.http.Name = "source", "Zendesk"
	s.http.OnResponse = func(h http.Header) {
		s.followPlan(h)
		if heard != nil {
			heard(h)
		}
	}
	if _, err := s.client(""); err != nil {
		return nil, fmt.Errorf("zendesk: %w", err)
	}
	return s, nil
}

// Close closes idle connections.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clients {
		c.Close()
	}
	return nil
}

// Fetch returns the page after the cursor. A cursor made for another selection,
// other languages or an older converter starts the import again.
func (s *Source) Fetch(ctx context.Context, after source.Cursor) (source.Page, error) {
	at, ok := s.ownCursor(after)
	if !ok {
		return s.beginImport(ctx, 0)
	}
	s.adopt(at.Places)
	if at.Phase == phaseImport {
		return s.importPage(ctx, at)
	}
	return s.deltaPage(ctx, at)
}

// ownCursor gives the cursor if it was made by this source for this account: a
// host outside the account would take the sign-in there.
func (s *Source) ownCursor(text source.Cursor) (cursor, bool) {
	at, ok := decodeCursor(text, s.print)
	for _, p := range at.Places {
		ok = ok && (p.Host == "" || s.ownHost(p.Host))
	}
	return at, ok
}

// unix is the server's time, and zero when the answer did not tell.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
