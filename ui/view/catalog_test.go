package view_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"dialpadsync.app/assets/translations"
	"dialpadsync.app/ui/view"
)

// forms are the texts of one entry: one, or a singular and a plural.
type forms map[string]string

// concerns are the files there are in any language.
func concerns(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("../../assets/translations/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no translations: %v", err)
	}
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// entries reads every entry of a language from its files.
func entries(t *testing.T, language string) map[string]forms {
	t.Helper()
	all := map[string]forms{}
	for _, concern := range concerns(t) {
		text, err := translations.Of(concern, language)
		if err != nil {
			t.Fatal(err)
		}
		var file map[string]map[string]any
		if err := toml.Unmarshal(text, &file); err != nil {
			t.Fatalf("%s.%s: %v", concern, language, err)
		}
		if names := slices.Collect(maps.Keys(file)); len(names) != 1 || names[0] != concern {
			t.Errorf("%s.%s has the tables %q", concern, language, names)
		}
		for name, value := range file[concern] {
			f := forms{}
			switch v := value.(type) {
			case string:
				f["other"] = v
			case map[string]any:
				for form, text := range v {
					f[form] = text.(string)
				}
			}
			all[concern+"."+name] = f
		}
	}
	return all
}

var place = regexp.MustCompile(`\{[^}]*\}`)

// places are the places an entry's fuller form has.
func places(f forms) []string {
	found := place.FindAllString(f["other"], -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	en, de := entries(t, "en"), entries(t, "de")
	for key, f := range en {
		g, ok := de[key]
		if !ok {
			t.Errorf("%s is missing in German", key)
			continue
		}
		if !slices.Equal(places(f), places(g)) {
			t.Errorf("%s has the places %q in English and %q in German", key, places(f), places(g))
		}
	}
	for key := range de {
		if _, ok := en[key]; !ok {
			t.Errorf("%s is missing in English", key)
		}
	}
}

func TestEveryEntryIsWhole(t *testing.T) {
	for _, language := range view.Languages() {
		for key, f := range entries(t, language) {
			for form, text := range f {
				if strings.TrimSpace(text) == "" || form != "one" && form != "other" {
					t.Errorf("%s: %s says %q (%s)", language, key, text, form)
				}
				if strings.ContainsAny(place.ReplaceAllString(text, ""), "{}%") {
					t.Errorf("%s: %s has a half place: %q", language, key, text)
				}
			}
			if len(f) > 1 && !strings.Contains(f["other"], "{n}") && !strings.Contains(f["other"], "{things}") && !strings.Contains(f["other"], "{of_things}") && !strings.Contains(key, "keep") {
				t.Errorf("%s: %s has a plural of nothing: %q", language, key, f["other"])
			}
		}
	}
}

// literal is a text in quotes that looks like the key of an entry, in code or
// in the tag of a field.
var literal = regexp.MustCompile(`"([a-z]+\.[a-z0-9_]+)"`)

// sources are the files of the program that speak, without tests.
func sources(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, root := range []string{"../../cmd", "../../ui"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			files[path] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestEveryEntryIsSaidAndEveryWordHasAnEntry(t *testing.T) {
	known := entries(t, "en")
	all := concerns(t)
	used := map[string]bool{}
	for path, text := range sources(t) {
		for _, found := range literal.FindAllStringSubmatch(text, -1) {
			key := found[1]
			used[key] = true
			concern, _, _ := strings.Cut(key, ".")
			if _, ok := known[key]; !ok && slices.Contains(all, concern) {
				t.Errorf("%s says %s, which has no entry", path, key)
			}
		}
	}
	for key := range known {
		if !used[key] {
			t.Errorf("nobody says %s", key)
		}
	}
}

// call is a call of Text with a key and its arguments written out.
var call = regexp.MustCompile(`(?:Text|text|say|title)\("([a-z]+\.[a-z0-9_]+)"(?:, view\.Args|, Args)?(?:\{([^{}]*)\})?\)`)

// TestEveryCallFillsItsPlaces reads the calls that name everything on the spot.
func TestEveryCallFillsItsPlaces(t *testing.T) {
	known := entries(t, "en")
	calls := 0
	for path, text := range sources(t) {
		for _, found := range call.FindAllStringSubmatch(text, -1) {
			calls++
			for _, p := range places(known[found[1]]) {
				if name := strings.Trim(p, "{}"); !strings.Contains(found[2], `"`+name+`":`) {
					t.Errorf("%s does not fill %s of %s", path, p, found[1])
				}
			}
		}
	}
	if calls < 100 {
		t.Errorf("found only %d calls", calls)
	}
}

// room is how many characters a label has where there is little of it: on a
// button, in a menu, in a row of the window.
var room = map[string]int{"action": 36, "tray": 36, "short": 64}

// filled puts something of an ordinary length into every place.
func filled(text string) string {
	text = strings.ReplaceAll(text, "{name}", "Help center (Zendesk)")
	text = strings.ReplaceAll(text, "{progress}", "320 of 1,204, about 4 minutes left")
	return place.ReplaceAllString(text, "1,204")
}

// longer is a text's length with four tenths more, which is what a translation
// may need and what screens are laid out for.
func longer(text string) int { return (len([]rune(text))*14 + 9) / 10 }

func TestLabelsHaveRoomForFourTenthsMore(t *testing.T) {
	en, de := entries(t, "en"), entries(t, "de")
	for key, f := range en {
		concern, _, _ := strings.Cut(key, ".")
		space, tight := room[concern]
		if !tight {
			continue
		}
		if n := longer(filled(f["other"])); n > space {
			t.Errorf("%s: %q would need %d characters, room is for %d", key, f["other"], n, space)
		}
		if n := len([]rune(filled(de[key]["other"]))); n > space {
			t.Errorf("%s: %q has %d characters, room is for %d", key, de[key]["other"], n, space)
		}
	}
}

// TestGermanFitsWhereEnglishDoes holds German to what screens are laid out for.
// A short word may need some characters more.
func TestGermanFitsWhereEnglishDoes(t *testing.T) {
	const some = 12
	en, de := entries(t, "en"), entries(t, "de")
	for key, f := range en {
		if n, most := len([]rune(de[key]["other"])), max(longer(f["other"]), len([]rune(f["other"]))+some); n > most {
			t.Errorf("%s: %q has %d characters, %d are the most beside %q", key, de[key]["other"], n, most, f["other"])
		}
	}
}
