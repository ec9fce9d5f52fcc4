// Package settings reads and writes settings.toml: which Dialpad, which
// accounts, what of them, how often. People edit the file by hand, so every
// mistake in it is answered with its line and a remedy, and what they wrote
// around the values survives a change made by the program. Nothing secret is in
// it.
package settings

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"dialpadsync.app/sync/settings/atomicfile"
	"dialpadsync.app/sync/source"
)

// Regions of Dialpad. A document never leaves the region the person chose, and
// there is no default: a wrong region looks like wrong credentials.
const (
	RegionEU     = "eu"
	RegionUS     = "us"
	RegionCustom = "custom"
)

// Languages and Themes are what a person can choose for the faces.
var (
	Languages = [...]string{"en", "de"}
	Themes    = [...]string{"light", "dark"}
)

// Ways to sign in to Dialpad.
const (
	// SignInCredentials is a client id and secret (client credentials grant).
	SignInCredentials = "credentials"
	// SignInBrowser is the person's own Dialpad sign-in.
	SignInBrowser = "browser"
)

// Bounds and defaults of numbers and times in the file.
const (
	DefaultInterval = 15 * time.Minute
	MinInterval     = 5 * time.Minute
	MaxInterval     = 6 * time.Hour

	DefaultMaxRequestsPerSecond = 10
	// HighestMaxRequestsPerSecond is what Dialpad allows a whole company
	// (developers.dialpad.com, rate limits: 20 requests a second).
	HighestMaxRequestsPerSecond = 20

	DefaultListLag = 2 * time.Minute
	MaxListLag     = time.Hour
)

// Settings is the content of settings.toml.
type Settings struct {
	// HomeID tells this installation's secrets and documents from those of
	// another one. It is empty until Save has filled it in.
	HomeID string
	// Language is one of Languages and Theme one of Themes, or empty to follow
	// the system.
	Language, Theme string
	// PauseOnBattery and PauseOnMetered keep passes from beginning by themselves
	// while the computer runs on its battery or its network is metered.
	PauseOnBattery, PauseOnMetered bool

	Dialpad  Dialpad
	Accounts []Account
}

// Dialpad is where documents go.
type Dialpad struct {
	// Region is RegionEU, RegionUS, RegionCustom, or empty while nobody has
	// chosen.
	Region string
	// CustomURL is the key api_url, without a trailing slash; only with
	// RegionCustom. https, or http to loopback.
	CustomURL string
	// APIVersion pins the API version ("v2.2"); empty means: probe.
	APIVersion string
	// SignIn is SignInCredentials or SignInBrowser.
	SignIn   string
	ClientID string
	// SignInURL replaces https://dialpad.com for SignInBrowser, or is empty.
	SignInURL string
	// MaxRequestsPerSecond is the ceiling of the learned rate, 1 to 20.
	MaxRequestsPerSecond int
	// ListLag is how long after a write Dialpad's listing may miss it.
	ListLag time.Duration
}

// Account is one source as the person set it up.
type Account struct {
	// ID names the account on the command line and in the secret store: small
	// letters, digits and '-', and not "dialpad".
	ID string
	// Source is an entry of the catalog ("zendesk").
	Source string
	// URL is where the source lives, without a trailing slash.
	URL      string
	ClientID string
	// Collections are the ticked collections ("category:36001"); empty means all
	// that is public.
	Collections []string
	// Locales are BCP 47 tags in the source's spelling ("en-us").
	Locales           []string
	Interval          time.Duration
	IncludeDrafts     bool
	IncludeRestricted bool
	// MinimalScope asks the source for the least rights that still work.
	MinimalScope bool
	// SourceValue is what our documents carry in Dialpad. It is derived once,
	// at set-up, and never again.
	SourceValue string
	// Selected says that what to copy has been chosen. Only a set-up that is not
	// finished writes selected = false; nothing of such an account is copied.
	Selected bool
}

// Default returns settings in which nothing is chosen yet.
func Default() *Settings {
	return &Settings{Dialpad: Dialpad{
		SignIn:               SignInCredentials,
		MaxRequestsPerSecond: DefaultMaxRequestsPerSecond,
		ListLag:              DefaultListLag,
	}}
}

// NewAccount returns an account of the source with everything else at its
// default.
func NewAccount(id, source string) Account {
	return Account{ID: id, Source: source, Interval: DefaultInterval, Selected: true}
}

// NewHomeID returns a new random home id.
func NewHomeID() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// APIURL returns the base of the knowledge API without a trailing slash, or ""
// while no region is chosen. Hosts: contracts of the regions eu and us as
// published on developers.karehq.com.
func (d Dialpad) APIURL() string {
	switch d.Region {
	case RegionEU, RegionUS:
		return "https://api." + d.Region + ".karehq.com"
	case RegionCustom:
		return d.CustomURL
	}
	return ""
}

// maxFile bounds the file: a thousand accounts fit.
const maxFile = 1 << 20

// Load reads the file at path. sources are the sources an account may name;
// checks add mistakes that only the caller can find, such as in an address that
// a source reads in its own way. Every mistake is an *Error; where the file does
// not exist it wraps fs.ErrNotExist. Of several mistakes the first in the file
// is returned, of several in one line the caller's.
func Load(path string, sources []string, checks ...func(*Settings) []Mistake) (*Settings, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	s, d, mistakes := parse(text)
	if s != nil {
		var found []mistake
		for _, check := range checks {
			for _, m := range check(s) {
				found = append(found, mistake{path: m.Key, problem: m.Problem, remedy: m.Remedy})
			}
		}
		mistakes = append(append(found, mistakes...), s.check(sources)...)
	}
	if err := first(path, d, mistakes); err != nil {
		return nil, err
	}
	return s, nil
}

// Language is the setting `language` of the file at path, or empty where it
// cannot be read: words are needed for that failure too.
func Language(path string) string {
	text, err := readFile(path)
	if err != nil {
		return ""
	}
	s, _, _ := parse(text) // Load tells of mistakes
	if s == nil {
		return ""
	}
	return s.Language
}

// Check returns the first mistake in the values, which Save would refuse to
// write to the file at path.
func (s *Settings) Check(path string) error { return first(path, document{}, s.check(nil)) }

// Save makes the file at path say what s says, with mode 0600 and in one piece.
// Only lines whose meaning differs are changed, added or removed; comments,
// order and everything else stay. A file that already says it is not written. A
// file that has become faulty since Load is left alone and answered like in
// Load. Values at their default are written only where the file names them.
func (s *Settings) Save(path string) error {
	if err := s.Check(path); err != nil {
		return err
	}
	text, err := readFile(path)
	isNew := errors.Is(err, fs.ErrNotExist)
	if isNew {
		text, err = newFile, nil
	}
	if err != nil {
		return err
	}
	have, d, mistakes := parse(text)
	if err := first(path, d, mistakes); err != nil {
		return err
	}
	edited := edit(d, have, s)
	if got, _, mistakes := parse(edited); len(mistakes) > 0 || !got.same(s) {
		return &Error{
			File: path, Problem: "is written in a way that this program cannot change without losing something",
			Remedy: "Write Dialpad's settings below a line [dialpad] and each account's below a line [[account]].",
		}
	}
	if edited == text && !isNew {
		return nil
	}
	if err := atomicfile.Write(path, []byte(edited), 0o600); err != nil {
		return writeError(path, err)
	}
	return nil
}

// newFile is what a new settings.toml begins with.
const newFile = `# Settings of Dialpad Sync. You may edit this file; secrets do not belong here.
`

func readFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", readError(path, err)
	}
	defer func() { _ = f.Close() }() // read-only
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", readError(path, err)
	}
	if len(data) > maxFile {
		return "", &Error{File: path, Problem: "is larger than 1 MB", Remedy: "This is not a settings file; use another one."}
	}
	return string(data), nil
}

func readError(path string, err error) error {
	e := &Error{File: path, Problem: "cannot be read", Remedy: "Allow this user to read it.", Err: err}
	if errors.Is(err, fs.ErrNotExist) {
		e.Problem, e.Remedy = "is not there", "Set up with `dialpad-sync connect`, or write it by hand."
	}
	return e
}

func writeError(path string, err error) error {
	e := &Error{File: path, Problem: "cannot be written", Remedy: "Try again."}
	cause := &source.Error{Kind: source.Transient, Op: "save the settings", Err: err}
	switch {
	case atomicfile.DiskFull(err):
		e.Problem, e.Remedy = "cannot be written: the disk is full", "Make room on the disk and try again."
		cause.Code = source.CodeDiskFull
	case atomicfile.Failing(err):
		e.Problem, e.Remedy = "cannot be written: the disk answers with errors", "Let somebody look at the disk, then try again."
		cause.Code = source.CodeDiskFailing
	case atomicfile.NotWritable(err), errors.Is(err, fs.ErrNotExist):
		e.Problem, e.Remedy = "may not be written", "Allow this user to write the file and its folder."
		cause.Kind, cause.Code = source.Forbidden, source.CodeNotWritable
	}
	e.Err = cause
	return e
}
