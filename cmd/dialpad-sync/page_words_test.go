package main

import (
	"path/filepath"
	"testing"

	"dialpadsync.app/sync/signin"
)

// TestTheLastPageSpeaksThePersonsLanguage reads every end of a sign-in in the
// language that settings.toml chooses.
func TestTheLastPageSpeaksThePersonsLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := &home{}
	h.Settings = filepath.Join(w.home, "settings.toml")
	seen := map[string]bool{}
	for _, language := range []string{"en", "de"} {
		w.settings("language = \"" + language + "\"\n")
		for o := signin.SignedIn; o <= signin.Stale; o++ {
			page := h.pageWords(o)
			if page.Lang != language || page.Title == "" || page.Text == "" || seen[page.Title] {
				t.Errorf("%s, %d: %+v", language, o, page)
			}
			seen[page.Title] = true
		}
	}
}
