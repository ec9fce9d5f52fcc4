package setup

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
)

const localePrefix = "locale:"

// localeOf is the language that a collection stands for.
func localeOf(id string) (locale string, ok bool) { return strings.CutPrefix(id, localePrefix) }

// Choices lists what can be ticked at the account's source, with the numbers a
// tick brings: those of all languages, and their sum in the chosen ones.
func (d *Desk) Choices(ctx context.Context, account string) (local.Choices, error) {
	conf, a, err := d.known(account)
	if err != nil {
		return local.Choices{}, err
	}
	// Of everything, so that nothing is left out because of what is chosen now.
	src, done, err := d.source(conf, chosen(a, local.Selection{}))
	if err != nil {
		return local.Choices{}, err
	}
	defer done()
	out := local.Choices{Collections: []source.Collection{}, Chosen: selectionOf(a)}
	if chooser, ok := src.(source.Chooser); ok {
		if out.Collections, err = chooser.Collections(rest.WithPatience(ctx, patience)); err != nil {
			return local.Choices{}, err
		}
	}
	if len(out.Chosen.Locales) == 0 {
		out.Chosen.Locales = defaults(out.Collections)
	}
	recount(out.Collections, out.Chosen.Locales)
	out.Idle, err = d.idle(ctx, conf, a)
	return out, err
}

// defaults are the languages that are read where none is chosen.
func defaults(list []source.Collection) []string {
	locales := []string{}
	for _, c := range list {
		if locale, ok := localeOf(c.ID); ok && c.Default {
			locales = append(locales, locale)
		}
	}
	return locales
}

// recount sums up the chosen languages.
func recount(list []source.Collection, locales []string) {
	for i := range list {
		c := &list[i]
		if c.ByLocale == nil {
			continue
		}
		c.Count, c.Restricted, c.Drafts = 0, 0, 0
		for locale, n := range c.ByLocale {
			if !slices.ContainsFunc(locales, func(chosen string) bool { return strings.EqualFold(chosen, locale) }) {
				continue
			}
			c.Count += n.Count
			c.Restricted += n.Restricted
			c.Drafts += n.Drafts
		}
	}
}

// idle is how long the sign-in lives while nobody renews it, or 0 where that is
// not known or without end.
func (d *Desk) idle(ctx context.Context, conf *settings.Settings, a settings.Account) (time.Duration, error) {
	entry, base, err := sideOf(a)
	if err != nil {
		return 0, err
	}
	secrets, err := d.secrets(conf)
	if err != nil {
		return 0, err
	}
	token, err := signin.Load(ctx, secrets, TokenName(a.ID))
	switch {
	case err != nil:
		return 0, err
	case token.Refresh == "":
		return token.Life, nil // it ends, and nobody renews it
	case token.Life > 0 && !token.Expiry.IsZero() && token.RefreshExpiry.After(token.Expiry):
		return token.RefreshExpiry.Sub(token.Expiry.Add(-token.Life)).Round(time.Second), nil
	}
	return entry.SignIn(base, a.ClientID, a.MinimalScope).RefreshLife, nil
}

// sampleTries is how many documents are asked for before a selection counts as
// having nothing to show.
const sampleTries = 20

// Sample reads one selected document as it will look in Dialpad. A selection
// without one is CodeNothingChosen.
func (d *Desk) Sample(ctx context.Context, ask local.ChooseRequest) (local.Sample, error) {
	conf, a, err := d.known(ask.Account)
	if err != nil {
		return local.Sample{}, err
	}
	src, done, err := d.source(conf, chosen(a, ask.Selection))
	if err != nil {
		return local.Sample{}, err
	}
	defer done()
	ctx = rest.WithPatience(ctx, patience)
	tries := 0
	for item, err := range src.Keys(ctx) {
		if err != nil {
			return local.Sample{}, err
		}
		c, err := src.Read(ctx, item.Key)
		if err != nil && source.KindOf(err) != source.BadDocument {
			return local.Sample{}, err
		}
		if doc := c.Document; doc != nil && doc.HTML != "" {
			return local.Sample{Title: doc.Title, HTML: doc.HTML, URL: doc.URL, Locale: doc.Locale}, nil
		}
		if tries++; tries == sampleTries {
			break
		}
	}
	return local.Sample{}, &source.Error{
		Kind: source.Fatal, Code: source.CodeNothingChosen, Op: "read a sample", Side: "source", Err: errors.New("nothing is published in what is chosen"),
	}
}
