package settings

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// parse turns the text of a file into settings and a map of its lines. Where
// the text is not TOML at all there are no settings.
func parse(text string) (*Settings, document, []mistake) {
	if !utf8.ValidString(text) {
		return nil, document{}, []mistake{{
			line: invalidLine(text), problem: "is not UTF-8 text", remedy: "Save the file again with the encoding UTF-8.",
		}}
	}
	var root map[string]any
	if _, err := toml.Decode(text, &root); err != nil {
		return nil, document{}, []mistake{syntaxMistake(err)}
	}
	r := reader{}
	s := Default()
	r.table("", root, s.fields(), "dialpad", "account")
	dialpad, account := map[string]any{}, []map[string]any{}
	switch v := root["dialpad"].(type) {
	case nil:
	case map[string]any:
		dialpad = v
	default:
		r.mistake("dialpad", "is not a table", "Write its settings below a line [dialpad].")
	}
	r.table("dialpad", dialpad, s.Dialpad.fields())
	switch v := root["account"].(type) {
	case nil:
	case []map[string]any:
		account = v
	default:
		r.mistake("account", "is not a list of accounts", "Begin each account with a line [[account]].")
	}
	for i, values := range account {
		var a Account
		r.table(accountPath(i), values, a.fields())
		s.Accounts = append(s.Accounts, a)
	}
	s.trim()
	return s, scan(text), r.mistakes
}

func accountPath(i int) string { return fmt.Sprintf("account[%d]", i) }

// trim takes the trailing slash off addresses.
func (s *Settings) trim() {
	s.Dialpad.CustomURL = strings.TrimRight(s.Dialpad.CustomURL, "/")
	s.Dialpad.SignInURL = strings.TrimRight(s.Dialpad.SignInURL, "/")
	for i := range s.Accounts {
		s.Accounts[i].URL = strings.TrimRight(s.Accounts[i].URL, "/")
	}
}

// reader fills fields from decoded tables and collects what does not fit.
type reader struct{ mistakes []mistake }

func (r *reader) mistake(path, problem, remedy string) {
	r.mistakes = append(r.mistakes, mistake{path: path, problem: problem, remedy: remedy})
}

// table reads one table. tables are keys that belong to tables of their own.
func (r *reader) table(path string, values map[string]any, fields []field, tables ...string) {
	prefix := path
	if prefix != "" {
		prefix += "."
	}
	known := slices.Clone(tables)
	for _, f := range fields {
		known = append(known, f.key)
		f.reset()
		value, named := values[f.key]
		if named {
			r.field(prefix+f.key, f, value)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(known, key) {
			r.mistake(prefix+key, "is not a setting", unknownKey(key, known))
		}
	}
}

func (r *reader) field(path string, f field, value any) {
	fits := false
	switch at := f.at.(type) {
	case *string:
		*at, fits = value.(string)
	case *bool:
		*at, fits = value.(bool)
	case *int:
		n, ok := value.(int64)
		*at, fits = int(n), ok && int64(int(n)) == n
	case *[]string:
		*at, fits = texts(value)
	case *time.Duration:
		text, ok := value.(string)
		period, err := time.ParseDuration(text)
		*at, fits = period, ok && err == nil
	}
	if !fits {
		f.reset()
		r.mistake(path, "has the wrong kind of value", f.wrongType())
	}
}

func texts(value any) ([]string, bool) {
	list, ok := value.([]any)
	if !ok {
		return nil, false
	}
	var out []string
	for _, item := range list {
		text, ok := item.(string)
		if !ok {
			return nil, false
		}
		out = append(out, text)
	}
	return out, true
}

// unknownKey says what to write instead of a key we do not know.
func unknownKey(key string, known []string) string {
	for _, word := range []string{"secret", "token", "password"} {
		if strings.Contains(strings.ToLower(key), word) {
			return "Take the line out: secrets are kept in the keyring or the secrets folder, never here."
		}
	}
	return didYouMean(key, known)
}

func syntaxMistake(err error) mistake {
	m := mistake{problem: err.Error(), remedy: `Texts are written in quotes, lists in brackets: region = "eu", locales = ["en-us"].`}
	var parse toml.ParseError
	if errors.As(err, &parse) {
		m.line, m.path = parse.Position.Line, parse.LastKey
		m.problem = "cannot be understood (" + strings.TrimSuffix(parse.Message, ".") + ")"
	}
	return m
}

// invalidLine is the line of the first byte that is not UTF-8.
func invalidLine(text string) int {
	line := 1
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		text = text[size:]
	}
	return line
}
