package dialpad

import (
	"encoding/json"
	"testing"
)

func TestNodeIsDecodedTolerantly(t *testing.T) {
	for text, want := range map[string]node{
		`{"id":"n1","type":"content","status":"published","title":"T","content":{"source":"s","external_id":"e","mime_type":"m","url":"u"},"created_at":"c","updated_at":"v"}`: {
			id: "n1", typ: "content", status: "published", title: "T", source: "s", externalID: "e", mimeType: "m", url: "u", created: "c", version: "v",
		},
		`{"id":17,"revision":4,"updated_at":"v","content":{"external_id":42}}`: {id: "17", version: "4", externalID: "42"},
		`{"node":{"id":"n1"}}`:           {id: "n1"},
		`{"data":{"id":"n1"},"meta":{}}`: {id: "n1"},
		`{"id":"n1","content":"text","title":null,"status":{"a":1},"type":["content"]}`: {id: "n1"},
	} {
		var got node
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		got.raw, got.content = nil, nil
		if got.id != want.id || got.typ != want.typ || got.status != want.status || got.title != want.title ||
			got.source != want.source || got.externalID != want.externalID || got.mimeType != want.mimeType ||
			got.url != want.url || got.created != want.created || got.version != want.version {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
	for _, text := range []string{`{}`, `[]`, `"n1"`, `{"id":""}`, `{"id":"a/b"}`, `{"id":{}}`, `{"id":null}`} {
		var n node
		if err := json.Unmarshal([]byte(text), &n); err == nil {
			t.Errorf("%s is taken for a node", text)
		}
	}
}

// No answer, however broken, may panic or be taken for a listing without an
// array of nodes.
func FuzzListing(f *testing.F) {
	for _, seed := range []string{
		`{"entries":[]}`, `{"entries":[{"id":"n1"}],"next_cursor":"c"}`, `{"entries":null}`, `{"next_cursor":7}`,
		`{"entries":[{"node":{"id":"n1"}}]}`, `{"Entries":[]}`, `null`, `[]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var l listing
		if l.UnmarshalJSON([]byte(text)) != nil {
			return
		}
		var shape struct {
			Entries []json.RawMessage `json:"entries"`
		}
		if err := json.Unmarshal([]byte(text), &shape); err != nil || shape.Entries == nil || len(shape.Entries) != len(l.entries) {
			t.Errorf("%s is taken for a listing of %d", text, len(l.entries))
		}
		for _, n := range l.entries {
			if !validID(n.id) {
				t.Errorf("%s: id %q", text, n.id)
			}
		}
	})
}
