package settings

import (
	"reflect"
	"strconv"
	"strings"
	"time"
)

// field ties one key of the file to the variable that holds it. The lists
// below are the whole schema: reading, unknown keys and writing follow them.
type field struct {
	key string
	at  any // *string, *int, *bool, *[]string or *time.Duration
	def any // the value when the file does not name the key
}

func (s *Settings) fields() []field {
	return []field{
		{"home_id", &s.HomeID, ""},
		{"language", &s.Language, ""},
		{"theme", &s.Theme, ""},
		{"pause_on_battery", &s.PauseOnBattery, false},
		{"pause_on_metered", &s.PauseOnMetered, false},
	}
}

func (d *Dialpad) fields() []field {
	return []field{
		{"region", &d.Region, ""},
		{"api_url", &d.CustomURL, ""},
		{"api_version", &d.APIVersion, ""},
		{"sign_in", &d.SignIn, SignInCredentials},
		{"client_id", &d.ClientID, ""},
		{"sign_in_url", &d.SignInURL, ""},
		{"max_requests_per_second", &d.MaxRequestsPerSecond, DefaultMaxRequestsPerSecond},
		{"list_lag", &d.ListLag, DefaultListLag},
	}
}

// selectedKey says that a set-up is not finished; its line is the program's own
// and goes with the end of the set-up.
const selectedKey = "selected"

func (a *Account) fields() []field {
	return []field{
		{"id", &a.ID, ""},
		{"source", &a.Source, ""},
		{"url", &a.URL, ""},
		{"client_id", &a.ClientID, ""},
		{"collections", &a.Collections, []string(nil)},
		{"locales", &a.Locales, []string(nil)},
		{"interval", &a.Interval, DefaultInterval},
		{"include_drafts", &a.IncludeDrafts, false},
		{"include_restricted", &a.IncludeRestricted, false},
		{"minimal_scope", &a.MinimalScope, false},
		{"source_value", &a.SourceValue, ""},
		{selectedKey, &a.Selected, true},
	}
}

// reset gives the variable the default.
func (f field) reset() { reflect.ValueOf(f.at).Elem().Set(reflect.ValueOf(f.def)) }

// isDefault says whether the variable holds what an absent key means.
func (f field) isDefault() bool {
	return render(reflect.ValueOf(f.at).Elem().Interface()) == render(f.def)
}

// text is the value as the file spells it.
func (f field) text() string { return render(reflect.ValueOf(f.at).Elem().Interface()) }

// goes says whether a line that names the key is taken out: there is no value
// that could be written, or nothing that has to be said any more.
func (f field) goes() bool { return f.text() == `""` || f.key == selectedKey && f.isDefault() }

// wrongType says what kind of value the key takes, with an example.
func (f field) wrongType() string {
	switch f.at.(type) {
	case *int:
		return "Write a whole number, such as " + f.key + " = " + render(f.def) + "."
	case *bool:
		return "Write true or false, without quotes."
	case *[]string:
		return `Write a list of texts, such as ` + f.key + ` = ["…"].`
	case *time.Duration:
		return "Write a time in quotes, such as " + f.key + " = " + render(f.def) + "."
	}
	return `Write a text in quotes, such as ` + f.key + ` = "…".`
}

// render spells a value as TOML.
func render(value any) string {
	switch v := value.(type) {
	case string:
		return quote(v)
	case int:
		return strconv.Itoa(v)
	case bool:
		return strconv.FormatBool(v)
	case time.Duration:
		return quote(shortDuration(v))
	case []string:
		quoted := make([]string, len(v))
		for i, item := range v {
			quoted[i] = quote(item)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	panic("settings: a field of a type that has no spelling")
}

// quote spells a text as a TOML basic string (toml.io/en/v1.0.0#string).
// Control characters are refused by check before anything is written.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// shortDuration is "15m" where time.Duration says "15m0s".
func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// same says whether both hold the same values. The order of accounts does not
// count.
func (s *Settings) same(other *Settings) bool {
	if len(s.Accounts) != len(other.Accounts) || !sameFields(s.fields(), other.fields()) ||
		!sameFields(s.Dialpad.fields(), other.Dialpad.fields()) {
		return false
	}
	for i := range s.Accounts {
		a := s.Accounts[i]
		b := other.account(a.ID)
		if b == nil || !sameFields(a.fields(), b.fields()) {
			return false
		}
	}
	return true
}

func sameFields(a, b []field) bool {
	for i := range a {
		if a[i].text() != b[i].text() {
			return false
		}
	}
	return true
}

// account returns the account with this id, or nil.
func (s *Settings) account(id string) *Account {
	for i := range s.Accounts {
		if s.Accounts[i].ID == id {
			return &s.Accounts[i]
		}
	}
	return nil
}
