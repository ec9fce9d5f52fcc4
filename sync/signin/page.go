package signin

import (
	_ "embed"
	"html/template"
	"net/http"
	"sync"
)

// Outcome is how a sign-in went, for the page the person sees at its end.
type Outcome int

const (
	// SignedIn: all is well; the tab can be closed.
	SignedIn Outcome = iota
	// Refused: the person declined; nothing was changed.
	Refused
	// Failed: the sign-in did not work out; the program says why.
	Failed
	// Stale: this page belongs to another or an earlier sign-in.
	Stale
)

// Words are what the page says.
type Words struct {
	// Lang is the page's language (BCP 47).
	Lang, Title, Text string
}

// english is what the page says where nobody translates.
func english(o Outcome, vendor string) Words {
	w := Words{Lang: "en"}
	switch o {
	case SignedIn:
		w.Title = "You are signed in to " + vendor
		w.Text = "You can close this tab and go back to Dialpad Sync."
	case Refused:
		w.Title = vendor + " said no"
		w.Text = "The sign-in was declined. Nothing was changed. You can close this tab."
	case Failed:
		w.Title = "The sign-in did not work out"
		w.Text = "Dialpad Sync says what happened. You can close this tab."
	case Stale:
		w.Title = "This page belongs to another sign-in"
		w.Text = "Go back to Dialpad Sync and start again from there. You can close this tab."
	}
	return w
}

//go:embed page.html
var pageText string

// pageTemplate is parsed when the first page is shown.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(pageText))
})

// show sends the page. It loads nothing, runs nothing, and tells nobody where
// it came from, because its address holds the code.
func (c *callback) show(w http.ResponseWriter, status int, o Outcome) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Connection", "close")
	w.WriteHeader(status)
	_ = pageTemplate().Execute(w, struct {
		Words
		Good bool
	}{c.words(o), o == SignedIn}) // the browser went away: nobody to tell
}
