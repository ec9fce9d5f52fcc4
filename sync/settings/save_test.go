package settings

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"dialpadsync.app/sync/source"
	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const handWritten = `# Our settings. Ask Kim before you change them.

# where the answers go
[dialpad]  # production
region   =   "eu"   # the data stays in Europe
client_id = 'cid'
max_requests_per_second = 5

# the public help center
[[account]]
id = "help-center"
source = "zendesk"
url = "https://acme.zendesk.com/" # the old one was acme2
collections = [
  "category:1", # Orders # and [delivery]
  "category:2",
]

# the German one
[[account]]
url = "https://de.zendesk.com"
id = "german"
source = "zendesk"
interval = "1h"
# goodbye
`

var edits = []struct {
	name   string
	before string
	change func(*Settings)
	want   string
}{
	{
		"fill in ids", handWritten,
		func(s *Settings) {
			s.HomeID = "b3f1"
			s.Accounts[0].SourceValue = "dialpad-sync:zendesk:acme"
			s.Accounts[1].SourceValue = "dialpad-sync:zendesk:de"
		},
		strings.NewReplacer(
			"# where the", "home_id = \"b3f1\"\n\n# where the",
			"  \"category:2\",\n]\n", "  \"category:2\",\n]\nsource_value = \"dialpad-sync:zendesk:acme\"\n",
			"interval = \"1h\"\n", "interval = \"1h\"\nsource_value = \"dialpad-sync:zendesk:de\"\n",
		).Replace(handWritten),
	},
	{
		"change values", handWritten,
		func(s *Settings) {
			s.Dialpad.Region, s.Dialpad.ClientID, s.Dialpad.MaxRequestsPerSecond = RegionUS, "", DefaultMaxRequestsPerSecond
			s.Accounts[0].Collections = []string{"brand:9"}
			s.Accounts[1].Interval = 90 * time.Minute
		},
		strings.NewReplacer(
			`"eu"`, `"us"`, "client_id = 'cid'\n", "", "second = 5", "second = 10",
			"[\n  \"category:1\", # Orders # and [delivery]\n  \"category:2\",\n]", `["brand:9"]`,
			`"1h"`, `"1h30m"`,
		).Replace(handWritten),
	},
	{
		"an account that is not chosen yet", handWritten,
		func(s *Settings) { s.Accounts[1].Selected = false },
		strings.Replace(handWritten, "interval = \"1h\"\n", "interval = \"1h\"\nselected = false\n", 1),
	},
	{
		"an account that is chosen", strings.Replace(handWritten, "interval = \"1h\"\n", "interval = \"1h\"\nselected = false\n", 1),
		func(s *Settings) { s.Accounts[1].Selected = true },
		handWritten,
	},
	{
		"take an account out", handWritten,
		func(s *Settings) { s.Accounts = s.Accounts[:1] },
		strings.Split(handWritten, "\n# the German one")[0] + "# goodbye\n",
	},
	{
		"add an account", "[dialpad]\nregion = \"eu\"",
		func(s *Settings) {
			a := NewAccount("help-center", "zendesk")
			a.URL, a.Locales, a.Interval = "https://acme.zendesk.com", []string{"en-us", "de"}, time.Hour
			s.Accounts = append(s.Accounts, a)
		},
		"[dialpad]\nregion = \"eu\"\n\n[[account]]\nid = \"help-center\"\nsource = \"zendesk\"\nurl = \"https://acme.zendesk.com\"\nlocales = [\"en-us\", \"de\"]\ninterval = \"1h\"\n",
	},
	{
		"add Dialpad above accounts", "# first\n\n# acme\n" + account,
		func(s *Settings) { s.Dialpad.Region = RegionEU; s.HomeID = "h" },
		"# first\n\nhome_id = \"h\"\n\n[dialpad]\nregion = \"eu\"\n\n# acme\n" + account,
	},
	{
		"Windows line ends", "\uFEFF[dialpad]\r\nregion = \"eu\"\r\n",
		func(s *Settings) { s.HomeID = "h"; s.Dialpad.ClientID = "c" },
		"\uFEFFhome_id = \"h\"\r\n\r\n[dialpad]\r\nregion = \"eu\"\r\nclient_id = \"c\"\r\n",
	},
	{
		"nothing", handWritten, func(*Settings) {}, handWritten,
	},
}

// Only what changes is changed.
func TestSaveKeepsWhatPeopleWrote(t *testing.T) {
	for _, c := range edits {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.before)
			s, err := Load(path, known)
			if err != nil {
				t.Fatal(err)
			}
			c.change(s)
			if err := s.Save(path); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSaveNewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	s := Default()
	s.HomeID = "h"
	s.Dialpad.Region, s.Dialpad.ClientID = RegionEU, `a"b\c`
	s.Accounts = []Account{{ID: "a", Source: "zendesk", URL: "https://a.example", Interval: DefaultInterval, Selected: true}}
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := newFile + "home_id = \"h\"\n\n[dialpad]\nregion = \"eu\"\nclient_id = \"a\\\"b\\\\c\"\n\n" + account
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	if again, err := Load(path, known); err != nil || !again.same(s) {
		t.Errorf("reads as %+v (%v)", again, err)
	}
}

// A save that changes nothing needs no right to write.
func TestSaveWithoutChangeDoesNotWrite(t *testing.T) {
	path := write(t, handWritten)
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	s, err := Load(path, known)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || !info.ModTime().Equal(old) {
		t.Errorf("the file was written (%v, %v)", info.ModTime(), err)
	}
}

// What somebody changed in the file since Load and what we change both hold.
func TestSaveRefusesWhatItCannotDo(t *testing.T) {
	cases := map[string]struct {
		now  string // the file when Save comes
		says string
	}{
		"broken meanwhile":  {"[dialpad]\nregion = \n", "cannot be understood"},
		"inline table":      {"dialpad = { region = \"eu\" }\n", "line [dialpad]"},
		"inline account":    {"account = [{id=\"a\", source=\"zendesk\", url=\"https://a.example\"}]\n[dialpad]\nregion=\"eu\"\n", "line [[account]]"},
		"mistake meanwhile": {"[dialpad]\nregoin = \"eu\"\n", "not a setting"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			path := write(t, c.now)
			s := load(t, account)
			s.Dialpad.Region, s.Dialpad.ClientID, s.Accounts[0].SourceValue = RegionEU, "cid", "v"
			err := s.Save(path)
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
			if text, err := os.ReadFile(path); err != nil || string(text) != c.now {
				t.Errorf("the file holds %q (%v)", text, err)
			}
		})
	}
}

// An account that is not found by its lines is not left there silently.
func TestSaveRefusesToLeaveAnAccount(t *testing.T) {
	path := write(t, strings.Replace(account, "[[account]]", `[["acc\u006funt"]]`, 1))
	if s, err := Load(path, known); err != nil || len(s.Accounts) != 1 {
		t.Fatalf("reads as %v (%v)", s, err)
	}
	var e *Error
	if err := Default().Save(path); !errors.As(err, &e) || !strings.Contains(e.Problem, "cannot change") {
		t.Errorf("got %v", err)
	}
}

func TestSaveRefusesMistakes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	s := Default()
	s.Dialpad.ClientID = "a\nb"
	var e *Error
	if err := s.Save(path); !errors.As(err, &e) || e.Key != "dialpad.client_id" {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was written")
	}
}

func TestSaveWhereItMayNot(t *testing.T) {
	s := Default()
	s.HomeID = "h"
	place := map[string]string{"no folder": filepath.Join(t.TempDir(), "none", "settings.toml")}
	if runtime.GOOS == "linux" {
		place["a file system that takes no files"] = "/proc/sys/kernel/settings.toml"
	}
	for name, path := range place {
		err := s.Save(path)
		var e *Error
		if !errors.As(err, &e) || e.Remedy == "" || source.CodeOf(err) != source.CodeNotWritable {
			t.Errorf("%s: %v (code %q)", name, err, source.CodeOf(err))
		}
	}
}

func TestWriteErrors(t *testing.T) {
	for fail, want := range map[error]struct {
		code source.Code
		says string
	}{
		syscall.ENOSPC: {source.CodeDiskFull, "disk is full"},
		syscall.EIO:    {source.CodeDiskFailing, "the disk answers with errors"},
	} {
		err := writeError("settings.toml", &os.PathError{Op: "write", Err: fail})
		if source.CodeOf(err) != want.code || source.KindOf(err) != source.Transient || !strings.Contains(err.Error(), want.says) {
			t.Errorf("got %v", err)
		}
	}
}

// Whatever is saved is read back the same, on top of whatever was there.
func TestSaveAndLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	rapid.Check(t, func(t *rapid.T) {
		if err := os.WriteFile(path, []byte(rapid.SampledFrom([]string{"", handWritten, full, "# c"}).Draw(t, "file")), 0o600); err != nil {
			t.Fatal(err)
		}
		comments := 0
		for range rapid.IntRange(1, 4).Draw(t, "saves") {
			s := anySettings(t)
			if err := s.Save(path); err != nil {
				t.Fatal(err)
			}
			got, err := Load(path, nil)
			if err != nil || !got.same(s) {
				text, _ := os.ReadFile(path)
				t.Fatalf("%v\nwrote %+v\nread  %+v\n%s", err, s, got, text)
			}
			text, _ := os.ReadFile(path)
			head := strings.Count(string(text), "# Our settings. Ask Kim")
			if comments > 0 && head != comments {
				t.Fatalf("a comment was lost:\n%s", text)
			}
			comments = head
		}
	})
}

func anySettings(t *rapid.T) *Settings {
	s := Default()
	text := rapid.StringMatching(`[A-Za-z0-9"'\\#\[\]=_.ü€-]{0,12}`)
	s.HomeID = rapid.StringMatching(`[a-z0-9]{0,8}`).Draw(t, "home")
	s.Dialpad.Region = rapid.SampledFrom([]string{"", RegionEU, RegionUS, RegionCustom}).Draw(t, "region")
	if s.Dialpad.Region == RegionCustom {
		s.Dialpad.CustomURL = "https://x.example"
	}
	s.Dialpad.ClientID = text.Draw(t, "client")
	s.Dialpad.MaxRequestsPerSecond = rapid.IntRange(1, 20).Draw(t, "rate")
	s.Dialpad.ListLag = time.Duration(rapid.IntRange(0, 3600).Draw(t, "lag")) * time.Second
	for i, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"help-center", "german", "shop", "x"}), 0, 4, rapid.ID).Draw(t, "ids") {
		a := NewAccount(id, "zendesk")
		a.URL = "https://" + id + ".example"
		a.ClientID = text.Draw(t, "account client")
		a.Interval = time.Duration(rapid.IntRange(300, 21600).Draw(t, "interval")) * time.Second
		a.IncludeDrafts = rapid.Bool().Draw(t, "drafts")
		a.Selected = rapid.Bool().Draw(t, "selected")
		if rapid.Bool().Draw(t, "ticked") {
			a.Collections = []string{"category:1", `label:"x"#]`}
		}
		if i%2 == 0 {
			a.SourceValue = "v:" + id
		}
		s.Accounts = append(s.Accounts, a)
	}
	return s
}

// Whatever TOML the library accepts, the scanner finds its way through it, and
// every value it points at is the value the library read.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		full, handWritten, byteOrderMark + full, strings.ReplaceAll(full, "\n", "\r\n"), "a.\"b.c\" . 'd' = 1979-05-27 07:32:00Z # x",
		"x = \"\"\"a\\\"\"\"b\"\"\"\"\" # c\ny = '''\n''a'''''\nz=[ [1,2], # ]\n {a=\"]\"}, ]", "[ a . b ]\nc=1\n[[ a.d ]]\n[a.d.e]\nf=2\n[[a.d]]\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var root map[string]any
		if _, err := toml.Decode(text, &root); err != nil {
			return // not TOML: scan is never asked
		}
		for _, s := range scan(text).statements {
			if s.header {
				continue
			}
			var value map[string]any
			if _, err := toml.Decode("v = "+text[s.value:s.valueEnd], &value); err != nil {
				t.Errorf("%s: %q is no value: %v", s.path, text[s.value:s.valueEnd], err)
			}
		}
	})
}
