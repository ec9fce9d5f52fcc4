package standin

import (
	"net/http/httptest"
	"testing"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// TestTheScriptsKeepDialpadEqual: only what does the same job is compared.
func TestTheScriptsKeepDialpadEqual(t *testing.T) {
	for way, want := range map[Way]struct {
		quiet, edited Result
		reads         int64 // of a run without changes, at Dialpad
	}{
		Everything: {Result{Updated: 105}, Result{Updated: 103, Created: 1, Deleted: 2}, 1 + 2 + 2*105},
		Each:       {Result{Unchanged: 105}, Result{Unchanged: 102, Updated: 1, Created: 1, Deleted: 2}, 1 + 2 + 2*105},
	} {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			helps, err := zendesksim.New(zendesksim.Config{Seed: 1, Articles: 105, BodySize: 200, Locales: []string{"en-us"}, PerMinute: 1_000_000})
			if err != nil {
				t.Fatal(err)
			}
			knows, err := dialpadsim.New(dialpadsim.Config{Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			left, right := httptest.NewServer(helps), httptest.NewServer(knows)
			defer left.Close()
			defer right.Close()
			token, _ := helps.Token(zendesksim.Admin)
			client := knows.Credentials().Knowledge
			config := Config{
				HelpCenter: left.URL, Knowledge: right.URL, Token: token, ClientID: client.ClientID, ClientSecret: client.ClientSecret,
				Locale: "en-us", Workers: 4,
			}
			run := func(want Result) {
				t.Helper()
				if got, err := Run(t.Context(), way, config); err != nil || got != want {
					t.Errorf("%+v, %v; want %+v", got, err, want)
				}
			}
			run(Result{Created: 105})
			before := knows.Journal().Total()
			run(want.quiet)
			if n := knows.Journal().Total() - before; n != want.reads {
				t.Errorf("%d requests for nothing, not %d", n, want.reads)
			}
			articles := helps.Articles()
			for _, id := range []int64{articles[3].ID, articles[104].ID} {
				if err := helps.Archive(id); err != nil {
					t.Fatal(err)
				}
			}
			if err := helps.Edit(articles[0].ID, "en-us", "Edited", "<p>Edited.</p>"); err != nil {
				t.Fatal(err)
			}
			if _, err := helps.AddArticle(zendesksim.NewArticle{Section: articles[0].Section, Locale: "en-us", Title: "New", Body: "<p>New.</p>"}); err != nil {
				t.Fatal(err)
			}
			run(want.edited)
		})
	}
}
