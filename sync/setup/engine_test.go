package setup_test

import (
	"net/url"
	"testing"
	"time"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/dialpad"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
)

// pass makes one full pass of every chosen account, as the agent does.
func (o *office) pass() engine.Status {
	o.t.Helper()
	conf := o.settings()
	var accounts []engine.Account
	for _, a := range conf.Accounts {
		if a.Selected {
			accounts = append(accounts, o.account(conf, a))
		}
	}
	e, err := engine.New(o.t.Context(), engine.Config{
		Accounts: accounts, Checkpoint: o.store, Sum: func(d source.Document) [16]byte { return content.Sum([]byte("key"), d) },
	})
	o.must(err)
	outs, err := e.Sync(o.t.Context(), "", engine.Options{Full: true}, 10*time.Second)
	o.must(err)
	for _, out := range outs {
		o.must(out.Err)
	}
	return e.Status()
}

func (o *office) account(conf *settings.Settings, a settings.Account) engine.Account {
	o.t.Helper()
	entry, _ := catalog.Find(a.Source)
	base, err := url.Parse(a.URL)
	o.must(err)
	limiter := rest.NewLimiter(rest.LimitConfig{Start: 2000, Ceiling: 2000})
	src, err := entry.New(catalog.Account{
		Base: base, Collections: a.Collections, Locales: a.Locales, IncludeDrafts: a.IncludeDrafts, IncludeRestricted: a.IncludeRestricted,
		HTTP: rest.Config{Limiter: limiter, Tokens: signin.NewRefreshing(signin.RefreshConfig{
			Provider: entry.SignIn(base, a.ClientID, false), Store: o.secrets, Name: setup.TokenName(a.ID),
		})},
	})
	o.must(err)
	tokens, err := setup.DialpadTokens(o.t.Context(), conf.Dialpad, o.secrets, signin.HTTP{})
	o.must(err)
	client, err := setup.DialpadClient(conf.Dialpad, rest.Config{Limiter: rest.NewLimiter(rest.LimitConfig{Start: 2000, Ceiling: 2000}), Tokens: tokens})
	o.must(err)
	o.t.Cleanup(client.Close)
	if c, ok := src.(interface{ Close() error }); ok {
		o.t.Cleanup(func() { _ = c.Close() })
	}
	return engine.Account{
		ID: a.ID, Title: entry.Title, Source: src, Fingerprint: "here", Selection: setup.SelectionPrint(a), SourceValue: a.SourceValue,
		Destination: dialpad.Discover(dialpad.Config{Client: client, SourceValue: a.SourceValue}, "", nil),
	}
}

// copied is an office whose help center has been copied once.
func copied(t *testing.T, change ...func(*plan)) *office {
	t.Helper()
	o := ready(t, change...)
	if s := o.pass(); s.Verdict(time.Now()) != engine.UpToDate {
		t.Fatalf("the first copy: %+v", s)
	}
	return o
}
