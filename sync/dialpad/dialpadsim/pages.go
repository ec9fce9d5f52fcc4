package dialpadsim

import (
	"bytes"
	"html/template"
	"net/http"
	"time"
)

// pagePolicy lets a page load its style and show its own frames, nothing else.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"

// pages renders the templates.
type pages struct{ templates *template.Template }

func newPages() *pages {
	functions := template.FuncMap{
		"when": func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04:05 UTC") },
		"iso":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	}
	return &pages{template.Must(template.New("").Funcs(functions).ParseFS(browseFiles, "browse/*.html"))}
}

func (p *pages) show(w http.ResponseWriter, status int, name string, data any) {
	var body bytes.Buffer
	if err := p.templates.ExecuteTemplate(&body, name, data); err != nil {
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

func (p *pages) problem(w http.ResponseWriter, status int, sentence string) {
	p.show(w, status, "problem.html", sentence)
}

// consentPage is the sign-in of dialpad.com.
type consentPage struct {
	Ticket string
	Scopes []string
}

// consent asks the person. The policy has no form-action: browsers would apply
// it to the redirect back to the app.
func (p *pages) consent(w http.ResponseWriter, ticket string, scopes []string) {
	p.show(w, http.StatusOK, "consent.html", consentPage{ticket, scopes})
}
