package setup_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// twoLanguages is a help center in English and French with drafts, restricted
// answers and untranslated ones.
func twoLanguages(p *plan) {
	p.zendesk.Articles, p.zendesk.Drafts, p.zendesk.Restricted, p.zendesk.Untranslated = 40, 3, 5, 7
	p.zendesk.Locales = []string{"en-us", "fr"}
}

func TestChoices(t *testing.T) {
	t.Parallel()
	o := ready(t, twoLanguages)
	c, err := o.Choices(t.Context(), "help-center")
	if err != nil {
		t.Fatal(err)
	}
	want := local.Selection{Collections: []string{}, Locales: []string{"en-us"}}
	if diff := cmp.Diff(want, c.Chosen); diff != "" {
		t.Errorf("chosen (-want +got):\n%s", diff)
	}
	english, french, total := o.zendesk.CountVisible("en-us"), o.zendesk.CountVisible("fr"), 0
	languages := map[string]int{}
	for _, e := range c.Collections {
		switch {
		case strings.HasPrefix(e.ID, "locale:"):
			languages[e.ID] = e.Count
		case e.Parent == "":
			total += e.Count
			if e.ByLocale["en-us"].Count != e.Count || e.ByLocale["fr"].Count >= e.Count || e.Name == "" {
				t.Errorf("%+v", e)
			}
		}
	}
	if total != english || languages["locale:en-us"] != english || languages["locale:fr"] != french || french >= english {
		t.Errorf("%d in all, languages %v; want %d and %d", total, languages, english, french)
	}
}

// What is chosen already is shown as such, wherever the file lists it, and the
// numbers are those of the chosen languages.
func TestChoicesOfWhatIsChosen(t *testing.T) {
	t.Parallel()
	o := ready(t, twoLanguages)
	o.write(strings.Replace(o.text(), "source_value", "collections = [\"category:1\", \"locale:fr\"]\nlocales = [\"EN-us\"]\ninclude_drafts = true\ninclude_restricted = true\nsource_value", 1))
	c, err := o.Choices(t.Context(), "help-center")
	if err != nil {
		t.Fatal(err)
	}
	want := local.Selection{Collections: []string{"category:1"}, Locales: []string{"EN-us", "fr"}, IncludeDrafts: true, IncludeRestricted: true}
	if diff := cmp.Diff(want, c.Chosen); diff != "" {
		t.Error(diff)
	}
	total, restricted, drafts := 0, 0, 0
	for _, e := range c.Collections {
		if e.Parent == "" && !strings.HasPrefix(e.ID, "locale:") {
			total, restricted, drafts = total+e.Count, restricted+e.Restricted, drafts+e.Drafts
		}
	}
	if total != o.zendesk.CountVisible() || restricted == 0 || drafts == 0 {
		t.Errorf("%d open, %d restricted, %d drafts", total, restricted, drafts)
	}
}

// How long the sign-in lives while the computer is off: what the source said,
// or what it was asked for.
func TestChoicesTellHowLongTheSignInLives(t *testing.T) {
	o := newOffice(t)
	if s := last(t, o.connect(o.helpCenter())); s.Problem != nil {
		t.Fatalf("%+v", s.Problem)
	}
	c, err := o.Choices(t.Context(), "help-center")
	if days := c.Idle.Hours() / 24; err != nil || days < 89 || days > 90 {
		t.Errorf("%v, %v", c.Idle, err)
	}
	o.must(o.secrets.Set(t.Context(), "help-center/token", secret.Secret(fmt.Sprintf(`{"access_token":%q,"refresh_token":"r"}`, o.access("help-center")))))
	if c, err := o.Choices(t.Context(), "help-center"); err != nil || c.Idle != 7775999*time.Second {
		t.Errorf("%v, %v", c.Idle, err)
	}
	o.must(o.secrets.Set(t.Context(), "help-center/token", secret.Secret(fmt.Sprintf(`{"access_token":%q,"expires_in":3600}`, o.access("help-center")))))
	if c, err := o.Choices(t.Context(), "help-center"); err != nil || c.Idle != time.Hour {
		t.Errorf("a sign-in that nobody renews lives %v, %v", c.Idle, err)
	}
}

func TestQuestionsAboutNoAccount(t *testing.T) {
	t.Parallel()
	o := ready(t)
	ask := local.ChooseRequest{Account: "shop"}
	_, errChoices := o.Choices(t.Context(), "shop")
	_, errSample := o.Sample(t.Context(), ask)
	for name, err := range map[string]error{"choices": errChoices, "sample": errSample, "choose": o.Choose(t.Context(), ask)} {
		if !errors.Is(err, engine.ErrUnknownAccount) || source.CodeOf(err) != source.CodeNoAccount {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p := o.plan(ask); p.Problem == nil || p.Problem.Code != source.CodeNoAccount {
		t.Errorf("%+v", p)
	}
}

func TestQuestionsWithoutASignIn(t *testing.T) {
	t.Parallel()
	o := ready(t)
	o.must(o.secrets.Delete(t.Context(), setup.TokenName("help-center")))
	_, err := o.Choices(t.Context(), "help-center")
	if source.KindOf(err) != source.SignIn || source.CodeOf(err) != source.CodeSecretMissing {
		t.Errorf("%v", err)
	}
	if p := o.plan(local.ChooseRequest{Account: "help-center"}); p.Problem == nil || p.Problem.Kind != source.SignIn {
		t.Errorf("%+v", p.Problem)
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	o := ready(t, twoLanguages)
	id := o.zendesk.Articles()[0].ID
	o.must(o.zendesk.Edit(id, "fr", "Retours", `<p onclick="x()">Ici <a href="/hc/fr">tout</a></p><script>alert(1)</script>`))
	o.must(o.zendesk.Edit(id, "en-us", "Empty", ""))
	s, err := o.Sample(t.Context(), local.ChooseRequest{Account: "help-center", Selection: local.Selection{Locales: []string{"fr"}}})
	if err != nil || s.Title != "Retours" || s.Locale != "fr" || s.URL == "" || strings.Contains(s.HTML, "script") ||
		strings.Contains(s.HTML, "onclick") || !strings.Contains(s.HTML, `href="`+o.HelpCenter+`/hc/fr"`) {
		t.Errorf("%+v, %v", s, err)
	}
	// Of English it is not the empty one.
	if s, err := o.Sample(t.Context(), local.ChooseRequest{Account: "help-center"}); err != nil || s.Title == "Empty" || s.HTML == "" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestSampleOfNothing(t *testing.T) {
	t.Parallel()
	o := ready(t, func(p *plan) { p.zendesk.Articles = 0 })
	section, err := o.zendesk.AddSection(0, 0, "Empty")
	if err != nil {
		category, err := o.zendesk.AddCategory(1, "Orders")
		o.must(err)
		section, err = o.zendesk.AddSection(category, 0, "Empty")
		o.must(err)
	}
	for name, selection := range map[string]local.Selection{
		"everything": {}, "an empty section": {Collections: []string{fmt.Sprintf("section:%d", section)}},
	} {
		_, err := o.Sample(t.Context(), local.ChooseRequest{Account: "help-center", Selection: selection})
		if source.CodeOf(err) != source.CodeNothingChosen {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = o.Sample(t.Context(), local.ChooseRequest{Account: "help-center", Selection: local.Selection{Collections: []string{"topic:1"}}})
	if source.CodeOf(err) != source.CodeSelection {
		t.Errorf("%v", err)
	}
	_, _ = o.zendesk.AddArticle(zendesksim.NewArticle{Section: section, Title: "Restricted", Body: "<p>x</p>", Restricted: true})
	if _, err := o.Sample(t.Context(), local.ChooseRequest{Account: "help-center"}); source.CodeOf(err) != source.CodeNothingChosen {
		t.Errorf("a restricted answer is shown: %v", err)
	}
}
