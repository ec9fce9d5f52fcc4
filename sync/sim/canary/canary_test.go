package canary

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"
)

// Every spelling is found, wherever in a text it is.
// wide is UTF-16, little end first, as Windows keeps texts.
func wide(text string) (out string) {
	for _, unit := range utf16.Encode([]rune(text)) {
		out += string([]byte{byte(unit), byte(unit >> 8)})
	}
	return out
}

func TestEverySpellingIsFound(t *testing.T) {
	const secret = "kwyjibo/ü+\"secret\"-4711-4712"
	quoted, _ := json.Marshal(map[string]string{"a": secret})
	for name, data := range map[string]string{
		"as it is": "before " + secret + " after", "address": "?x=" + url.QueryEscape(secret), "hex": hex.EncodeToString([]byte("x" + secret)),
		"JSON": string(quoted), "JSON in JSON": fmt.Sprintf("%q", quoted), "half": secret[:len(secret)/2], "other half": secret[len(secret)/2:],
		"quoted": fmt.Sprintf("%+q", secret), "base64": base64.StdEncoding.EncodeToString([]byte(secret)), "base64 behind one": base64.StdEncoding.EncodeToString([]byte("1" + secret + "22")),
		"base64 behind two": base64.URLEncoding.EncodeToString([]byte("22" + secret)), "base64 of a half": base64.RawStdEncoding.EncodeToString([]byte("333" + secret[:len(secret)/2])),
		"UTF-16": wide(secret), "UTF-16 of a half": wide(secret[:len(secret)/2]),
	} {
		var n Nest
		n.Plant("secret", secret)
		n.Look("here", []byte("nothing "+secret[:5]))
		if hits := n.Hits(); len(hits) != 0 {
			t.Fatalf("found where it is not: %v", hits)
		}
		n.Look("there", []byte(data))
		if len(n.Hits()) == 0 {
			t.Errorf("%s: not found in %q", name, data)
		}
	}
}

func TestFilesAndTheirNamesAreLookedThrough(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a": "x", "deep/b": "the secret", "secret": "x"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var n Nest
	n.Plant("word", "secret")
	if err := n.Walk(dir); err != nil {
		t.Fatal(err)
	}
	if hits := n.Hits(); len(hits) != 2 {
		t.Errorf("found %v", hits)
	}
	n.LookFor("allowed", []byte("secret"), []string{"word"})
	if hits := n.Hits(); len(hits) != 2 {
		t.Errorf("found what is allowed: %v", hits)
	}
}
