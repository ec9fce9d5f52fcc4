// Package catalog is the plain list of sources. Whoever connects accounts
// ranges over it and knows no vendor.
package catalog

import (
	"net/url"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/magento"
	"dialpadsync.app/sync/source/zendesk"
)

// Account is what a source needs to read one account: what settings.toml says,
// and how requests are made.
type Account struct {
	// Base is the account's address, as ParseAddress gives it.
	Base *url.URL
	// HTTP carries tokens, limiter, transport and counters; address, side and
	// name are the source's to fill in.
	HTTP rest.Config
	// Collections and Locales are what was ticked; empty means everything that
	// is public, in the source's default language.
	Collections, Locales []string
	// IncludeDrafts and IncludeRestricted add what not everybody may read.
	IncludeDrafts, IncludeRestricted bool
}

// Registration is what an admin does once so that the source knows this
// program: the page where it begins, the clicks, and the texts to copy.
type Registration struct {
	Page             string
	Steps            []string
	Name, Identifier string
	Redirects        []string
}

// Entry is one source.
type Entry struct {
	// Name is what settings.toml and the command line call it; Title is for
	// people.
	Name, Title string
	// Place is what people call such a place.
	Place source.Place
	// AccountID is what a first account of it is called in settings.toml.
	AccountID string
	// Rate is how an account's limiter starts. The source moves the ceiling when
	// the vendor names the plan's limit.
	Rate rest.LimitConfig
	// New returns the source of an account. It makes no request.
	New func(Account) (source.Source, error)
	// Keys are what a person copies from the source's own page instead of signing
	// in with the browser, as that page names them; nil where they sign in. Join
	// makes the one text of them that is kept as the token; its error says which
	// one is wrong.
	Keys []string
	Join func(texts []string) (secret.Secret, error)
	// SignIn describes the sign-in in the browser, or what keeps the keys. minimal
	// asks for the least rights that suffice.
	SignIn func(base *url.URL, clientID string, minimal bool) signin.Provider
	// ParseAddress turns what a person types into the account's address, with a
	// sentence that says what will be opened, or an error that says what to type.
	ParseAddress func(text string) (base *url.URL, note string, err error)
	// SetUp says what an admin has to do before the first sign-in.
	SetUp func(base *url.URL) Registration
	// SourceValue marks the account's documents in Dialpad. It is derived once,
	// when the account is set up, and kept in settings.toml from then on.
	SourceValue func(base *url.URL) string
}

// All returns every source that works.
func All() []Entry {
	return []Entry{zendeskEntry(), magentoEntry()}
}

// Find returns the source of this name.
func Find(name string) (Entry, bool) {
	for _, e := range All() {
		if e.Name == name {
			return e, true
		}
	}
	return Entry{}, false
}

func zendeskEntry() Entry {
	return Entry{
		Name:      "zendesk",
		Title:     "Zendesk",
		Place:     source.HelpCenter,
		AccountID: "help-center",
		// The first answer names the plan: 200 to 2,500 requests a minute.
		Rate: rest.LimitConfig{Start: 4, Ceiling: 2500.0 / 2 / 60},
		New: func(a Account) (source.Source, error) {
			s, err := zendesk.New(zendesk.Config{
				Base: a.Base, HTTP: a.HTTP, Collections: a.Collections, Locales: a.Locales,
				IncludeDrafts: a.IncludeDrafts, IncludeRestricted: a.IncludeRestricted,
			})
			if err != nil {
				return nil, err
			}
			return s, nil
		},
		SignIn:       zendesk.SignIn,
		ParseAddress: zendesk.ParseAddress,
		SetUp:        func(base *url.URL) Registration { return Registration(zendesk.SetUp(base)) },
		SourceValue:  zendesk.SourceValue,
	}
}

func magentoEntry() Entry {
	return Entry{
		Name:      "magento",
		Title:     "Magento",
		Place:     source.Shop,
		AccountID: "shop",
		// No limit is named; a shop is somebody's only server (contract §7).
		Rate: rest.LimitConfig{Start: 2, Ceiling: 5},
		New: func(a Account) (source.Source, error) {
			s, err := magento.New(magento.Config{Base: a.Base, HTTP: a.HTTP, Collections: a.Collections})
			if err != nil {
				return nil, err
			}
			return s, nil
		},
		Keys:         magento.KeyNames(),
		Join:         magento.JoinKeys,
		SignIn:       func(*url.URL, string, bool) signin.Provider { return signin.Provider{Name: "Magento", Side: "source"} },
		ParseAddress: magento.ParseAddress,
		SetUp:        func(base *url.URL) Registration { return Registration(magento.SetUp(base)) },
		SourceValue:  magento.SourceValue,
	}
}
