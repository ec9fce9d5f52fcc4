package magento

import (
	"encoding/json"
	"testing"

	"dialpadsync.app/sync/source"
)

// FuzzCursor: a cursor that is taken can be written again and goes on.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{`{"v":1,"print":"p","phase":"delta","mark":1}`, `{"v":1,"print":"p","phase":"import","mark":1,"part":3}`, `null`, `{"v":1,"print":"p","phase":"import","mark":1,"corner":-1}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := decodeCursor(source.Cursor(text), "p")
		if !ok {
			return
		}
		if again, ok := decodeCursor(c.encode(), "p"); !ok || again != c {
			t.Fatalf("%q becomes %q", text, c.encode())
		}
		corner := c.Corner
		for range parts {
			c.next()
		}
		if c.Corner != corner+1 && corner < 1<<62 {
			t.Fatalf("%q does not go on", text)
		}
	})
}

// FuzzWire: the loose values of a shop's answers are read or refused.
func FuzzWire(f *testing.F) {
	for _, seed := range []string{`"2026-11-25 07:00:00"`, `""`, `null`, `"0000-00-00 00:00:00"`, `12`, `"12"`, `true`, `"1"`, `{}`, `1e400`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, text []byte) {
		var at instant
		var n number
		var on flag
		for _, into := range []any{&at, &n, &on} {
			_ = json.Unmarshal(text, into) // refusing is fine, a panic is not
		}
	})
}

// FuzzPageBuilder: a text without marks of Page Builder stays as it is, and one
// with them ends.
func FuzzPageBuilder(f *testing.F) {
	for _, seed := range []string{`<p>a</p>`, `<div data-content-type="html">&lt;p&gt;a&lt;/p&gt;</div>`, `<style>[data-pb-style=A1]{display:none}</style><div data-pb-style="A1">x</div>`, `<div data-content-type="html"><div>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := flatten(text); len(got) > 6*len(text)+64 {
			t.Fatalf("%d bytes grew to %d", len(text), len(got))
		}
	})
}
