package zendesk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// registered is an account in which an admin has followed SetUp.
func registered(t *testing.T, consent string, quirks zendesksim.Quirks) *double {
	t.Helper()
	todo := SetUp(&url.URL{Scheme: "https", Host: "acme.zendesk.com"})
	return start(t, zendesksim.Config{
		Articles: 3, AutoConsent: consent, Quirks: quirks,
		Clients: []zendesksim.Client{{ID: todo.Identifier, Public: true, RedirectURIs: todo.Redirects}},
	})
}

// signIn plays the person and the browser.
func (d *double) signIn(minimal bool) (signin.Token, error) {
	return signin.Run(d.t.Context(), signin.Config{
		Provider: SignIn(d.base, "dialpad_sync", minimal),
		Timeout:  20 * time.Second,
		HTTP:     signin.HTTP{Transport: d.wire},
		OpenURL: func(page string) error {
			resp, err := (&http.Client{Transport: d.wire}).Get(page)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, resp.Body)
			return errors.Join(err, resp.Body.Close())
		},
	})
}

// as is a source that is signed in with a token kept in a store.
func (d *double) as(p signin.Provider, token signin.Token) (*Source, *signin.Refreshing, secret.Store) {
	d.t.Helper()
	store := secret.Memory()
	d.must(signin.Save(d.t.Context(), store, "help-center/token", token))
	tokens := signin.NewRefreshing(signin.RefreshConfig{
		Provider: p, Store: store, Name: "help-center/token", HTTP: signin.HTTP{Transport: d.wire},
	})
	s, err := New(Config{Base: d.base, HTTP: rest.Config{
		Tokens: tokens, Limiter: rest.NewLimiter(rest.LimitConfig{Start: 1000, Ceiling: 1000}), Transport: d.wire,
	}})
	d.must(err)
	return s, tokens, store
}

func TestSignInRefreshAndSignOut(t *testing.T) {
	for _, minimal := range []bool{false, true} {
		d := registered(t, zendesksim.Approve, zendesksim.Quirks{})
		token, err := d.signIn(minimal)
		d.must(err)
		if token.Life != accessLife*time.Second || time.Until(token.RefreshExpiry) < (refreshLife-60)*time.Second {
			t.Errorf("the token lives %v, its refresh token until %v", token.Life, token.RefreshExpiry)
		}
		p := SignIn(d.base, "dialpad_sync", minimal)
		s, tokens, store := d.as(p, token)
		who, err := s.Check(t.Context())
		d.must(err)
		want := map[bool][]string{false: {"read"}, true: {"hc:read", "users:read"}}[minimal]
		if !who.ReadsAll || cmp.Diff(want, who.Scopes) != "" {
			t.Errorf("%+v", who)
		}
		if _, err := tokens.Renew(t.Context(), token.Access.Reveal()); err != nil {
			t.Fatalf("renew: %v", err)
		}
		m := d.mirror()
		m.follow(s)
		m.equals("en-us")
		d.must(signin.SignOut(t.Context(), signin.RefreshConfig{
			Provider: p, Store: store, Name: "help-center/token", HTTP: signin.HTTP{Transport: d.wire},
		}))
		_, err = s.Check(t.Context())
		wantKind(t, err, source.SignIn)
	}
}

func wantKind(t *testing.T, err error, kind source.Kind) {
	t.Helper()
	if err == nil || source.KindOf(err) != kind {
		t.Fatalf("error %v, want kind %v", err, kind)
	}
}

func TestDeclinedSignIn(t *testing.T) {
	d := registered(t, zendesksim.Deny, zendesksim.Quirks{})
	_, err := d.signIn(false)
	if !errors.Is(err, signin.ErrRefused) || source.KindOf(err) != source.SignIn {
		t.Errorf("%v", err)
	}
}

// A token of an account that withdrew it counts as withdrawn; one that may not
// withdraw itself does not.
func TestRevoke(t *testing.T) {
	d := registered(t, zendesksim.Approve, zendesksim.Quirks{})
	revoke := func(access string) error {
		return SignIn(d.base, "dialpad_sync", false).Revoke(t.Context(), &http.Client{Transport: d.wire}, signin.Token{Access: secret.Secret(access)})
	}
	if err := revoke("at-unknown"); err != nil {
		t.Errorf("a token the account does not know: %v", err)
	}
	access, _ := d.Token(zendesksim.EndUser)
	d.must(revoke(access))
	if err := revoke(access); err != nil {
		t.Errorf("a second time: %v", err)
	}
	d = registered(t, zendesksim.Approve, zendesksim.Quirks{ReadTokenStays: true})
	access, _ = d.Token(zendesksim.Admin)
	if err := revoke(access); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("a token that may not withdraw itself: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := SignIn(d.base, "x", false).Revoke(ctx, &http.Client{Transport: d.wire}, signin.Token{Access: "a"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled call: %v", err)
	}
}

func TestSetUpNamesWhatSignInSends(t *testing.T) {
	base := &url.URL{Scheme: "https", Host: "acme.zendesk.com"}
	todo := SetUp(base)
	want := []string{"http://127.0.0.1:47111/callback", "http://127.0.0.1:47112/callback", "http://127.0.0.1:47113/callback"}
	if diff := cmp.Diff(want, todo.Redirects); diff != "" {
		t.Errorf("redirect addresses (-want +got):\n%s", diff)
	}
	steps := strings.Join(todo.Steps, "\n")
	for _, text := range []string{todo.Name, todo.Identifier, "Client kind: Public", "Admin Center", "Redirect URLs"} {
		if !strings.Contains(steps, text) {
			t.Errorf("the steps do not mention %q", text)
		}
	}
	if p := SignIn(base, todo.Identifier, false); p.AuthorizeURL != "https://acme.zendesk.com/oauth/authorizations/new" ||
		p.TokenURL != "https://acme.zendesk.com/oauth/tokens" || p.ClientSecret != "" || !p.JSON || p.RefreshLife != 7775999*time.Second {
		t.Errorf("%+v", p)
	}
	if todo.Page != "https://acme.zendesk.com/admin" {
		t.Errorf("page %q", todo.Page)
	}
}

func TestCheckSaysWhoIsSignedIn(t *testing.T) {
	for role, readsAll := range map[zendesksim.Role]bool{zendesksim.Admin: true, zendesksim.Agent: true, zendesksim.EndUser: false} {
		d := start(t, zendesksim.Config{Role: role})
		who, err := d.open(Config{}).Check(t.Context())
		d.must(err)
		want := source.Who{ID: who.ID, Name: who.Name, Role: string(role), Host: d.base.Host, Scopes: []string{"read"}, ReadsAll: readsAll}
		if diff := cmp.Diff(want, who); diff != "" || who.ID == "" || who.Name == "" {
			t.Errorf("%s (-want +got):\n%s", role, diff)
		}
	}
}

// The answer is 200 with id null when nobody is signed in.
func TestCheckOfNobody(t *testing.T) {
	d := start(t, zendesksim.Config{})
	d.rewrite("/users/me", func(_ *http.Request, body map[string]any) { body["user"].(map[string]any)["id"] = nil })
	_, err := d.open(Config{}).Check(t.Context())
	wantKind(t, err, source.SignIn)
}

func TestCheckWithLittleScope(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 2})
	d.token, _ = d.TokenFor(zendesksim.Admin, "hc:read")
	s := d.open(Config{})
	who, err := s.Check(t.Context())
	d.must(err)
	if who.ID == "" || who.Role != "" || who.ReadsAll || !slices.Equal(who.Scopes, []string{"hc:read"}) {
		t.Errorf("%+v", who)
	}
	m := d.mirror()
	m.follow(s) // brands cannot be listed
	m.equals("en-us")
	d.token, _ = d.TokenFor(zendesksim.Admin, "tickets:read")
	_, err = d.open(Config{}).Fetch(t.Context(), "")
	wantKind(t, err, source.Forbidden)
	d.fault("GET /oauth/tokens/current status=404")
	_, err = d.open(Config{}).Check(t.Context())
	wantKind(t, err, source.Forbidden)
}

func TestCheckWithoutWordOfTheToken(t *testing.T) {
	d := start(t, zendesksim.Config{})
	d.fault("GET /oauth/tokens/current status=404")
	who, err := d.open(Config{}).Check(t.Context())
	d.must(err)
	if who.Scopes != nil || who.Role != "admin" {
		t.Errorf("%+v", who)
	}
}
