package magento

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/dghubble/oauth1"

	"dialpadsync.app/sync/secret"
)

// keys are the four texts that Magento's integration page shows (contract
// §1.1). With the access token alone requests carry it as a bearer token, which
// only shops older than 2.4.4, or told to, accept.
type keys struct {
	consumerKey                                    string
	consumerSecret, accessToken, accessTokenSecret secret.Secret
}

// keyLength is how long Magento makes each of the four texts (contract §1.2).
const keyLength = 32

// KeyNames are what Magento's page calls the four texts, in the order of
// JoinKeys.
func KeyNames() []string {
	return []string{"Consumer Key", "Consumer Secret", "Access Token", "Access Token Secret"}
}

// JoinKeys makes the one text that is kept of the four a person pasted, blanks
// around them left out: joined by colons. The access token alone is enough for
// shops that take it as it is. The error says which one is missing or malformed.
func JoinKeys(texts []string) (secret.Secret, error) {
	names := KeyNames()
	if len(texts) != len(names) {
		return "", fmt.Errorf("there are %d keys, not %d", len(names), len(texts))
	}
	trimmed := make([]string, len(texts))
	for i, text := range texts {
		trimmed[i] = strings.TrimSpace(text)
	}
	alone := strings.Join(trimmed, "") == trimmed[2]
	seen := map[string]string{}
	for i, text := range trimmed {
		other, twice := seen[text]
		switch {
		case text == "" && alone && i != 2:
			continue
		case text == "":
			return "", fmt.Errorf("the %s is missing", names[i])
		case len(text) != keyLength || strings.ContainsFunc(text, notKey):
			return "", fmt.Errorf("the %s is not as Magento shows it: 32 small letters and digits", names[i])
		case twice:
			return "", fmt.Errorf("%s and %s are the same text", other, names[i])
		}
		seen[text] = names[i]
	}
	return secret.Secret(strings.Join(trimmed, ":")), nil
}

func notKey(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }

// splitKeys is the reverse of JoinKeys. One text alone is an access token.
func splitKeys(token string) (keys, error) {
	part := strings.Split(token, ":")
	switch len(part) {
	case 1:
		return keys{accessToken: secret.Secret(part[0])}, nil
	case 4:
		return keys{part[0], secret.Secret(part[1]), secret.Secret(part[2]), secret.Secret(part[3])}, nil
	}
	return keys{}, errors.New("the kept keys are not four texts joined by colons")
}

// bearer says that there is nothing to sign with.
func (k keys) bearer() bool { return k.consumerKey == "" }

// signer signs requests (OAuth 1.0a, RFC 5849, HMAC-SHA256), each with a
// timestamp and a nonce of its own. It is safe for concurrent use.
type signer struct {
	noncer oauth1.Noncer // nil outside tests
	// swapped says that the shop verifies signatures with the other scheme than
	// ours: it stands behind a proxy that ends TLS and does not say so.
	swapped atomic.Bool
	// key is the consumer key of the latest request.
	key atomic.Value
}

// swappedKey marks a request that was signed for the other scheme.
type swappedKey struct{}

// authorize signs a request with the text of JoinKeys, and says whether there
// was only a token to send along.
func (s *signer) authorize(req *http.Request, token string) (bearer bool, err error) {
	k, err := splitKeys(token)
	if err != nil {
		return false, err
	}
	s.key.Store(k.consumerKey)
	if k.bearer() {
		req.Header.Set("Authorization", "Bearer "+k.accessToken.Reveal())
		return true, nil
	}
	swap := s.swapped.Load()
	header, err := s.header(req, k, swap)
	if err != nil {
		return false, err
	}
	req.Header.Set("Authorization", header)
	*req = *req.WithContext(context.WithValue(req.Context(), swappedKey{}, swap))
	return false, nil
}

// consumer is the consumer key requests were last signed with, or empty.
func (s *signer) consumer() string {
	key, _ := s.key.Load().(string)
	return key
}

// errSigned ends the library's round trip once the header is made.
var errSigned = errors.New("signed")

// header is the Authorization header of a request. The library signs only while
// it sends, so it is given a transport that takes the header. JSON bodies are
// not signed (contract §1.2).
func (s *signer) header(req *http.Request, k keys, swap bool) (string, error) {
	claim := req.Clone(req.Context())
	claim.Body = nil
	if swap {
		claim.URL.Scheme = map[string]string{"http": "https", "https": "http"}[req.URL.Scheme]
	}
	var header string
	taking := transport(func(r *http.Request) (*http.Response, error) {
		header = r.Header.Get("Authorization")
		return nil, errSigned
	})
	ctx := context.WithValue(req.Context(), oauth1.HTTPClient, &http.Client{Transport: taking})
	config := &oauth1.Config{
		ConsumerKey: k.consumerKey, Noncer: s.noncer,
		Signer: &oauth1.HMAC256Signer{ConsumerSecret: k.consumerSecret.Reveal()},
	}
	client := config.Client(ctx, oauth1.NewToken(k.accessToken.Reveal(), k.accessTokenSecret.Reveal()))
	if _, err := client.Transport.RoundTrip(claim); !errors.Is(err, errSigned) { //nolint:bodyclose // there is no answer
		return "", fmt.Errorf("sign: %w", err)
	}
	return header, nil
}

type transport func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// mismatch takes note of a signature that could not be verified, and says
// whether it may help to sign for the other scheme (contract §1.2 c).
func (s *signer) mismatch(req *http.Request) (again bool) {
	if req == nil {
		return false
	}
	used, _ := req.Context().Value(swappedKey{}).(bool)
	if used != s.swapped.Load() {
		return true // somebody else has changed over meanwhile
	}
	s.swapped.Store(!used)
	return !used
}
