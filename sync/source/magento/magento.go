// Package magento reads the pages and products of a Magento 2 shop (Magento
// Open Source, Mage-OS, Adobe Commerce 2.4).
//
// It uses the REST API with the four keys of an integration; nothing is ever
// written. One page or product in two store views is two documents,
// "page:12:default:en-us" and "page:12:german:de-de".
//
// How changes are seen. Magento has no change feed. A first import lists pages
// and products by their ids; afterwards those are asked for whose time of change
// is not older than ten minutes before the last look. CMS blocks are part of
// the pages that show them, and a page's own time does not move with them: their
// times are in the versions of all pages, so that each is looked at again after
// a block has changed, and written only if its text did.
//
// How deletions are seen. Magento tells of none. Keys lists everything, and Read
// settles what is missing. A page that was taken from a store view, or a product
// that was disabled, hidden or taken from a website, is unpublished.
//
// Left out: pages this program has published itself (no loops), pages of the
// shop's machinery, the home page unless ticked, products that are shown only as
// part of others, prices and stock (they change without any time of change),
// blocks inside product texts, and directives that are neither addresses, blocks
// nor words.
package magento

import (
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"dialpadsync.app/sync/rest"
)

// Config says which shop is read, and what of it.
type Config struct {
	// Base is the shop's address as ParseAddress gives it.
	Base *url.URL
	// HTTP says how requests are made. Its tokens are the texts JoinKeys makes;
	// its Base, Side, Name and Authorize are filled in.
	HTTP rest.Config
	// Collections are IDs as Collections gives them; empty means everything
	// public in the default store view.
	Collections []string
}

// Source reads one shop. It implements source.Source, source.Checker and
// source.Chooser, and is safe for concurrent use.
type Source struct {
	base   *url.URL
	root   string // of paths
	client *rest.Client
	open   *rest.Client // without keys
	signer signer
	bearer atomic.Bool
	// most is the largest page this shop has not refused.
	most atomic.Int64

	chosen selection
	print  string

	gate       gate // whoever has it may use what follows
	shop       *shop
	blocks     map[string]*blocks
	attrs      map[string]heldAttributes
	categories category
	treeAt     time.Time
}

// New checks the configuration; it makes no request.
func New(cfg Config) (*Source, error) {
	if cfg.Base == nil || cfg.HTTP.Limiter == nil {
		return nil, errors.New("magento: no address or no limiter")
	}
	chosen, err := parseSelection(cfg.Collections)
	if err != nil {
		return nil, err
	}
	s := &Source{
		base: cfg.Base, chosen: chosen, print: fingerprint(cfg.Collections), root: "rest",
		gate: newGate(), blocks: map[string]*blocks{}, attrs: map[string]heldAttributes{},
	}
	s.most.Store(pageSize)
	config := cfg.HTTP
	config.Base, config.Side, config.Name, config.ShouldRetry = cfg.Base, "source", "Magento", s.judge
	if config.Transport == nil {
		config.Transport = rest.NewTransport()
	}
	unsigned := config
	unsigned.Tokens, unsigned.ShouldRetry = nil, nil
	config.Authorize = s.authorize
	if s.client, err = rest.New(config); err != nil {
		return nil, fmt.Errorf("magento: %w", err)
	}
	if s.open, err = rest.New(unsigned); err != nil {
		return nil, fmt.Errorf("magento: %w", err)
	}
	return s, nil
}

// Close closes idle connections.
func (s *Source) Close() error {
	s.client.Close()
	return nil
}
