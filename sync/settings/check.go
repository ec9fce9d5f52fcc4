package settings

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"
)

// Lengths are checked beside: a counted repetition takes memory for each count.
var (
	homeIDForm     = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	accountIDForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)
	apiVersionForm = regexp.MustCompile(`^v[0-9]{1,3}(\.[0-9]{1,3})?$`)
	collectionForm = regexp.MustCompile(`^[a-z][a-z0-9_-]*:[^\s:][^\s]*$`)
)

// reservedID is the name under which Dialpad's own secrets are kept.
const reservedID = "dialpad"

// Bounds of the texts in the file, in bytes.
const (
	longest          = 2048
	longestHomeID    = 64
	longestAccountID = 40
)

// checker collects mistakes that need more than the kind of a value.
type checker struct{ mistakes []mistake }

func (c *checker) add(path, problem, remedy string) {
	c.mistakes = append(c.mistakes, mistake{path: path, problem: problem, remedy: remedy})
}

// check returns every mistake in the values. Without sources any source may be
// named.
func (s *Settings) check(sources []string) []mistake {
	c := &checker{}
	c.plain("", s.fields())
	if s.HomeID != "" && !validHomeID(s.HomeID) {
		c.add("home_id", "has characters that do not belong there", "Take the line out; a new one is made.")
	}
	if s.Language != "" && !slices.Contains(Languages[:], s.Language) {
		c.add("language", fmt.Sprintf("cannot be %q", s.Language), didYouMean(s.Language, Languages[:]))
	}
	if s.Theme != "" && !slices.Contains(Themes[:], s.Theme) {
		c.add("theme", fmt.Sprintf("cannot be %q", s.Theme), didYouMean(s.Theme, Themes[:]))
	}
	c.dialpad(s.Dialpad)
	for i := range s.Accounts {
		c.account(accountPath(i), s.Accounts[i], sources)
		c.twins(s.Accounts[:i], accountPath(i), s.Accounts[i])
	}
	return c.mistakes
}

func validHomeID(id string) bool { return len(id) <= longestHomeID && homeIDForm.MatchString(id) }

// plain refuses texts that hold control characters or are endless.
func (c *checker) plain(path string, fields []field) {
	for _, f := range fields {
		var values []string
		switch at := f.at.(type) {
		case *string:
			values = []string{*at}
		case *[]string:
			values = *at
		}
		for _, v := range values {
			if strings.ContainsFunc(v, unicode.IsControl) || len(v) > longest || v != strings.TrimSpace(v) {
				c.add(join(path, f.key), "has blanks at its ends, control characters, or is too long", "Write it as one plain line.")
				break
			}
		}
	}
}

func (c *checker) dialpad(d Dialpad) {
	c.plain("dialpad", d.fields())
	switch d.Region {
	case "", RegionEU, RegionUS:
		if d.CustomURL != "" {
			c.add("dialpad.api_url", "is only for another address", `Write region = "custom", or take the line out.`)
		}
	case RegionCustom:
		if d.CustomURL == "" {
			c.add("dialpad.region", `is "custom", but there is no address`, `Add a line api_url = "https://…", or choose "eu" or "us".`)
		}
	case "stg":
		c.add("dialpad.region", `has no region "stg"`, `Write region = "custom" and api_url = "https://api.stg.karehq.com".`)
	default:
		c.add("dialpad.region", fmt.Sprintf("has no region %q", d.Region), didYouMean(d.Region, []string{RegionEU, RegionUS, RegionCustom}))
	}
	c.url("dialpad.api_url", d.CustomURL)
	c.url("dialpad.sign_in_url", d.SignInURL)
	if ways := []string{SignInCredentials, SignInBrowser}; !slices.Contains(ways, d.SignIn) {
		c.add("dialpad.sign_in", fmt.Sprintf("cannot be %q", d.SignIn), didYouMean(d.SignIn, ways))
	}
	if d.APIVersion != "" && !apiVersionForm.MatchString(d.APIVersion) {
		c.add("dialpad.api_version", "is not a version", `Write it like "v2.2", or take the line out to have it found.`)
	}
	if n := d.MaxRequestsPerSecond; n < 1 || n > HighestMaxRequestsPerSecond {
		c.add("dialpad.max_requests_per_second", fmt.Sprintf("cannot be %d", n),
			fmt.Sprintf("Write a number from 1 to %d.", HighestMaxRequestsPerSecond))
	}
	c.period("dialpad.list_lag", d.ListLag, 0, MaxListLag)
}

func (c *checker) account(path string, a Account, sources []string) {
	c.plain(path, a.fields())
	switch {
	case a.ID == "":
		c.add(path+".id", "is missing", `Give the account a name, such as id = "help-center".`)
	case len(a.ID) > longestAccountID || !accountIDForm.MatchString(a.ID):
		c.add(path+".id", "has characters that do not belong there", `Use at most 40 small letters, digits and "-".`)
	case a.ID == reservedID:
		c.add(path+".id", `cannot be "dialpad"`, "Dialpad's own sign-in has that name; choose another one.")
	}
	switch {
	case a.Source == "":
		c.add(path+".source", "is missing", "Say where it reads from: "+strings.Join(sources, ", ")+".")
	case sources != nil && !slices.Contains(sources, a.Source):
		c.add(path+".source", fmt.Sprintf("has no source %q", a.Source), didYouMean(a.Source, sources))
	}
	if a.URL == "" {
		c.add(path+".url", "is missing", `Say where the source lives, such as url = "https://acme.zendesk.com".`)
	}
	c.url(path+".url", a.URL)
	for _, collection := range a.Collections {
		if !collectionForm.MatchString(collection) {
			c.add(path+".collections", fmt.Sprintf("cannot hold %q", collection), `Write kind and id, such as "category:36001" or "section:360000222".`)
		}
	}
	c.locales(path+".locales", a.Locales)
	c.period(path+".interval", a.Interval, MinInterval, MaxInterval)
	if strings.ContainsFunc(a.SourceValue, unicode.IsSpace) {
		c.add(path+".source_value", "has blanks in it", "Put back the value written at set-up.")
	}
}

func (c *checker) locales(path string, locales []string) {
	for i, locale := range locales {
		// A ValueError is a well-formed tag with a part nobody registered, which
		// vendors do use.
		var unregistered language.ValueError
		if _, err := language.Parse(locale); err != nil && !errors.As(err, &unregistered) {
			c.add(path, fmt.Sprintf("cannot hold %q", locale), `Write language tags, such as "en-us" or "de".`)
		}
		same := func(other string) bool { return strings.EqualFold(other, locale) }
		if slices.ContainsFunc(locales[:i], same) {
			c.add(path, fmt.Sprintf("names %q twice", locale), "Take one out.")
		}
	}
}

// twins refuses what would make two accounts claim the same documents.
func (c *checker) twins(earlier []Account, path string, a Account) {
	for _, other := range earlier {
		if a.ID != "" && other.ID == a.ID {
			c.add(path+".id", fmt.Sprintf("%q is taken by another account", a.ID), "Give each account a name of its own.")
		}
		const remedy = "Two accounts would remove each other's documents; keep one of them and list all collections there."
		if a.SourceValue != "" && other.SourceValue == a.SourceValue {
			c.add(path+".source_value", "is the same as another account's", remedy)
		}
		if a.SourceValue == "" && other.SourceValue == "" && a.URL != "" && a.Source == other.Source && strings.EqualFold(a.URL, other.URL) {
			c.add(path+".url", "is the same as another account's", remedy)
		}
	}
}

func (c *checker) period(path string, d, shortest, longest time.Duration) {
	if d < shortest || d > longest {
		c.add(path, fmt.Sprintf("cannot be %q", shortDuration(d)),
			fmt.Sprintf("Write a time from %q to %q.", shortDuration(shortest), shortDuration(longest)))
	}
}

// url refuses addresses a token must not be sent to. The address itself is not
// repeated: it may hold a password.
func (c *checker) url(path, text string) {
	if text == "" {
		return
	}
	const example = `Write it like "https://acme.example.com".`
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Opaque != "":
		c.add(path, "is not an address", example)
	case u.Scheme != "https" && u.Scheme != "http":
		c.add(path, "is not a web address", example)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		c.add(path, "would send sign-ins unencrypted", "Begin it with https://; http:// is only for this computer (127.0.0.1).")
	case u.User != nil:
		c.add(path, "has a user name or password in it", "Take everything up to the @ out.")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		c.add(path, "has a query or a fragment", "Take everything from the ? or # on out.")
	}
}

// loopback says whether the host is this computer.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
