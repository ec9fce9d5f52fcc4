package view_test

import (
	"sync"
	"testing"

	"dialpadsync.app/ui/view"
)

func TestTextFillsItsPlaces(t *testing.T) {
	for _, row := range []struct {
		words *view.Words
		args  view.Args
		want  string
	}{
		{english, view.Args{"done": 320, "total": 1204}, "320 of 1,204"},
		{german, view.Args{"done": 320, "total": int64(1234567)}, "320 von 1.234.567"},
		{german, view.Args{"done": 2.5, "total": "{done}"}, "2,5 von {done}"},
		{english, view.Args{"done": 1}, "1 of {total}"},
	} {
		if got := row.words.Text("state.done_of", row.args); got != row.want {
			t.Errorf("%v: %q, want %q", row.args, got, row.want)
		}
	}
}

func TestAKeyWithoutAnEntryIsShown(t *testing.T) {
	for _, key := range []string{"state.nothing", "nothing.at_all", "What somebody wrote", ""} {
		if got := german.Text(key); got != key {
			t.Errorf("%q: %q", key, got)
		}
	}
}

func TestAnythingElseIsEnglish(t *testing.T) {
	for name, want := range map[string]string{"en": "en", "de": "de", "fr": "en", "": "en"} {
		if got := view.In(name).Language(); got != want {
			t.Errorf("%q is spoken in %q", name, got)
		}
	}
}

func TestSeveralMaySpeakAtOnce(t *testing.T) {
	words := view.In("de")
	var speakers sync.WaitGroup
	for range 8 {
		for _, key := range []string{"noun.shop", "tray.quit", "short.up_to_date", "state.checking"} {
			speakers.Go(func() {
				if got := words.Text(key, view.Args{"n": 1}); got == key {
					t.Errorf("nobody knows %s", key)
				}
			})
		}
	}
	speakers.Wait()
}

func TestTheLanguageIsChosen(t *testing.T) {
	for _, row := range []struct {
		setting, all, messages, lang, want string
	}{
		{want: "en"},
		{lang: "de_DE.UTF-8", want: "de"},
		{lang: "de", want: "de"},
		{lang: "DE_at@euro", want: "de"},
		{lang: "de-CH", want: "de"},
		{lang: "den_CA", want: "en"},
		{lang: "C.UTF-8", want: "en"},
		{messages: "C", lang: "de_DE", want: "en"},
		{all: "de_DE", messages: "en_US", lang: "fr_FR", want: "de"},
		{setting: "en", all: "de_DE", want: "en"},
		{setting: "de", lang: "en_US.UTF-8", want: "de"},
	} {
		environment := map[string]string{"LC_ALL": row.all, "LC_MESSAGES": row.messages, "LANG": row.lang}
		if got := view.Language(row.setting, func(name string) string { return environment[name] }); got != row.want {
			t.Errorf("%+v: %q", row, got)
		}
	}
}
