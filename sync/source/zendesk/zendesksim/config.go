package zendesksim

import (
	"fmt"
	"io/fs"
	"net/url"
	"time"

	"dialpadsync.app/sync/sim"
)

// Role is what a person may do in the account.
type Role string

// The roles of Zendesk's users API.
const (
	Admin   Role = "admin"
	Agent   Role = "agent"
	EndUser Role = "end-user"
)

// staff tells whether the role sees drafts, every audience and the incremental
// feed.
func (r Role) staff() bool { return r == Admin || r == Agent }

// What Config.AutoConsent may say.
const (
	Approve = "approve"
	Deny    = "deny"
)

// Client is a registered OAuth client.
type Client struct {
	ID           string
	RedirectURIs []string // compared as exact strings
	Public       bool     // must use PKCE with S256; has no secret
	Secret       string   // of a confidential client
}

// Brand is one help center of the account. The first one holds what
// Config.Articles and Config.From bring.
type Brand struct {
	ID        int64
	Name      string
	Subdomain string
	// Base is the address under which the brand is served, scheme and host. A
	// request goes to the brand whose host it names, or else to the first. It
	// may be empty for the first: links then name the host of the request.
	Base string
	// NoHelpCenter makes every Help Center call answer 404.
	NoHelpCenter bool
	// Articles is how many articles to generate for a further brand.
	Articles int
}

// Quirks switch the behaviours that no public source settles. The zero value
// is what is most widely reported.
type Quirks struct {
	// TranslationsKeepUpdatedAt: editing or publishing a translation other than
	// the source locale's does not move the article's updated_at, so it does
	// not reach the incremental feed.
	TranslationsKeepUpdatedAt bool
	// DraftsLeaveFeed: the incremental feed has no drafts.
	DraftsLeaveFeed bool
	// LocaleFallback: a listing for a locale also has the articles without that
	// translation, in their source locale.
	LocaleFallback bool
	// NextPastEnd: links.next is set although meta.has_more is false.
	NextPastEnd bool
	// FreshStartRefused: a start_time less than a minute old is answered 422, as
	// the ticket exports do.
	FreshStartRefused bool
	// SignInRequired: requests without a token are answered 401.
	SignInRequired bool
	// UnknownScopeRefused: the token endpoint answers invalid_scope.
	UnknownScopeRefused bool
	// RefreshNeedsSecret: a public client cannot refresh.
	RefreshNeedsSecret bool
	// TokensWithoutExpiry: as clients made before 30 April 2026, no expiry and
	// no refresh token.
	TokensWithoutExpiry bool
	// ReadTokenStays: a token without the write scope cannot be revoked by
	// itself.
	ReadTokenStays bool
	// GrantErrorStatus is the status of invalid_grant; 0 means 400.
	GrantErrorStatus int
	// AttachmentHost is where attachments redirect to, scheme and host; empty
	// means that they are served in place.
	AttachmentHost string
}

// Config says what the double is like. The zero Config is an account with an
// empty help center in en-us whose person is an admin and that no client may
// sign in to with a browser.
type Config struct {
	// Seed decides the generated articles; the same seed gives the same ones.
	Seed uint64
	// Articles is how many are generated, all public and in every locale.
	Articles int
	// BodySize is about how many bytes a generated body has; 0 means 2,000.
	BodySize int
	// Drafts, Restricted and Untranslated are how many of the generated articles
	// are drafts everywhere, are for signed-in people only, or exist in the
	// first locale only. They are taken from the end, in this order.
	Drafts, Restricted, Untranslated int
	// Locales are in lower case; the first is the default and the source locale
	// of generated articles. Empty means en-us.
	Locales []string
	// From is a folder of HTML files to serve, or nil. See Server.Load.
	From fs.FS
	// Rescan looks at From again before a listing, at most once a second.
	Rescan bool

	Brands  []Brand // empty means one
	Clients []Client
	// Role is the role of the person who signs in; empty means Admin.
	Role Role
	// AutoConsent answers the sign-in without a page: Approve, Deny or "".
	AutoConsent string

	// PageClamp is the largest page of a listing; 0 means 100.
	PageClamp int
	// PerMinute is the plan's request limit. 0 means that the headers speak of
	// 700 and nothing is refused.
	PerMinute int
	// AccessLife and RefreshLife are the lifetimes of tokens whose request does
	// not ask for others; 0 means 30 minutes and 30 days.
	AccessLife, RefreshLife time.Duration
	Quirks                  Quirks

	// Key is what X-Sim-Key must say for /__sim/ calls. Without a key they are
	// open to programs of this computer, but not to web pages.
	Key string
	// Clock, Faults and Journal may be shared between doubles; nil means new.
	Clock   *sim.Clock
	Faults  *sim.Faults
	Journal *sim.Journal
}

// complete fills in what the zero value stands for.
func (c Config) complete() (Config, error) {
	if c.BodySize == 0 {
		c.BodySize = 2000
	}
	if len(c.Locales) == 0 {
		c.Locales = []string{"en-us"}
	}
	if c.Role == "" {
		c.Role = Admin
	}
	if c.PageClamp == 0 {
		c.PageClamp = maxPage
	}
	if c.AccessLife == 0 {
		c.AccessLife = 30 * time.Minute
	}
	if c.RefreshLife == 0 {
		c.RefreshLife = 30 * 24 * time.Hour
	}
	if c.Quirks.GrantErrorStatus == 0 {
		c.Quirks.GrantErrorStatus = 400
	}
	if len(c.Brands) == 0 {
		c.Brands = []Brand{{ID: 1, Name: "Acme", Subdomain: "acme"}}
	}
	if c.Clock == nil {
		c.Clock = sim.NewClock()
	}
	if c.Faults == nil {
		c.Faults = sim.NewFaults(c.Clock, c.Seed)
	}
	if c.Journal == nil {
		c.Journal = sim.NewJournal(0)
	}
	return c, c.check()
}

func (c Config) check() error {
	switch {
	case c.Articles < 0 || c.Drafts+c.Restricted+c.Untranslated > c.Articles:
		return fmt.Errorf("%d articles cannot have %d drafts, %d restricted and %d untranslated ones", c.Articles, c.Drafts, c.Restricted, c.Untranslated)
	case c.Role != Admin && c.Role != Agent && c.Role != EndUser:
		return fmt.Errorf("unknown role %q", c.Role)
	case c.AutoConsent != "" && c.AutoConsent != Approve && c.AutoConsent != Deny:
		return fmt.Errorf("unknown consent %q", c.AutoConsent)
	case c.PageClamp < 1 || c.PageClamp > maxPage:
		return fmt.Errorf("a page of %d is not within 1 and %d", c.PageClamp, maxPage)
	}
	for _, locale := range c.Locales {
		if !isLocale(locale) {
			return fmt.Errorf("%q is not a locale such as en-us", locale)
		}
	}
	seen := make(map[int64]bool)
	for i, b := range c.Brands {
		u, err := url.Parse(b.Base)
		if err != nil || (b.Base != "" && u.Host == "") || (b.Base == "" && i > 0) {
			return fmt.Errorf("brand %q needs an address with scheme and host", b.Name)
		}
		if seen[b.ID] {
			return fmt.Errorf("two brands have the id %d", b.ID)
		}
		seen[b.ID] = true
	}
	return nil
}
