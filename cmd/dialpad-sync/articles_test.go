package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// Whatever people put into a help center, each answer arrives or is named, and
// none keeps another one from arriving.
func TestOddArticles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 1 })
	large := "<p>" + strings.Repeat("word ", 1<<20) + "</p>"
	rows := map[string]struct {
		zendesksim.NewArticle
		title, text string
	}{
		"no title":         {zendesksim.NewArticle{Title: "", Body: "<p>What it says.</p>"}, "What it says.", "What it says."},
		"no body":          {zendesksim.NewArticle{Title: "Only a title", Body: ""}, "Only a title", ""},
		"nothing seen":     {zendesksim.NewArticle{Title: "Only a script", Body: "<script>alert(1)</script><!-- x -->"}, "Only a script", ""},
		"blank title":      {zendesksim.NewArticle{Title: " \t\n ", Body: "<p>Blank above.</p>"}, "Blank above.", "Blank above."},
		"NUL bytes":        {zendesksim.NewArticle{Title: "NUL\x00 title", Body: "<p>NUL\x00 body</p>"}, "NUL title", "NUL body"},
		"broken UTF-8":     {zendesksim.NewArticle{Title: "Broken \xff title", Body: "<p>Broken \xc3( body</p>"}, "Broken \ufffd title", "Broken \ufffd( body"},
		"5 MB":             {zendesksim.NewArticle{Title: "Large", Body: large}, "Large", strings.TrimSpace(strings.Repeat("word ", 1<<20))},
		"an endless title": {zendesksim.NewArticle{Title: strings.Repeat("grün ", 100), Body: "<p>Short.</p>"}, strings.TrimSpace(strings.Repeat("grün ", 51)), "Short."},
		"broken HTML":      {zendesksim.NewArticle{Title: "Soup", Body: "<p>One<table><td>two</p><b>three"}, "Soup", ""},
	}
	ids := map[string]int64{}
	for name, row := range rows {
		id, err := w.zendesk.AddArticle(row.NewArticle)
		w.must(err)
		ids[name] = id
	}
	tooLarge, err := w.zendesk.AddArticle(zendesksim.NewArticle{Title: "The whole catalog", Body: "<p>" + strings.Repeat("word ", 11<<20/5) + "</p>"})
	w.must(err)

	o := w.exec("sync", "--json")
	o.says(t, exitAttention, "1 could not be copied.")
	if strings.Contains(o.errs, "catalog") {
		t.Errorf("a script is told titles: %s", o)
	}
	w.exec("sync").says(t, exitAttention, "“The whole catalog” is larger than Dialpad takes.", fmt.Sprintf("/hc/en-us/articles/%d", tooLarge))
	if r := o.report(t); r.Result != "attention" || r.Failed != 1 || r.SourceDocuments != len(rows)+2 || r.DialpadDocuments != len(rows)+1 {
		t.Errorf("reported %+v", r)
	}
	nodes := w.ours()
	for name, row := range rows {
		n, ok := nodes[fmt.Sprintf("%d:en-us", ids[name])]
		if !ok {
			t.Errorf("%s: did not arrive", name)
			continue
		}
		if n.Title != row.title || !utf8.ValidString(n.Content) || strings.ContainsRune(n.Content, 0) {
			t.Errorf("%s: arrived as %q", name, n.Title)
		}
		if got := visible(n.Content); row.text != "" && got != row.text {
			t.Errorf("%s: says %.60q, want %.60q", name, got, row.text)
		}
	}
	if soup := visible(nodes[fmt.Sprintf("%d:en-us", ids["broken HTML"])].Content); !strings.Contains(soup, "three") {
		t.Errorf("broken HTML lost its words: %q", soup)
	}

	// Nothing is sent again, and the one goes once it has been split.
	w.forgetJournals()
	w.exec("sync").says(t, exitAttention, "1 could not be copied.")
	if n := w.writes(); n != 0 {
		t.Errorf("%d writes in a second run", n)
	}
	w.must(w.zendesk.Edit(tooLarge, "en-us", "The catalog, part one", "<p>Half of it.</p>"))
	if r := w.exec("sync", "--json").report(t); r.Result != "in_sync" || r.Failed != 0 || r.Created != 1 {
		t.Errorf("after the split: %+v", r)
	}
}

// tags are what a document that is known to be plain has beside its words.
var tags = regexp.MustCompile(`<[^>]*>`)

// visible is the text of a simple document.
func visible(html string) string { return strings.TrimSpace(tags.ReplaceAllString(html, "")) }

// An answer that Dialpad refuses is named and the others go on.
func TestRefusedByDialpad(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.dialpad.Switches.RejectTitles = "^Forbidden" })
	_, err := w.zendesk.AddArticle(zendesksim.NewArticle{Title: "Forbidden fruit", Body: "<p>An apple.</p>"})
	w.must(err)
	o := w.exec("sync", "--json")
	o.says(t, exitAttention, "1 could not be copied.")
	if strings.Contains(o.errs, "fruit") {
		t.Errorf("a script is told titles: %s", o)
	}
	w.exec("sync").says(t, exitAttention, "Dialpad did not accept “Forbidden fruit”.")
	if r := o.report(t); r.Failed != 1 || r.Created != 3 || r.DialpadDocuments != 3 {
		t.Errorf("reported %+v", r)
	}
	if n := len(w.dialpad.Nodes()); n != 3 {
		t.Errorf("Dialpad has %d nodes, one of them half-made", n)
	}
}

// A language or a collection that the help center does not have is the
// settings' mistake.
func TestUnknownLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.change(`["en-us"]`, `["en-us", "fr"]`)
	o := w.call("sync", "--json")
	o.says(t, exitUsage, "Zendesk does not have everything that is chosen in settings.toml.", `no language \"fr\"; it has en-us`)
	if len(w.ours()) != 3 {
		t.Error("something was removed")
	}
	w.change(`["en-us", "fr"]`, `["en-us"]`)
	w.forgetJournals()
	w.sync()
	if n := w.writes(); n != 0 {
		t.Errorf("%d writes afterwards", n)
	}
}

func TestNoHelpCenterThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) {
		p.zendesk.Articles = 0
		p.zendesk.Brands = []zendesksim.Brand{{ID: 1, Name: "Acme", Subdomain: "acme", NoHelpCenter: true}}
	})
	w.call("sync").says(t, exitUsage, "Zendesk answered, but there is no help center at this address.", "Use the address of the brand whose help center it is.")
}

// The two addresses were mixed up.
func TestNoKnowledgeBaseThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change(w.dialpadURL, w.zendeskURL)
	w.call("sync").says(t, exitUsage, "Dialpad answered, but not with a knowledge base this version knows.", "Check the region and the address in settings.toml.")
}
