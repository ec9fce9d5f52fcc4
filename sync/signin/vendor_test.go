package signin

import (
	"encoding/json"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ory/fosite"
	"github.com/ory/fosite/compose"
	"github.com/ory/fosite/storage"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// vendor is an authorization server made of somebody else's code (ory/fosite),
// with a consent page in front. It rotates refresh tokens, and one that is used
// twice ends its whole family.
type vendor struct {
	*httptest.Server
	oauth fosite.OAuth2Provider

	mu     sync.Mutex
	grants []url.Values     // token requests as they came
	tamper func(url.Values) // changes a token request before fosite sees it
}

const vendorClient = "dialpad_sync"

func newVendor(t *testing.T) *vendor {
	store := storage.NewMemoryStore()
	store.Clients[vendorClient] = &fosite.DefaultClient{
		ID: vendorClient, Public: true, RedirectURIs: []string{"http://127.0.0.1/callback"},
		ResponseTypes: []string{"code"}, GrantTypes: []string{"authorization_code", "refresh_token"},
		Scopes: []string{"read"},
	}
	config := &fosite.Config{
		GlobalSecret: []byte("a secret of exactly 32 characters"[:32]), EnforcePKCEForPublicClients: true,
		RefreshTokenScopes: []string{}, AccessTokenLifespan: 30 * time.Minute,
	}
	v := &vendor{oauth: compose.Compose(config, store,
		&compose.CommonStrategy{CoreStrategy: compose.NewOAuth2HMACStrategy(config)},
		compose.OAuth2AuthorizeExplicitFactory, compose.OAuth2RefreshTokenGrantFactory, compose.OAuth2PKCEFactory,
		compose.OAuth2TokenIntrospectionFactory,
	)}
	mux := http.NewServeMux()
	mux.HandleFunc("/authorize", v.authorize)
	mux.HandleFunc("/token", v.token)
	v.Server = httptest.NewServer(mux)
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) provider() Provider {
	return Provider{
		Name: "Zendesk", Side: "source", AuthorizeURL: v.URL + "/authorize?brand=acme", TokenURL: v.URL + "/token",
		ClientID: vendorClient, Scopes: []string{"read"},
	}
}

var consent = template.Must(template.New("").Parse(`<!DOCTYPE html><title>Allow?</title>
<form><button id="approve" name="consent" value="approve">Allow</button><button id="deny" name="consent" value="deny">Deny</button>
{{range $name, $values := .}}<input type="hidden" name="{{$name}}" value="{{index $values 0}}">{{end}}</form>`))

func (v *vendor) authorize(w http.ResponseWriter, r *http.Request) {
	ar, err := v.oauth.NewAuthorizeRequest(r.Context(), r)
	if err != nil {
		v.oauth.WriteAuthorizeError(r.Context(), w, ar, err)
		return
	}
	switch r.FormValue("consent") {
	case "approve":
		for _, scope := range ar.GetRequestedScopes() {
			ar.GrantScope(scope)
		}
		resp, err := v.oauth.NewAuthorizeResponse(r.Context(), ar, &fosite.DefaultSession{Subject: "ada"})
		if err != nil {
			v.oauth.WriteAuthorizeError(r.Context(), w, ar, err)
			return
		}
		v.oauth.WriteAuthorizeResponse(r.Context(), w, ar, resp)
	case "deny":
		v.oauth.WriteAuthorizeError(r.Context(), w, ar, fosite.ErrAccessDenied)
	default:
		w.Header().Set("Content-Type", "text/html")
		_ = consent.Execute(w, r.URL.Query())
	}
}

func (v *vendor) token(w http.ResponseWriter, r *http.Request) {
	form := readGrant(r)
	v.mu.Lock()
	v.grants = append(v.grants, form)
	if v.tamper != nil {
		form = mapsClone(form)
		v.tamper(form)
	}
	v.mu.Unlock()
	body := form.Encode()
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request, err := v.oauth.NewAccessRequest(r.Context(), r, &fosite.DefaultSession{})
	if err == nil {
		var resp fosite.AccessResponder
		if resp, err = v.oauth.NewAccessResponse(r.Context(), request); err == nil {
			v.oauth.WriteAccessResponse(r.Context(), w, request, resp)
			return
		}
	}
	v.oauth.WriteAccessError(r.Context(), w, request, err)
}

// accepts says whether the vendor still takes an access token.
func (v *vendor) accepts(t *testing.T, access string) bool {
	t.Helper()
	_, _, err := v.oauth.IntrospectToken(t.Context(), access, fosite.AccessToken, &fosite.DefaultSession{})
	return err == nil
}

// refreshes are the refresh tokens that were sent.
func (v *vendor) refreshes() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var sent []string
	for _, grant := range v.grants {
		if grant.Get("grant_type") == "refresh_token" {
			sent = append(sent, grant.Get("refresh_token"))
		}
	}
	return sent
}

// readGrant reads a token request in either spelling.
func readGrant(r *http.Request) url.Values {
	body, _ := io.ReadAll(r.Body)
	if r.Header.Get("Content-Type") != "application/json" {
		form, _ := url.ParseQuery(string(body))
		return form
	}
	var fields map[string]any
	_ = json.Unmarshal(body, &fields)
	form := url.Values{}
	for name, value := range fields {
		if text, ok := value.(string); ok {
			form.Set(name, text)
		} else {
			spelled, _ := json.Marshal(value)
			form.Set(name, string(spelled))
		}
	}
	return form
}

func mapsClone(form url.Values) url.Values {
	out := url.Values{}
	for name, values := range form {
		out[name] = slices.Clone(values)
	}
	return out
}

// fakeBrowser is a person who presses the button named by consent, and what
// they see in the end.
type fakeBrowser struct {
	consent string
	status  int
	page    string
	header  http.Header
}

func (b *fakeBrowser) open(page string) error {
	resp, err := http.Get(page + "&consent=" + b.consent)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	b.status, b.page, b.header = resp.StatusCode, string(text), resp.Header
	http.DefaultClient.CloseIdleConnections()
	return err
}
