package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestTheDemoEndsInAProof runs the whole demo and reads what a person reads.
func TestTheDemoEndsInAProof(t *testing.T) {
	t.Parallel()
	before, _ := os.ReadDir(os.TempDir())
	var out, words bytes.Buffer
	code := run(t.Context(), []string{"demo", "--no-browser"}, terminal{In: strings.NewReader(""), Out: &out, Err: &words})
	if code != exitInSync {
		t.Fatalf("exit %d\n%s\n%s", code, &out, &words)
	}
	text := out.String()
	for _, want := range []string{
		`3 new, 11 changed, 3 removed`,
		`put back +“.+” \(it had been changed in Dialpad`,
		`removed +“.+” \(unpublished\)`,
		`Proof: (\d+) of (\d+) answers, the same on both sides.*; 8 answers of others untouched`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("the demo does not say %q:\n%s", want, text)
		}
	}
	if n := strings.Count(text, "  changed "); n != 10 {
		t.Errorf("%d answers changed, want 10", n)
	}
	after, _ := os.ReadDir(os.TempDir())
	if demoFolders(after) > demoFolders(before) {
		t.Error("the demo leaves its folder behind")
	}
}

func demoFolders(entries []os.DirEntry) int {
	n := 0
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "dialpad-sync-demo-") {
			n++
		}
	}
	return n
}
