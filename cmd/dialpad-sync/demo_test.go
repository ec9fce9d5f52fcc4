package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"dialpadsync.app/ui/view"
)

// TestTheDemoEndsInAProof runs the whole demo and reads what a person reads.
func TestTheDemoEndsInAProof(t *testing.T) {
	t.Parallel()
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
}

func TestTheDemoLeavesNothingBehind(t *testing.T) {
	s := &stage{t: terminal{Out: io.Discard, Err: io.Discard, Words: view.In("en")}}
	if err := s.build(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.home.State); err != nil {
		t.Fatal(err)
	}
	s.close()
	if _, err := os.Stat(s.home.State); !os.IsNotExist(err) {
		t.Errorf("the demo's folder is still there: %v", err)
	}
	if _, err := http.Get(s.HelpCenter); err == nil {
		t.Error("the help center still answers")
	}
}

// TestTheDemoSignsNobodyInOnceItStays: a page the person asks for opens in their
// browser, or is said not to have opened.
func TestTheDemoSignsNobodyInOnceItStays(t *testing.T) {
	s := &stage{t: terminal{Out: io.Discard, Err: io.Discard, Words: view.In("en")}, titles: map[string]string{}}
	defer s.close()
	if err := s.build(); err != nil {
		t.Fatal(err)
	}
	c := &demoCommand{}
	if err := s.signIn(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	s.handOver(c)
	if err := s.home.browser()(s.HelpCenter); err == nil {
		t.Error("a page counts as opened that nobody sees")
	}
}
