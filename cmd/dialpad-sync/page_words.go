package main

import (
	"os"

	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/ui/view"
)

// pageWords are what the browser shows at the end of a sign-in, in the language
// of this home.
func (h *home) pageWords(o signin.Outcome) signin.Words {
	words := view.In(view.Language(settings.Language(h.Settings), os.Getenv))
	page := signin.Words{Lang: words.Language()}
	switch o {
	case signin.SignedIn:
		page.Title, page.Text = words.Text("page.signed_in"), words.Text("page.go_back")
	case signin.Refused:
		page.Title, page.Text = words.Text("page.refused"), words.Text("page.nothing_changed")
	case signin.Failed:
		page.Title, page.Text = words.Text("page.failed"), words.Text("page.it_says_what")
	case signin.Stale:
		page.Title, page.Text = words.Text("page.stale"), words.Text("page.start_again")
	}
	return page
}
