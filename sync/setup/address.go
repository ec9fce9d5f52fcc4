package setup

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"unicode"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
)

// Sources lists what can be connected.
func (d *Desk) Sources() []local.SourceCard {
	var cards []local.SourceCard
	for _, entry := range catalog.All() {
		cards = append(cards, local.SourceCard{Name: entry.Name, Title: entry.Title, Keys: entry.Keys})
	}
	return cards
}

// Address says where the typed text leads. What cannot be one is CodeAddress,
// whose cause is a sentence that says what to type.
func (d *Desk) Address(_ context.Context, ask local.AddressRequest) (local.Address, error) {
	entry, base, err := address(ask.Source, ask.Text)
	if err != nil {
		return local.Address{}, err
	}
	conf, err := d.load()
	if err != nil {
		return local.Address{}, err
	}
	out := local.Address{URL: base.String(), Host: base.Host, Registration: local.Registration(entry.SetUp(base))}
	if a, ok := at(conf, entry, base); ok {
		out.Account, out.ClientID = a.ID, a.ClientID
	}
	return out, nil
}

// longestTyped bounds what is taken for an address or an identifier.
const longestTyped = 300

// address reads what a person typed as the address of a source.
func address(name, text string) (catalog.Entry, *url.URL, error) {
	entry, ok := catalog.Find(name)
	if !ok {
		return entry, nil, noAddress(errors.New("there is no source of this name"))
	}
	text = strings.TrimSpace(text)
	if len(text) > longestTyped || strings.ContainsFunc(text, unprintable) {
		return entry, nil, noAddress(errors.New("this is no address; type it as your browser shows it"))
	}
	base, _, err := entry.ParseAddress(text)
	if err != nil {
		return entry, nil, noAddress(err)
	}
	return entry, base, nil
}

// unprintable letters turn the direction of a text or are not seen at all.
func unprintable(r rune) bool { return !unicode.IsPrint(r) }

func noAddress(err error) error {
	return &source.Error{Kind: source.Fatal, Code: source.CodeAddress, Side: "source", Err: err}
}

// at returns the account that has this address.
func at(conf *settings.Settings, entry catalog.Entry, base *url.URL) (settings.Account, bool) {
	for _, a := range conf.Accounts {
		if a.Source == entry.Name && strings.EqualFold(a.URL, base.String()) {
			return a, true
		}
	}
	return settings.Account{}, false
}
