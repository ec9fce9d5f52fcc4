package view

import "strings"

// The languages there are words for.
const (
	English = "en"
	German  = "de"
)

// Languages lists them, the one that stands for all others first.
func Languages() []string { return []string{English, German} }

// Language chooses a language: the setting `language` where there is one, else
// what the environment asks for. Of LC_ALL, LC_MESSAGES and LANG the first that
// is set decides (POSIX, environment variables of the locale); every language
// we do not have is English.
func Language(setting string, getenv func(string) string) string {
	for _, wish := range []string{setting, getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG")} {
		if wish == "" {
			continue
		}
		name := strings.ToLower(wish)
		if i := strings.IndexAny(name, "_.-@"); i >= 0 {
			name = name[:i]
		}
		if name == German {
			return German
		}
		return English
	}
	return English
}
