package zendesk

import (
	"encoding/json"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever the text and wherever the reads end, short strings come through as
// they are and long ones keep their beginning.
func TestClipKeepsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(8, 60).Draw(t, "limit")
		texts := rapid.SliceOf(rapid.OneOf(
			rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("\"\\/<>&\n\x01é😀a"))),
		)).Draw(t, "texts")
		in, err := json.Marshal(map[string]any{"texts": texts, "n": 12, "deep": map[string]any{"x": []any{nil, true}}})
		if err != nil {
			t.Fatal(err)
		}
		whole, err := io.ReadAll(newClip(iotest.OneByteReader(strings.NewReader(string(in))), 1<<20))
		if err != nil || string(whole) != string(in) {
			t.Fatalf("without a cut: %q became %q, %v", in, whole, err)
		}
		var out struct {
			Texts []string
			N     int
		}
		if err := json.NewDecoder(newClip(iotest.HalfReader(strings.NewReader(string(in))), limit)).Decode(&out); err != nil {
			t.Fatalf("%q with limit %d: %v", in, limit, err)
		}
		if out.N != 12 || len(out.Texts) != len(texts) {
			t.Fatalf("%q with limit %d: %+v", in, limit, out)
		}
		for i, text := range texts {
			checkClipped(t, text, out.Texts[i], limit)
		}
	})
}

func checkClipped(t *rapid.T, text, got string, limit int) {
	raw, _ := json.Marshal(text)
	size := len(raw) - 2
	if got == text && size <= limit+len(clipMark)-1 {
		return // an escape that begins within the limit is kept whole
	}
	if size <= limit {
		t.Fatalf("%q became %q with limit %d", text, got, limit)
	}
	if !clipped(got) {
		t.Fatalf("%q became %q with limit %d: no mark", text, got, limit)
	}
	kept := strings.TrimRight(strings.TrimSuffix(got, "\x00"), string(utf8.RuneError))
	if !strings.HasPrefix(strings.ToValidUTF8(text, ""), strings.ToValidUTF8(kept, "")) || len(got) > limit+8 {
		t.Fatalf("%q became %q with limit %d", text, got, limit)
	}
}

func TestClipPassesOnTheError(t *testing.T) {
	got, err := io.ReadAll(newClip(io.MultiReader(strings.NewReader(`{"a":"b`), iotest.ErrReader(io.ErrUnexpectedEOF)), 100))
	if string(got) != `{"a":"b` || err != io.ErrUnexpectedEOF {
		t.Errorf("%q, %v", got, err)
	}
}

// A page's memory does not grow with its bodies.
func TestClippedPageTakesLittleMemory(t *testing.T) {
	const n = 20
	one := `{"id":1,"title":"t","body":"` + strings.Repeat(`\u003cp\u003ex`, 1<<16) + `"}`
	page := io.MultiReader(
		strings.NewReader(`{"articles":[`+one), repeat(n-1, ","+one), strings.NewReader(`],"count":20}`),
	)
	var before, after runtime.MemStats
	articles, longest := 0, 0
	runtime.ReadMemStats(&before)
	_, err := decodeList(newClip(page, textLimit), "articles", func(a article) { articles, longest = articles+1, max(longest, len(a.Body)) })
	runtime.ReadMemStats(&after)
	if err != nil || articles != n || longest > textLimit {
		t.Fatalf("%d articles, the longest body has %d bytes, %v", articles, longest, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 6<<20 {
		t.Errorf("a page of %d KiB allocated %d KiB", n*len(one)>>10, used>>10)
	}
}

func repeat(n int, text string) io.Reader {
	readers := make([]io.Reader, n)
	for i := range readers {
		readers[i] = strings.NewReader(text)
	}
	return io.MultiReader(readers...)
}

func TestDecodeListInAnyOrderOfFields(t *testing.T) {
	const answer = `{"meta":{"has_more":true,"after_cursor":"t"},"odd":{"a":[1,{"b":null}]},
		"articles":[{"id":1,"extra":[{}]},{"id":2}],"links":{"next":"/x"},"count":2,"next_page":null,"end_time":7}`
	var ids []int64
	env, err := decodeList(strings.NewReader(answer), "articles", func(a article) { ids = append(ids, a.ID) })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{1, 2}, ids); diff != "" || env.EndTime != 7 || *env.Count != 2 || !env.Meta.HasMore || env.Links.Next != "/x" {
		t.Errorf("%v %+v", ids, env)
	}
}

// Wherever an answer ends early, it is an error.
func TestDecodeListNoticesEveryCut(t *testing.T) {
	const answer = `{"articles":[{"id":1,"title":"a"},{"id":2}],"meta":{"has_more":false}}`
	for n := range len(answer) {
		if _, err := decodeList(strings.NewReader(answer[:n]), "articles", func(article) {}); err != io.ErrUnexpectedEOF {
			t.Errorf("cut after %q: %v", answer[:n], err)
		}
	}
}
