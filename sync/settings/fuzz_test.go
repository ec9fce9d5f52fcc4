package settings

import "testing"

// FuzzSettings: a file is read, or its mistakes have a line or a name and say
// what to do.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{"", "[dialpad]\nregion = \"eu\"\n", "[[account]]\nid = \"a\"\nsource = \"zendesk\"\nurl = \"https://a.zendesk.com\"\n", "dialpad = 1", "[dialpad]\nclient_secret = \"x\"", "\xff", "[[account]]\ninterval = \"soon\"\n", "x = \"\\", "[dialpad]\nmax_requests_per_second = 99999999999999999999\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, _, mistakes := parse(text)
		if s == nil && len(mistakes) == 0 {
			t.Fatalf("%q gives nothing", text)
		}
		for _, m := range mistakes {
			if m.problem == "" || m.remedy == "" {
				t.Fatalf("%q has a mistake without words: %+v", text, m)
			}
		}
	})
}
