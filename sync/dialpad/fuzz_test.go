package dialpad

import (
	"encoding/json"
	"testing"
)

// FuzzNode: what is taken for a node has an id that can stand in a path, and an
// update sends back everything it held.
func FuzzNode(f *testing.F) {
	for _, seed := range []string{
		`{"id":"n1","type":"content","title":"T","status":"published","content":{"source":"s","external_id":"1","mime_type":"text/html"},"extra":[1]}`,
		`{"node":{"id":7}}`, `{"data":{"id":"x"},"id":null}`, `{"id":"../x"}`, `{"id":""}`, `[]`, `null`, `{"id":"a/b"}`, `{"id":1e400}`, `{"id":"n","content":"text"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var n node
		if json.Unmarshal(text, &n) != nil || string(text) == "null" {
			return
		}
		if n.raw == nil {
			return // null between blanks
		}
		if !validID(n.id) {
			t.Fatalf("%q has the id %q", text, n.id)
		}
		sent := n.with("T", "https://a.example")
		if _, err := json.Marshal(sent); err != nil {
			t.Fatal(err)
		}
		for name := range n.raw {
			if _, ok := sent[name]; !ok {
				t.Fatalf("%q of %q is lost", name, text)
			}
		}
	})
}

// FuzzDescription: an API description of any shape gives a report.
func FuzzDescription(f *testing.F) {
	for _, seed := range []string{`{"basePath":"/v3.1","paths":{"/kbm/nodes":{"get":{}}}}`, `{"servers":[{"url":"https://a.example/v2"}],"paths":{"/x/{id}":{"put":1}}}`, `{"servers":[{"url":"://"}],"paths":{"":{"get":{}}}}`, `{}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var s swagger
		if json.Unmarshal(text, &s) != nil {
			return
		}
		if r := s.report("v3.1"); len(r.Missing) > len(needed) {
			t.Fatalf("%q lacks %q", text, r.Missing)
		}
	})
}
