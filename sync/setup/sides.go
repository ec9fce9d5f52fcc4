package setup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"dialpadsync.app/sync/dialpad"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
)

// Entries of the secret store that belong to Dialpad.
const (
	DialpadSecret = "dialpad/client_secret"
	DialpadToken  = "dialpad/token"
)

// TokenName is the entry of an account's sign-in in the secret store.
func TokenName(account string) string { return account + "/token" }

// DialpadStart is the first rate towards Dialpad, in requests a second.
const DialpadStart = 4

// patience is how long a single pause may be that a person sits out in front of
// a window; the next try is theirs.
const patience = 30 * time.Second

// SelectionPrint stands for what of an account's source is copied, whatever the
// order it is written in. A consent is for one of them.
func SelectionPrint(a settings.Account) string {
	sorted := func(list []string) string {
		list = slices.Clone(list)
		for i := range list {
			list[i] = strings.ToLower(list[i])
		}
		slices.Sort(list)
		return strings.Join(list, "\x00")
	}
	text := fmt.Sprintf("%s\x01%s\x01%v %v", sorted(a.Collections), sorted(a.Locales), a.IncludeDrafts, a.IncludeRestricted)
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// DialpadTokens gives access tokens for Dialpad, in the way that was chosen.
func DialpadTokens(ctx context.Context, d settings.Dialpad, secrets secret.Store, http signin.HTTP) (rest.Tokens, error) {
	if d.SignIn != settings.SignInBrowser {
		return signin.NewCredentials(signin.CredentialsConfig{
			API: d.APIURL(), ClientID: d.ClientID, Store: secrets, Name: DialpadSecret, HTTP: http,
		}), nil
	}
	provider, err := DialpadProvider(ctx, d, secrets)
	if err != nil {
		return nil, err
	}
	return signin.NewRefreshing(signin.RefreshConfig{Provider: provider, Store: secrets, Name: DialpadToken, HTTP: http}), nil
}

// DialpadProvider is Dialpad's sign-in in the browser, with the client secret
// where one is kept.
func DialpadProvider(ctx context.Context, d settings.Dialpad, secrets secret.Store) (signin.Provider, error) {
	clientSecret, err := secrets.Get(ctx, DialpadSecret)
	if err != nil && !errors.Is(err, secret.ErrNotFound) {
		return signin.Provider{}, err
	}
	return dialpad.SignIn(d.SignInURL, d.ClientID, clientSecret), nil
}

// DialpadClient is the client of the knowledge API of these settings. Base, side
// and name of the configuration are filled in.
func DialpadClient(d settings.Dialpad, config rest.Config) (*rest.Client, error) {
	base, err := url.Parse(d.APIURL())
	if err != nil {
		return nil, err // Load has checked it
	}
	config.Base, config.Side, config.Name = base, "dialpad", "Dialpad"
	return rest.New(config)
}

// sides keeps, for each account, what one who asks its source after the other
// shares: the pace and the sign-in.
type sides struct {
	mu       sync.Mutex
	accounts map[string]*side
}

type side struct {
	print   string // of what they are for
	limiter *rest.Limiter
	tokens  *signin.Refreshing
}

// side is what is shared for an account.
func (d *Desk) side(entry catalog.Entry, base *url.URL, a settings.Account, secrets secret.Store) *side {
	d.sides.mu.Lock()
	defer d.sides.mu.Unlock()
	print := fmt.Sprintf("%s %s %s %v", a.Source, base, a.ClientID, a.MinimalScope)
	s := d.sides.accounts[a.ID]
	if s == nil || s.print != print {
		s = &side{print: print, limiter: rest.NewLimiter(entry.Rate), tokens: signin.NewRefreshing(signin.RefreshConfig{
			Provider: entry.SignIn(base, a.ClientID, a.MinimalScope), Store: secrets, Name: TokenName(a.ID), HTTP: d.http(),
		})}
		d.sides.accounts[a.ID] = s
	}
	return s
}

// forgetSide lets go of a sign-in that was replaced or withdrawn.
func (d *Desk) forgetSide(account string) {
	d.sides.mu.Lock()
	defer d.sides.mu.Unlock()
	delete(d.sides.accounts, account)
}

func (d *Desk) http() signin.HTTP { return signin.HTTP{UserAgent: d.cfg.UserAgent} }

// source opens an account's source for what a selection names. done lets go of
// its connections.
func (d *Desk) source(conf *settings.Settings, a settings.Account) (src source.Source, done func(), err error) {
	entry, base, err := sideOf(a)
	if err != nil {
		return nil, nil, err
	}
	secrets, err := d.secrets(conf)
	if err != nil {
		return nil, nil, err
	}
	shared := d.side(entry, base, a, secrets)
	tokens := shared.tokens
	if d.cfg.Tokens != nil {
		if running := d.cfg.Tokens(TokenName(a.ID)); running != nil {
			tokens = running
		}
	}
	limiter, _ := d.limits(a.ID)
	if limiter == nil {
		limiter = shared.limiter
	}
	return open(entry, base, a, rest.Config{Tokens: tokens, Limiter: limiter, UserAgent: d.cfg.UserAgent, Log: d.cfg.Log})
}

// limits are the running engine's.
func (d *Desk) limits(account string) (source, dialpad *rest.Limiter) {
	if d.cfg.Limits == nil {
		return nil, nil
	}
	return d.cfg.Limits(account)
}

// open makes the source of an account.
func open(entry catalog.Entry, base *url.URL, a settings.Account, http rest.Config) (src source.Source, done func(), err error) {
	src, err = entry.New(catalog.Account{
		Base: base, Collections: a.Collections, Locales: a.Locales,
		IncludeDrafts: a.IncludeDrafts, IncludeRestricted: a.IncludeRestricted, HTTP: http,
	})
	if err != nil {
		return nil, nil, &source.Error{Kind: source.Fatal, Code: source.CodeSelection, Op: "read what is chosen", Side: "source", Err: err}
	}
	done = func() {}
	if c, ok := src.(io.Closer); ok {
		done = func() { _ = c.Close() } // only idle connections
	}
	return src, done, nil
}

// destination opens the connected Dialpad for an account's documents, which
// carry a source value.
func (d *Desk) destination(ctx context.Context, conf *settings.Settings, account, value string) (dest *dialpad.Discovered, done func(), err error) {
	if conf.Dialpad.Region == "" {
		return nil, nil, &source.Error{
			Kind: source.SignIn, Code: source.CodeSecretMissing, Op: "reach Dialpad", Side: "dialpad", Err: errors.New("Dialpad is not connected"),
		}
	}
	secrets, err := d.secrets(conf)
	if err != nil {
		return nil, nil, err
	}
	tokens, err := d.dialpadTokens(ctx, conf.Dialpad, secrets)
	if err != nil {
		return nil, nil, err
	}
	_, limiter := d.limits(account)
	client, err := d.dialpadClient(conf.Dialpad, tokens, limiter)
	if err != nil {
		return nil, nil, err
	}
	return dialpad.Discover(dialpad.Config{Client: client, SourceValue: value}, conf.Dialpad.APIVersion, nil), client.Close, nil
}

// dialpadTokens are the running engine's where a person's sign-in is renewed.
func (d *Desk) dialpadTokens(ctx context.Context, conf settings.Dialpad, secrets secret.Store) (rest.Tokens, error) {
	if conf.SignIn == settings.SignInBrowser && d.cfg.Tokens != nil {
		if running := d.cfg.Tokens(DialpadToken); running != nil {
			return running, nil
		}
	}
	return DialpadTokens(ctx, conf, secrets, d.http())
}

func (d *Desk) dialpadClient(conf settings.Dialpad, tokens rest.Tokens, limiter *rest.Limiter) (*rest.Client, error) {
	if limiter == nil {
		ceiling := float64(conf.MaxRequestsPerSecond)
		limiter = rest.NewLimiter(rest.LimitConfig{Start: min(DialpadStart, ceiling), Ceiling: ceiling})
	}
	return DialpadClient(conf, rest.Config{Tokens: tokens, UserAgent: d.cfg.UserAgent, Log: d.cfg.Log, Limiter: limiter})
}
