package model_test

import (
	"slices"

	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// addArticle is an author writing one. The nth has the languages that divide n.
func (w *world) addArticle(n int, restricted, draft bool) error {
	title, body := w.newText()
	a := zendesksim.NewArticle{Title: title, Body: body, Restricted: restricted, Draft: draft, Translations: map[string]zendesksim.Text{}}
	if sections := w.zendesk.Sections(); len(sections) > 0 {
		a.Section = sections[n%len(sections)]
	}
	for i, locale := range languages[1:w.Languages] {
		if n%(i+2) == 0 {
			title, body := w.newText()
			a.Translations[locale] = zendesksim.Text{Title: title, Body: body}
		}
	}
	_, err := w.zendesk.AddArticle(a)
	return err
}

// edit is something an author does at the source.
type edit struct {
	what string
	// do says whether there was anything to do it to.
	do func(w *world, n, k int) bool
	// silent: nothing in the order of changes tells of it.
	silent bool
}

// edits are all of them.
var edits = []edit{
	{what: "add", do: func(w *world, n, k int) bool { return w.addArticle(n, k%9 == 8, k%9 == 7) == nil }},
	{what: "edit", do: func(w *world, n, k int) bool { return w.retext(n, k, true) }},
	{what: "edit a translation quietly", silent: true, do: func(w *world, n, k int) bool { return w.retext(n, k, false) }},
	{what: "edit and undo", do: editAndUndo},
	{what: "edit many in one second", do: editMany},
	{what: "touch all in one second", do: func(w *world, _, _ int) bool {
		return w.zendesk.BulkTouch(len(w.articles(present))) == nil
	}},
	{what: "label", do: onArticle(present, func(s *zendesksim.Server, a zendesksim.Article, _ int) error { return s.SetLabels(a.ID, "new") })},
	{what: "archive", silent: true, do: onArticle(present, func(s *zendesksim.Server, a zendesksim.Article, _ int) error { return s.Archive(a.ID) })},
	{what: "restore", do: onArticle(archived, func(s *zendesksim.Server, a zendesksim.Article, _ int) error { return s.Restore(a.ID) })},
	{what: "archive and restore", do: onArticle(present, func(s *zendesksim.Server, a zendesksim.Article, _ int) error {
		if err := s.Archive(a.ID); err != nil {
			return err
		}
		return s.Restore(a.ID)
	})},
	{what: "unpublish", do: onText(published, (*zendesksim.Server).Unpublish)},
	{what: "publish", do: onText(draft, (*zendesksim.Server).Publish)},
	{what: "unpublish and publish", do: onText(published, func(s *zendesksim.Server, id int64, locale string) error {
		if err := s.Unpublish(id, locale); err != nil {
			return err
		}
		return s.Publish(id, locale)
	})},
	{what: "restrict", do: onArticle(public, func(s *zendesksim.Server, a zendesksim.Article, _ int) error { return s.Restrict(a.ID) })},
	{what: "unrestrict", do: onArticle(restricted, func(s *zendesksim.Server, a zendesksim.Article, _ int) error { return s.Unrestrict(a.ID) })},
	{what: "move", do: onArticle(present, func(s *zendesksim.Server, a zendesksim.Article, k int) error {
		all := s.Sections()
		return s.Move(a.ID, all[k%len(all)])
	})},
	{what: "move to a new section", do: onArticle(present, func(s *zendesksim.Server, a zendesksim.Article, _ int) error {
		id, err := s.AddSection(0, 0, "New")
		if err != nil {
			return err
		}
		return s.Move(a.ID, id)
	})},
	{what: "add a language", do: addLanguage},
	{what: "remove a language", silent: true, do: removeLanguage},
	{what: "hide most", silent: true, do: hideMost},
}

// findEdit returns the edit of a name, or nil.
func findEdit(what string) *edit {
	if i := slices.IndexFunc(edits, func(e edit) bool { return e.what == what }); i >= 0 {
		return &edits[i]
	}
	return nil
}

// edit lets an author do something and writes down what came of it.
func (w *world) edit(e *edit, n, k int) bool {
	w.acting.Lock()
	defer w.acting.Unlock()
	done := e.do(w, n, k)
	w.noteSource(func(key source.Key) bool { return !e.silent && w.tells(key) })
	w.hush()
	return done
}

// hush takes back that the order of changes tells of documents that it cannot
// tell of any more: what happened to an article before it was archived is not
// in it.
func (w *world) hush() {
	there := map[source.Key]bool{}
	silent := map[source.Key]bool{} // the feed leaves out an article whose own language is a draft
	for _, a := range w.articles(present) {
		own := slices.IndexFunc(a.Translations, func(t zendesksim.Translation) bool { return t.Locale == a.SourceLocale })
		for _, t := range a.Translations {
			there[keyOf(a.ID, t.Locale)] = true
			silent[keyOf(a.ID, t.Locale)] = w.Quirks.DraftsLeaveFeed && a.Translations[own].Draft
		}
	}
	shown := w.shown(selection{locales: languages[:w.Languages]})
	w.mu.Lock()
	defer w.mu.Unlock()
	for key, changes := range w.source {
		_, ok := shown[key]
		if ok && !silent[key] || there[key] && !silent[key] && !w.demoted && !w.Quirks.DraftsLeaveFeed {
			continue
		}
		for i := range changes {
			changes[i].told = false
		}
	}
}

// tells says whether the order of changes tells of a change of this document
// that has just happened: an article that the reader may no longer see drops
// out of some orders, and a translation may not move its article.
func (w *world) tells(key source.Key) bool {
	q := w.Quirks
	if q.TranslationsKeepUpdatedAt && key.Locale() != languages[0] {
		return false
	}
	return w.isShown(key) || !q.DraftsLeaveFeed && !w.demoted
}

func (w *world) isShown(key source.Key) bool {
	_, ok := w.shown(selection{locales: languages[:w.Languages]})[key]
	return ok
}

// articles are those of which holds says so.
func (w *world) articles(fits func(zendesksim.Article) bool) []zendesksim.Article {
	return slices.DeleteFunc(w.zendesk.Articles(), func(a zendesksim.Article) bool { return !fits(a) })
}

func present(a zendesksim.Article) bool    { return !a.Archived }
func archived(a zendesksim.Article) bool   { return a.Archived }
func public(a zendesksim.Article) bool     { return !a.Archived && a.Segment == 0 }
func restricted(a zendesksim.Article) bool { return !a.Archived && a.Segment != 0 }

func published(t zendesksim.Translation) bool { return !t.Draft }
func draft(t zendesksim.Translation) bool     { return t.Draft }

func onArticle(fits func(zendesksim.Article) bool, do func(*zendesksim.Server, zendesksim.Article, int) error) func(*world, int, int) bool {
	return func(w *world, n, k int) bool {
		some := w.articles(fits)
		return len(some) > 0 && do(w.zendesk, some[n%len(some)], k) == nil
	}
}

func onText(fits func(zendesksim.Translation) bool, do func(*zendesksim.Server, int64, string) error) func(*world, int, int) bool {
	return func(w *world, n, _ int) bool {
		type text struct {
			id     int64
			locale string
		}
		var some []text
		for _, a := range w.articles(present) {
			for _, t := range a.Translations {
				if fits(t) {
					some = append(some, text{a.ID, t.Locale})
				}
			}
		}
		if len(some) == 0 {
			return false
		}
		one := some[n%len(some)]
		return do(w.zendesk, one.id, one.locale) == nil
	}
}

// retext gives a translation another text; told moves the article too.
func (w *world) retext(n, k int, told bool) bool {
	some := w.articles(present)
	if len(some) == 0 {
		return false
	}
	a := some[n%len(some)]
	title, body := w.newText()
	locale := a.Translations[k%len(a.Translations)].Locale
	if !told {
		return w.zendesk.EditTranslation(a.ID, locale, title, body, false) == nil
	}
	return w.zendesk.Edit(a.ID, locale, title, body) == nil
}

func editAndUndo(w *world, n, _ int) bool {
	some := w.articles(present)
	if len(some) == 0 {
		return false
	}
	a := some[n%len(some)]
	was, _ := w.zendesk.Text(a.ID, a.SourceLocale)
	title, body := w.newText()
	if w.zendesk.Edit(a.ID, a.SourceLocale, title, body) != nil {
		return false
	}
	w.noteSource(func(source.Key) bool { return true })
	return w.zendesk.Edit(a.ID, a.SourceLocale, was.Title, was.Body) == nil
}

func editMany(w *world, n, k int) bool {
	done := false
	for i := range 2 + k%9 {
		done = w.retext(n+i, k, true) || done
	}
	return done
}

func addLanguage(w *world, n, k int) bool {
	if w.Languages == 1 {
		return false
	}
	locale := languages[1+k%(w.Languages-1)]
	some := w.articles(func(a zendesksim.Article) bool { return present(a) && !has(a, locale) })
	if len(some) == 0 {
		return false
	}
	title, body := w.newText()
	return w.zendesk.AddTranslation(some[n%len(some)].ID, locale, title, body) == nil
}

func removeLanguage(w *world, n, k int) bool {
	if w.Languages == 1 {
		return false
	}
	locale := languages[1+k%(w.Languages-1)]
	some := w.articles(func(a zendesksim.Article) bool { return present(a) && has(a, locale) })
	return len(some) > 0 && w.zendesk.RemoveTranslation(some[n%len(some)].ID, locale) == nil
}

func has(a zendesksim.Article, locale string) bool {
	return slices.ContainsFunc(a.Translations, func(t zendesksim.Translation) bool { return t.Locale == locale })
}

// hideMost archives two of three articles, which the guard has to stop.
func hideMost(w *world, n, _ int) bool {
	some := w.articles(present)
	for i, a := range some {
		if (i+n)%3 != 0 && w.zendesk.Archive(a.ID) != nil {
			return false
		}
	}
	return len(some) > 3
}
