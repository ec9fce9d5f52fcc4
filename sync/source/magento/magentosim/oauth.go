package magentosim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// problem is a refusal of a signature: Magento's status and sentence.
type problem struct {
	status  int
	message string
}

var (
	problemSignature = &problem{http.StatusUnauthorized, "The signature is invalid. Verify and try again."}
	problemNonce     = &problem{http.StatusUnauthorized, "The nonce is already being used by the consumer with ID 1."}
	problemTimestamp = &problem{http.StatusUnauthorized, "The oauth_timestamp value in the request is in an incorrect format or is refused (timestamp_refused)."}
	problemMethod    = &problem{http.StatusBadRequest, "Signature method HMAC-SHA1 is not supported"}
	problemConsumer  = &problem{http.StatusUnauthorized, "A consumer having the specified key does not exist"}
	problemToken     = &problem{http.StatusUnauthorized, "Token is not an access token"}
	problemRevoked   = &problem{http.StatusUnauthorized, "Access token has been revoked"}
	problemLength    = &problem{http.StatusBadRequest, "The token length is invalid. Check the length and try again."}
	problemVersion   = &problem{http.StatusBadRequest, "The oauth_version is not 1.0"}
)

// farAhead is how far ahead of the shop's clock a timestamp may be, in seconds.
const farAhead = 600

// verify checks the Authorization header (contract §1.2). A nil problem lets
// the request in.
func (s *Server) verify(r *http.Request) *problem {
	header := r.Header.Get("Authorization")
	if token, ok := strings.CutPrefix(header, "Bearer "); ok {
		if s.config.Bearer && token == s.config.Keys.AccessToken && !s.isRevoked() {
			return nil
		}
		return &problem{http.StatusUnauthorized, ""} // written as a missing resource
	}
	i := strings.Index(strings.ToLower(header), "oauth ")
	if i < 0 {
		return &problem{http.StatusUnauthorized, ""}
	}
	given := map[string]string{}
	for part := range strings.SplitSeq(header[i+len("oauth "):], ",") {
		name, value, found := strings.Cut(strings.TrimSpace(part), "=")
		if !found || !strings.HasPrefix(name, "oauth_") {
			continue
		}
		n, _ := url.PathUnescape(name)
		v, _ := url.PathUnescape(strings.Trim(value, `"`))
		given[n] = v
	}
	return s.check(r, given)
}

func (s *Server) check(r *http.Request, given map[string]string) *problem {
	k := s.config.Keys
	stamp, err := strconv.ParseInt(given["oauth_timestamp"], 10, 64)
	switch {
	case given["oauth_version"] != "" && given["oauth_version"] != "1.0":
		return problemVersion
	case given["oauth_signature_method"] != "HMAC-SHA256":
		return problemMethod
	case len(given["oauth_consumer_key"]) != 32 || len(given["oauth_token"]) != 32:
		return problemLength
	case given["oauth_consumer_key"] != k.ConsumerKey:
		return problemConsumer
	case err != nil || stamp <= 0 || stamp > s.config.Clock.Date().Unix()+farAhead:
		return problemTimestamp
	case given["oauth_token"] != k.AccessToken:
		return problemToken
	case s.isRevoked():
		return problemRevoked
	}
	base := baseString(r, given, s.config.SeenScheme)
	mac := hmac.New(sha256.New, []byte(encode(k.ConsumerSecret)+"&"+encode(k.AccessTokenSecret)))
	mac.Write([]byte(base))
	want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if !hmac.Equal([]byte(want), []byte(given["oauth_signature"])) {
		return problemSignature
	}
	if !s.useNonce(given["oauth_nonce"]) {
		return problemNonce
	}
	return nil
}

func (s *Server) isRevoked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revoked
}

// useNonce says whether the nonce is new.
func (s *Server) useNonce(nonce string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if nonce == "" || s.nonces[nonce] {
		return false
	}
	s.nonces[nonce] = true
	return true
}

// baseString is what is signed. Parts of the query without exactly one "=" are
// ignored; keys come in PHP's natural order, in which a number inside a text
// counts as a number.
func baseString(r *http.Request, given map[string]string, scheme string) string {
	if scheme == "" {
		scheme = "http"
		if r.TLS != nil {
			scheme = "https"
		}
	}
	type pair struct{ name, value string }
	var pairs []pair
	for name, value := range given {
		if name != "oauth_signature" {
			pairs = append(pairs, pair{name, value})
		}
	}
	for part := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if strings.Count(part, "=") != 1 {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		n, _ := url.QueryUnescape(name)
		v, _ := url.QueryUnescape(value)
		pairs = append(pairs, pair{n, v})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return natural(encode(a.name), encode(b.name)) })
	var joined []string
	for _, p := range pairs {
		joined = append(joined, encode(p.name)+"="+encode(p.value))
	}
	host := strings.ToLower(r.Host)
	host = strings.TrimSuffix(strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[scheme]), ":")
	address := scheme + "://" + host + r.URL.EscapedPath()
	return r.Method + "&" + encode(address) + "&" + encode(strings.Join(joined, "&"))
}

// encode is RFC 3986.
func encode(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte("0123456789ABCDEF"[c>>4])
		b.WriteByte("0123456789ABCDEF"[c&15])
	}
	return b.String()
}

// natural compares as strnatcmp does: runs of digits by their value.
func natural(a, b string) int {
	for a != "" && b != "" {
		if isDigit(a[0]) && isDigit(b[0]) {
			x, restA := digits(a)
			y, restB := digits(b)
			if len(x) != len(y) {
				return len(x) - len(y)
			}
			if n := strings.Compare(x, y); n != 0 {
				return n
			}
			a, b = restA, restB
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// digits cuts a run of digits, zeros in front left out.
func digits(text string) (number, rest string) {
	i := 0
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	return strings.TrimLeft(text[:i], "0"), text[i:]
}
