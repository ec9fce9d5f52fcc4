package magento

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// fixed is a nonce that is known.
type fixed string

func (f fixed) Nonce() string { return string(f) }

var vectorKeys = strings.Join([]string{
	"ck3a9f0c7d1e5b8264a0f9d3c7e1b5a8", "cs71b0e4d29c6f835a1d7e0b4c9f2a63", "at5d2e8f1b7c304a96e8d1f5b2c7a340", "as90c4b7e2d15f8a36c9e0b4d7f2a158",
}, ":")

// The vector of the contract, §1.2 A.
func TestSignatureOfTheContract(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Unix(1795000000, 0)))
		s := signer{noncer: fixed("n0nceA1b2C3d4E5f6G7h8I9j0K1l2M3n")}
		q := query{filters: []filter{{"update_time", "2026-11-20 08:00:00", "gteq"}}, size: 2}
		req, err := http.NewRequest(http.MethodGet, "https://shop.example/rest/default/V1/cmsPage/search?"+q.encode(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if bearer, err := s.authorize(req, vectorKeys); err != nil || bearer {
			t.Fatal(bearer, err)
		}
		got := field(req, "oauth_signature")
		if want := "Y5dVOs1mtVLyE+qj8JRmW0sfUQiJL+QmG+TlRkTh7kE="; got != want {
			t.Errorf("signature %q, want %q of %s", got, want, req.URL)
		}
	})
}

var oauthField = regexp.MustCompile(`(oauth_[a-z_]+)="([^"]*)"`)

func field(r *http.Request, name string) string {
	for _, m := range oauthField.FindAllStringSubmatch(r.Header.Get("Authorization"), -1) {
		if m[1] == name {
			value, _ := url.PathUnescape(m[2])
			return value
		}
	}
	return ""
}

// The server ignores parts of a query without exactly one "=" and orders keys
// naturally: neither may ever make a difference.
func TestQueriesHaveNoTraps(t *testing.T) {
	q := query{filters: []filter{{"title", "a=b & c+d/é", "eq"}, {"page_id", "7", "gt"}}, order: "page_id", size: 100, fields: "id,title"}
	text := q.encode()
	for part := range strings.SplitSeq(text, "&") {
		if strings.Count(part, "=") != 1 || strings.ContainsAny(part, "+ []") {
			t.Errorf("part %q", part)
		}
	}
	back, err := url.ParseQuery(text)
	if err != nil || back.Get("searchCriteria[filter_groups][0][filters][0][value]") != "a=b & c+d/é" {
		t.Errorf("%q gives %v, %v", text, back, err)
	}
}

func TestPastedKeys(t *testing.T) {
	good := strings.Split(vectorKeys, ":")
	with := func(i int, text string) []string {
		out := append([]string(nil), good...)
		out[i] = text
		return out
	}
	for _, c := range []struct {
		name  string
		texts []string
		want  string // in the error, or empty
	}{
		{"as shown", good, ""},
		{"with blanks", with(1, "  "+good[1]+" \n"), ""},
		{"the token alone", []string{"", "", good[2], ""}, ""},
		{"one missing", with(3, " "), "Access Token Secret is missing"},
		{"cut short", with(0, good[0][:31]), "Consumer Key is not as Magento shows it"},
		{"capitals", with(0, strings.ToUpper(good[0])), "Consumer Key is not"},
		{"an e-mail", with(2, "owner@shop.example"), "Access Token is not"},
		{"pasted twice", with(3, good[2]), "Access Token and Access Token Secret are the same text"},
		{"three", good[:3], "there are 4 keys, not 3"},
	} {
		kept, err := JoinKeys(c.texts)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		case c.want == "":
			if _, err := splitKeys(kept.Reveal()); err != nil {
				t.Errorf("%s: kept keys: %v", c.name, err)
			}
		}
		if err != nil && strings.Contains(err.Error(), good[1]) {
			t.Errorf("%s: the error tells a secret", c.name)
		}
	}
}
