package zendesk

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// What the account does not have is said, whatever else is chosen with it.
func TestChosenButNotThere(t *testing.T) {
	for _, chosen := range []string{"brand:99", "category:99", "section:99"} {
		t.Run(chosen, func(t *testing.T) {
			d := start(t, zendesksim.Config{Articles: 20})
			s := d.open(Config{Collections: []string{sectionID(d.Sections()[0]), chosen}})
			_, err := s.Fetch(t.Context(), "")
			wantError(t, err, source.Fatal, source.CodeSelection)
			if !strings.Contains(err.Error(), chosen) {
				t.Errorf("%q does not name %s", err, chosen)
			}
			for _, err := range s.Keys(t.Context()) {
				wantError(t, err, source.Fatal, source.CodeSelection)
			}
			all, err := s.Collections(t.Context())
			if err != nil || len(all) < 3 {
				t.Errorf("nothing to choose again from: %d collections, %v", len(all), err)
			}
		})
	}
}

// An empty category, and a section no chosen language lists, are there.
func TestChosenAndEmpty(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 20})
	empty, err := d.AddCategory(0, "Nothing yet")
	d.must(err)
	section := d.Sections()[0]
	d.rewrite("/sections", func(_ *http.Request, body map[string]any) { body["sections"] = []any{} })
	s, m := d.open(Config{Collections: []string{collectionID("category", empty), sectionID(section)}}), d.mirror()
	m.follow(s)
}

// A category that is deleted at the source takes nothing along by itself: its
// answers stay until the person has chosen again.
func TestChosenAndGoneLater(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 200})
	var chosen string
	d.rewrite("/sections", func(_ *http.Request, body map[string]any) {
		chosen = text(t, body["sections"].([]any)[0].(map[string]any)["category_id"])
	})
	_, err := d.open(Config{}).Collections(t.Context())
	d.must(err)
	s, m := d.open(Config{Collections: []string{"category:" + chosen}}), d.mirror()
	m.follow(s)
	held := sortedKeys(m.docs)
	if len(held) == 0 || len(held) == 200 {
		t.Fatalf("%d documents", len(held))
	}
	d.rewrite("/sections", func(_ *http.Request, body map[string]any) {
		for _, e := range body["sections"].([]any) {
			e.(map[string]any)["category_id"] = 1
		}
	})
	d.fault("GET /categories/{id} status=404")
	d.later(s, time.Hour)
	for _, err := range s.Keys(t.Context()) {
		wantError(t, err, source.Fatal, source.CodeSelection)
	}
	for _, key := range held[:3] {
		c, err := s.Read(t.Context(), key)
		if err == nil {
			t.Fatalf("Read(%s) = %+v", key, c)
		}
		wantError(t, err, source.Fatal, source.CodeSelection)
	}
}

// A help center that answers 404 to everything is not there; nothing of it is
// called deleted.
func TestNoHelpCenterAnyMore(t *testing.T) {
	for _, chosen := range []string{"everything", "a section"} {
		t.Run(chosen, func(t *testing.T) {
			d := start(t, zendesksim.Config{Articles: 20})
			cfg := Config{}
			if chosen != "everything" {
				cfg.Collections = []string{sectionID(d.Sections()[0])}
			}
			s, m := d.open(cfg), d.mirror()
			m.follow(s)
			d.fault("GET /help_center/** status=404")
			for _, s := range []*Source{s, d.open(cfg)} {
				_, err := s.Fetch(t.Context(), m.cursor)
				wantError(t, err, source.Fatal, source.CodeNoHelpCenter)
				d.later(s, time.Hour)
				for _, err := range s.Keys(t.Context()) {
					wantError(t, err, source.Fatal, source.CodeNoHelpCenter)
				}
				for key := range m.docs {
					if _, err := s.Read(t.Context(), key); err == nil {
						t.Fatalf("%s is said to be gone", key)
					}
				}
			}
		})
	}
}

// A question about many articles that is refused blames none of them: it passes
// or is told, and is no defect of ours.
func TestRefusedQuestionsPass(t *testing.T) {
	for _, status := range []int{http.StatusBadRequest, http.StatusGone, http.StatusUnprocessableEntity} {
		for _, path := range []string{"/brands", "/locales", "/sections", "/{locale}/articles", "/incremental/articles"} {
			t.Run(fmt.Sprint(status, path), func(t *testing.T) {
				d := start(t, zendesksim.Config{Articles: 20})
				cfg := Config{Collections: []string{sectionID(d.Sections()[0])}}
				s, m := d.open(cfg), d.mirror()
				m.follow(s)
				d.fault(fmt.Sprintf("GET %s status=%d", path, status))
				var failures []error
				_, err := s.Fetch(t.Context(), m.cursor)
				failures = append(failures, err)
				_, err = d.open(cfg).Fetch(t.Context(), "")
				failures = append(failures, err)
				d.later(s, time.Hour)
				for _, err := range s.Keys(t.Context()) {
					failures = append(failures, err)
				}
				refused := 0
				for _, err := range failures {
					if err != nil {
						refused++
						wantError(t, err, source.Transient, source.CodeRefused)
					}
				}
				if refused == 0 {
					t.Error("nothing was refused")
				}
			})
		}
	}
}

// A listing whose page token is refused is begun again.
func TestKeysStartOverWhenAPageTokenIsRefused(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 50, PageClamp: 10})
	s := d.open(Config{})
	listed := map[source.Key]bool{}
	for item, err := range s.Keys(t.Context()) {
		d.must(err)
		if listed[item.Key] = true; len(listed) == 25 {
			d.ExpireCursors()
		}
	}
	if want := len(d.Visible("en-us")); len(listed) != want {
		t.Errorf("%d keys, want %d", len(listed), want)
	}
}
