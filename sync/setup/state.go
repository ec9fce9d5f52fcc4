package setup

import (
	"context"
	"errors"
	"slices"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
)

// Setup says how far the set-up has come.
func (d *Desk) Setup(ctx context.Context) (local.Setup, error) {
	conf, err := d.load()
	if err != nil {
		return local.Setup{}, err
	}
	out := local.Setup{Accounts: []local.Account{}, SignedIn: []string{}}
	for _, a := range conf.Accounts {
		entry, base, err := sideOf(a)
		if err != nil {
			return out, err
		}
		out.Accounts = append(out.Accounts, local.Account{
			ID: a.ID, Source: a.Source, Title: entry.Title, URL: a.URL, Host: base.Host, ClientID: a.ClientID,
			Selected: a.Selected, Selection: selectionOf(a), Interval: a.Interval,
		})
	}
	if conf.Dialpad.Region != "" {
		out.Dialpad = &local.DialpadRequest{Region: conf.Dialpad.Region, URL: conf.Dialpad.CustomURL, ClientID: conf.Dialpad.ClientID}
	}
	if out.SignedIn, err = d.signedIn(ctx, conf); err != nil {
		problem := engine.ProblemOf(err)
		out.Problem = &problem
	}
	out.Leftovers, err = Leftovers(ctx, d.cfg.Records, conf)
	return out, err
}

// signedIn lists whose sign-in is kept. The first store that does not answer
// ends it.
func (d *Desk) signedIn(ctx context.Context, conf *settings.Settings) ([]string, error) {
	names := []string{}
	if conf.Dialpad.Region == "" && len(conf.Accounts) == 0 {
		return names, nil
	}
	secrets, err := d.secrets(conf)
	if err != nil {
		return names, err
	}
	for _, a := range conf.Accounts {
		switch held, err := holdsToken(ctx, secrets, TokenName(a.ID)); {
		case err != nil:
			return names, err
		case held:
			names = append(names, a.ID)
		}
	}
	held := false
	switch {
	case conf.Dialpad.Region == "":
		return names, nil
	case conf.Dialpad.SignIn == settings.SignInBrowser:
		held, err = holdsToken(ctx, secrets, DialpadToken)
	default:
		_, err = secrets.Get(ctx, DialpadSecret)
		held = err == nil
		if errors.Is(err, secret.ErrNotFound) {
			err = nil
		}
	}
	if held {
		names = append(names, dialpadSource)
	}
	return names, err
}

// holdsToken says whether the store holds a token under the name.
func holdsToken(ctx context.Context, secrets secret.Store, name string) (bool, error) {
	_, err := signin.Load(ctx, secrets, name)
	if source.CodeOf(err) == source.CodeSecretMissing {
		return false, nil
	}
	return err == nil, err
}

// selectionOf is what of an account's source is copied. Languages stand in one
// place only.
func selectionOf(a settings.Account) local.Selection {
	s := local.Selection{
		Collections: []string{}, Locales: slices.Clone(a.Locales),
		IncludeRestricted: a.IncludeRestricted, IncludeDrafts: a.IncludeDrafts,
	}
	for _, id := range a.Collections {
		if locale, ok := localeOf(id); ok {
			s.Locales = append(s.Locales, locale)
		} else {
			s.Collections = append(s.Collections, id)
		}
	}
	if s.Locales == nil {
		s.Locales = []string{}
	}
	return s
}

// chosen is the account with another selection.
func chosen(a settings.Account, s local.Selection) settings.Account {
	a.Collections, a.Locales = slices.Clone(s.Collections), slices.Clone(s.Locales)
	a.IncludeRestricted, a.IncludeDrafts = s.IncludeRestricted, s.IncludeDrafts
	return a
}

// Leftovers are accounts that are remembered, are no longer in the settings, and
// have documents in Dialpad that no account of the settings has taken over.
func Leftovers(ctx context.Context, memory Memory, conf *settings.Settings) ([]local.Leftover, error) {
	names, err := memory.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var left []local.Leftover
	for _, name := range names {
		if _, err := find(conf, name); err == nil {
			continue
		}
		state, counts, err := memory.Load(ctx, name)
		if err != nil {
			return nil, err
		}
		if n := counts.Dialpad + counts.Kept; n > 0 && !claimed(conf, state.SourceValue) {
			left = append(left, local.Leftover{Account: name, Documents: n})
		}
	}
	return left, nil
}

// claimed says that an account of the settings has these documents: it was
// given another name there.
func claimed(conf *settings.Settings, value string) bool {
	return value != "" && slices.ContainsFunc(conf.Accounts, func(a settings.Account) bool { return a.SourceValue == value })
}
