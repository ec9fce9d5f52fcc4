package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"dialpadsync.app/assets/demo"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

type simulateZendesk struct {
	Addr       string          `default:"127.0.0.1:7401" placeholder:"HOST:PORT" help:"Where to listen; on this computer only. Port 0 takes a free one."`
	From       string          `placeholder:"DIR" xor:"content" help:"Serve the HTML files of this folder and look at it again before each listing."`
	Demo       bool            `xor:"content" help:"Serve the help center of an invented coffee roaster."`
	Articles   *uint           `placeholder:"N" help:"Make up so many articles; 100 without --from and --demo."`
	Locales    []string        `default:"en-us" help:"Languages of made-up articles; the first is the default one."`
	Role       zendesksim.Role `enum:"admin,agent,end-user" default:"admin" help:"Who signs in: ${enum}."`
	AccessLife time.Duration   `default:"30m" help:"How long an access token is good."`
	PageSize   int             `default:"100" help:"The largest page of a listing, up to 100."`
	doubleFlags
}

const (
	// simulatedArticles is how many there are when nothing else is served.
	simulatedArticles = 100
	// zendeskClientID is the client that is registered in every double.
	zendeskClientID = "dialpad_sync"
)

// zendeskRedirects are the addresses registered for it.
func zendeskRedirects() []string {
	return []string{"http://127.0.0.1:47111/callback", "http://127.0.0.1:47112/callback", "http://127.0.0.1:47113/callback"}
}

// Run serves the double until ctx ends.
func (c *simulateZendesk) Run(ctx context.Context, t terminal) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	server, err := zendesksim.New(config)
	if err != nil {
		return &usageError{message: fmt.Sprintf("Cannot %v.", err), help: "Run “dialpad-sync simulate zendesk --help”."}
	}
	if c.From != "" && len(server.Articles()) == c.madeUp() {
		return &usageError{message: fmt.Sprintf("--from %s: there is no HTML file in this folder or below.", c.From), help: fromHelp}
	}
	if err := c.addFaults(server.Faults(), ""); err != nil {
		return err
	}
	return serveDouble(ctx, t, c.Addr, server, func(base string) string { return c.greeting(base, server) })
}

// madeUp is how many articles the double makes up.
func (c *simulateZendesk) madeUp() int {
	switch {
	case c.Articles != nil:
		return int(*c.Articles)
	case c.From != "" || c.Demo:
		return 0
	}
	return simulatedArticles
}

// config is the double that the flags describe.
func (c *simulateZendesk) config() (zendesksim.Config, error) {
	config := zendesksim.Config{
		Seed: c.Seed, Articles: c.madeUp(), Role: c.Role, AccessLife: c.AccessLife, PageClamp: c.PageSize, Key: c.Key,
		Brands:  []zendesksim.Brand{{ID: 1, Name: "Acme", Subdomain: "acme"}},
		Clients: []zendesksim.Client{{ID: zendeskClientID, RedirectURIs: zendeskRedirects(), Public: true}},
	}
	for _, locale := range c.Locales {
		if locale = strings.ToLower(locale); !slices.Contains(config.Locales, locale) {
			config.Locales = append(config.Locales, locale)
		}
	}
	switch {
	case c.AccessLife < time.Second:
		return config, &usageError{message: fmt.Sprintf("--access-life %s is too short.", c.AccessLife), help: "Use a time from 1s on, such as 30m."}
	case c.PageSize < 1:
		return config, &usageError{message: fmt.Sprintf("--page-size %d holds nothing.", c.PageSize), help: "Use a number from 1 to 100."}
	case c.Demo:
		config.From, config.Brands[0].Name = demo.HelpCenter(), demo.Name
	case c.From != "":
		if info, err := os.Stat(c.From); err != nil || !info.IsDir() {
			return config, &usageError{message: fmt.Sprintf("--from %s: there is no such folder.", c.From), help: fromHelp}
		}
		config.From, config.Rescan = os.DirFS(c.From), true
	}
	return config, c.setSwitches(func(name, value string) error { return setZendesk(&config, name, value) }, "Switches, each with its default first:", zendeskSwitchNames())
}

const fromHelp = "Give a folder with .html or .htm files. Its folders become categories, theirs sections; if all of them are named like en-us or de, they are languages."

// zendeskSwitch is one --switch of the Zendesk double.
type zendeskSwitch struct {
	name string
	// words are what it may say, the default first. Without words it takes what
	// form names.
	words []string
	form  string
	set   func(config *zendesksim.Config, value string) error
}

// zendeskSwitches lists them all; what the quirks mean is told at
// zendesksim.Quirks.
func zendeskSwitches() []zendeskSwitch {
	quirk := func(name string, field func(*zendesksim.Quirks) *bool) zendeskSwitch {
		return zendeskSwitch{name: name, words: []string{"off", "on"}, set: func(c *zendesksim.Config, value string) error {
			*field(&c.Quirks) = value == "on"
			return nil
		}}
	}
	amount := func(name string, field func(*zendesksim.Config) *int) zendeskSwitch {
		return zendeskSwitch{name: name, form: "NUMBER", set: func(c *zendesksim.Config, value string) (err error) {
			*field(c), err = wholeNumber(value)
			return err
		}}
	}
	return []zendeskSwitch{
		{name: "consent", words: []string{"page", zendesksim.Approve, zendesksim.Deny}, set: func(c *zendesksim.Config, value string) error {
			c.AutoConsent = strings.TrimPrefix(value, "page")
			return nil
		}},
		{name: "help_center", words: []string{"on", "off"}, set: func(c *zendesksim.Config, value string) error {
			c.Brands[0].NoHelpCenter = value == "off"
			return nil
		}},
		amount("drafts", func(c *zendesksim.Config) *int { return &c.Drafts }),
		amount("restricted", func(c *zendesksim.Config) *int { return &c.Restricted }),
		amount("untranslated", func(c *zendesksim.Config) *int { return &c.Untranslated }),
		amount("requests_per_minute", func(c *zendesksim.Config) *int { return &c.PerMinute }),
		quirk("translations_keep_updated_at", func(q *zendesksim.Quirks) *bool { return &q.TranslationsKeepUpdatedAt }),
		quirk("drafts_leave_feed", func(q *zendesksim.Quirks) *bool { return &q.DraftsLeaveFeed }),
		quirk("locale_fallback", func(q *zendesksim.Quirks) *bool { return &q.LocaleFallback }),
		quirk("next_past_end", func(q *zendesksim.Quirks) *bool { return &q.NextPastEnd }),
		quirk("fresh_start_refused", func(q *zendesksim.Quirks) *bool { return &q.FreshStartRefused }),
		quirk("sign_in_required", func(q *zendesksim.Quirks) *bool { return &q.SignInRequired }),
		quirk("unknown_scope_refused", func(q *zendesksim.Quirks) *bool { return &q.UnknownScopeRefused }),
		quirk("refresh_needs_secret", func(q *zendesksim.Quirks) *bool { return &q.RefreshNeedsSecret }),
		quirk("tokens_without_expiry", func(q *zendesksim.Quirks) *bool { return &q.TokensWithoutExpiry }),
		quirk("read_token_stays", func(q *zendesksim.Quirks) *bool { return &q.ReadTokenStays }),
		{name: "grant_error_status", words: []string{"400", "401"}, set: func(c *zendesksim.Config, value string) (err error) {
			c.Quirks.GrantErrorStatus, err = wholeNumber(value)
			return err
		}},
		{name: "attachment_host", form: "URL", set: func(c *zendesksim.Config, value string) error {
			u, err := url.Parse(value)
			if err != nil || u.Host == "" || u.Path != "" || (u.Scheme != "http" && u.Scheme != "https") {
				return fmt.Errorf("want an address of scheme and host, such as http://127.0.0.1:7500")
			}
			c.Quirks.AttachmentHost = value
			return nil
		}},
	}
}

func wholeNumber(value string) (int, error) {
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return 0, fmt.Errorf("want a whole number from 0 on")
	}
	return int(n), nil
}

func zendeskSwitchNames() []string {
	var out []string
	for _, s := range zendeskSwitches() {
		out = append(out, s.name+"="+strings.Join(s.words, "|")+s.form)
	}
	return out
}

func setZendesk(config *zendesksim.Config, name, value string) error {
	all := zendeskSwitches()
	i := slices.IndexFunc(all, func(s zendeskSwitch) bool { return s.name == name })
	if i < 0 {
		return fmt.Errorf("there is no switch %q", name)
	}
	if words := all[i].words; words != nil && !slices.Contains(words, value) {
		return fmt.Errorf("%q is none of %s", value, strings.Join(words, ", "))
	}
	return all[i].set(config, value)
}

// greeting is what the command prints first: where, how to sign in, and what
// to paste.
func (c *simulateZendesk) greeting(base string, server *zendesksim.Server) string {
	locales, counts := served(server, c.Locales)
	quoted := make([]string, len(locales))
	for i, locale := range locales {
		quoted[i] = strconv.Quote(locale)
	}
	return fmt.Sprintf(`Zendesk double at %[1]s

  articles  %[1]s/  (for everybody: %[2]s); add, edit, unpublish and archive them there
  visitors  %[1]s/hc/%[3]s
  control   %[1]s/__sim/  (faults, clock, journal, edits; %[4]s)

Sign in with the browser as %[5]s; the page suggests who, any password is right.
  client id  %[6]s (public, PKCE)
  redirects  %[7]s

For settings.toml:

[[account]]
id = "help-center"
source = "zendesk"
url = "%[1]s"
client_id = "%[6]s"
locales = [%[8]s]

Ctrl-C ends it.
`, base, counts, locales[0], c.controlLine("open to programs of this computer"), c.Role,
		zendeskClientID, strings.Join(zendeskRedirects(), "\n             "), strings.Join(quoted, ", "))
}

// served returns the languages there are articles in, the preferred ones
// first, and how many everybody may read in each. Without articles it returns
// the preferred ones.
func served(server *zendesksim.Server, preferred []string) (locales []string, counts string) {
	found := make(map[string]bool)
	for _, a := range server.Articles() {
		for _, t := range a.Translations {
			found[t.Locale] = true
		}
	}
	nothing := len(found) == 0
	for _, locale := range preferred {
		if locale = strings.ToLower(locale); found[locale] || nothing {
			locales = append(locales, locale)
			delete(found, locale)
		}
	}
	locales = append(locales, slices.Sorted(maps.Keys(found))...)
	var parts []string
	for _, locale := range locales {
		parts = append(parts, fmt.Sprintf("%d in %s", server.CountVisible(locale), locale))
	}
	return locales, strings.Join(parts, ", ")
}
