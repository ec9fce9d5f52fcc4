package zendesk

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"dialpadsync.app/sync/source"
)

// FuzzPage: a page is read as JSON that ends, or refused; cut anywhere it is
// never a shorter page.
func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		`{"articles":[{"id":1,"title":"a","body":"<p>b</p>","locale":"en-us","updated_at":"2026-11-25T07:00:00Z"}],"meta":{"has_more":true,"after_cursor":"x"},"links":{"next":"https://a.example/x"}}`,
		`{"articles":[],"count":0,"next_page":null,"end_time":1764054000}`, `{}`, `[]`, `{"articles":{}}`, `{"articles":[{"id":"1"}]}`, `{"articles":[{}`, `{"meta":null,"articles":[{"id":9007199254740993}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		count := func(text []byte) (n int, err error) {
			_, err = decodeList(newClip(bytes.NewReader(text), textLimit), "articles", func(article) { n++ })
			return n, err
		}
		whole, err := count(text)
		if err != nil {
			return
		}
		var plain map[string]json.RawMessage
		if json.NewDecoder(bytes.NewReader(text)).Decode(&plain) != nil {
			t.Fatalf("%q is taken for a page of %d", text, whole)
		}
		end := bytes.LastIndexByte(text, '}')
		if _, err := count(text[:end]); err == nil && !bytes.Contains(text[:end], []byte("}")) {
			t.Fatalf("%q, cut, is taken for a page", text[:end])
		}
	})
}

// FuzzCursor: a cursor that is taken can be used and written again.
func FuzzCursor(f *testing.F) {
	good := cursor{Format: cursorFormat, Print: "p", Phase: phaseDelta, Start: 1, Places: []place{{Locales: []string{"en-us", "de"}, Marks: []int64{1, 2}}}}
	f.Add(string(good.encode()))
	f.Add(`{"v":1,"print":"p","phase":"import","places":[{"locales":["en-us"]}],"locale":1}`)
	f.Add(`{"v":1,"print":"p","phase":"delta","place":-1}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := decodeCursor(source.Cursor(text), "p")
		if !ok {
			return
		}
		again, ok := decodeCursor(c.encode(), "p")
		if !ok || again.encode() != c.encode() {
			t.Fatalf("%q becomes %q", text, c.encode())
		}
		c = c.clone()
		for n := 0; n < 1000 && len(c.Places) > 0; n++ {
			_ = c.Places[c.Place].mark(c.Locale)
			if !c.nextListing() {
				return
			}
		}
	})
}

// FuzzLink: a next page is on the account's own host, or refused.
func FuzzLink(f *testing.F) {
	for _, seed := range []string{"", "https://acme.zendesk.com/api?page=2", "https://evil.example/", "//evil.example", "/api", "https://acme.zendesk.com@evil.example/", "https://acme.zendesk.com.evil.example", "\\\\evil.example", "http:evil", "https://acme.zendesk.com:81/"} {
		f.Add(seed)
	}
	s := &Source{base: &url.URL{Scheme: "https", Host: "acme.zendesk.com"}}
	f.Fuzz(func(t *testing.T, link string) {
		if s.checkLink(request{op: "list"}, link) != nil {
			return
		}
		u, err := url.Parse(link)
		if err != nil || u.Host != "" && u.Host != "acme.zendesk.com" {
			t.Fatalf("%q is taken", link)
		}
	})
}

// FuzzAddress: what a person types becomes an address of https without anything
// but a host, or is refused.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"acme", "acme.zendesk.com", "https://acme.zendesk.com/hc/en-us", "http://127.0.0.1:80", "user:pw@acme.zendesk.com", "javascript:alert(1)", "a b", "\u202eacme", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		base, _, err := ParseAddress(text)
		if err != nil {
			return
		}
		if base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" || base.Scheme != "https" && base.Scheme != "http" || strings.ContainsAny(base.Host, " \n/\\") {
			t.Fatalf("%q becomes %q", text, base)
		}
	})
}
