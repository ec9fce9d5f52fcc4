package zendesksim

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"sync"
	"time"
)

//go:embed pages
var pageFiles embed.FS

// templates are the pages for people, parsed when the first one is shown.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{"style": style}).ParseFS(pageFiles, "pages/*.html"))
})

func style() template.CSS {
	// The file is embedded, so it can be read.
	css, _ := pageFiles.ReadFile("pages/style.css")
	return template.CSS(css)
}

type (
	loginPage struct {
		Email    string
		ReturnTo string
		Wrong    bool
	}
	consentPage struct {
		Client, Person, Email, Scope, ID string
	}
	errorPage struct{ Title, Text string }

	helpPage struct {
		Brand, Locale        string
		Articles             []linkTo
		Page, Previous, Next int
	}
	linkTo struct{ Title, Path string }

	helpArticle struct {
		Brand, Locale, Section, Title, Updated string
		Body                                   template.HTML
	}
)

// readableTime spells a time for people.
func readableTime(unix int64) string {
	return time.Unix(unix, 0).UTC().Format("2 Jan 2006 15:04:05 UTC")
}

// showPage writes a page on which nothing runs and which no other page may
// frame.
func showPage(w http.ResponseWriter, status int, name string, data any) {
	var out bytes.Buffer
	if err := templates().ExecuteTemplate(&out, name, data); err != nil {
		http.Error(w, "the page cannot be shown: "+err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "script-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
}
