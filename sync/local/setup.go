package local

import (
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// SourceCard is one source that can be connected.
type SourceCard struct {
	// Name is the catalog's, Title the source's own name for people.
	Name  string `json:"name"`
	Title string `json:"title"`
	// Keys are what a person copies from the source's own page instead of signing
	// in with the browser, as that page names them.
	Keys []string `json:"keys,omitempty"`
}

// AddressRequest is what a person typed as the source's address.
type AddressRequest struct {
	Source string `json:"source"`
	Text   string `json:"text"`
}

// Address is what the typed text leads to.
type Address struct {
	// URL is the account's address, Host the part of it people know.
	URL  string `json:"url"`
	Host string `json:"host"`
	// ClientID is the identifier that is known already (built in, or from an
	// account of this address); without one an admin makes it as Registration
	// says.
	ClientID     string       `json:"client_id,omitempty"`
	Registration Registration `json:"registration"`
	// Account is the id of the account that has this address already, or empty.
	Account string `json:"account,omitempty"`
}

// Registration is what an admin does once so that the source knows this
// program.
type Registration struct {
	// Page is where it begins: an address to open.
	Page  string   `json:"page,omitempty"`
	Steps []string `json:"steps,omitempty"`
	// Name, Identifier and Redirects are texts to copy.
	Name       string   `json:"name,omitempty"`
	Identifier string   `json:"identifier,omitempty"`
	Redirects  []string `json:"redirects,omitempty"`
}

// ConnectRequest starts a sign-in in the browser. With Source "dialpad" it is
// Dialpad's (experimental), with what Dialpad says; else it is a source's.
type ConnectRequest struct {
	Source string `json:"source"`
	// Account is the account to sign in again, or empty for a new one.
	Account string `json:"account,omitempty"`
	// Address is what the person typed; empty for an account that has one.
	Address  string   `json:"address,omitempty"`
	ClientID string   `json:"client_id,omitempty"`
	Locales  []string `json:"locales,omitempty"`
	// AnyRole goes on although the person sees only a part of the answers;
	// MinimalScope asks for the least rights that still work.
	AnyRole      bool            `json:"any_role,omitempty"`
	MinimalScope bool            `json:"minimal_scope,omitempty"`
	Dialpad      *DialpadRequest `json:"dialpad,omitempty"`
	// Keys are the texts of a source that has them, in the order of its card.
	// They travel over the private socket only.
	Keys []string `json:"keys,omitempty"`
}

// ConnectStage says how far a sign-in has come.
type ConnectStage string

const (
	// ConnectOpened: the browser shows the sign-in page, or could not be
	// started and URL is to be opened by hand.
	ConnectOpened ConnectStage = "opened"
	// ConnectFinishing: the person has agreed; what may be read is being checked.
	ConnectFinishing ConnectStage = "finishing"
	// ConnectDone: the sign-in is kept.
	ConnectDone ConnectStage = "done"
	// ConnectFailed: it came to nothing, and Problem says why. Nothing was
	// changed.
	ConnectFailed ConnectStage = "failed"
)

// ConnectStep is one piece of news about a sign-in under way.
type ConnectStep struct {
	Stage ConnectStage `json:"stage"`
	// URL is the page to sign in at and Until the end of the wait. NotOpened
	// says that no browser could be started.
	URL       string    `json:"url,omitempty"`
	Until     time.Time `json:"until,omitzero"`
	NotOpened bool      `json:"not_opened,omitempty"`
	// Account and Who are known when it is done; Who also when the role is too
	// small.
	Account string  `json:"account,omitempty"`
	Who     *Person `json:"who,omitempty"`
	// Dialpad is what Dialpad answered, for its own sign-in.
	Dialpad *DialpadAnswer  `json:"dialpad,omitempty"`
	Problem *engine.Problem `json:"problem,omitempty"`
}

// Person is who signed in, as the source names them. It is shown, never
// stored.
type Person struct {
	Name string `json:"name"`
	Role string `json:"role,omitempty"`
}

// DialpadRequest is where Dialpad is and how to sign in there.
type DialpadRequest struct {
	// Region is eu, us or custom; URL is for custom only.
	Region   string `json:"region"`
	URL      string `json:"url,omitempty"`
	ClientID string `json:"client_id"`
	// ClientSecret travels over the private socket only; empty means the one
	// that is kept already.
	ClientSecret string `json:"client_secret,omitempty"`
	// Keep says to keep the sign-in when Dialpad takes it; else it is only
	// tested.
	Keep bool `json:"keep,omitempty"`
}

// DialpadAnswer is what a tested Dialpad holds.
type DialpadAnswer struct {
	Version string `json:"version"`
	// Ours are the documents an earlier set-up of the same sources left,
	// Elsewhere those that are not ours and stay untouched.
	Ours      int `json:"ours"`
	Elsewhere int `json:"elsewhere"`
}

// Selection is what of a source is copied.
type Selection struct {
	// Collections are ids of what is ticked; empty means all that is public.
	Collections       []string `json:"collections"`
	Locales           []string `json:"locales"`
	IncludeRestricted bool     `json:"include_restricted,omitempty"`
	IncludeDrafts     bool     `json:"include_drafts,omitempty"`
}

// Choices is what can be ticked at a source, parents before children;
// languages are collections "locale:…" without a parent.
type Choices struct {
	Collections []source.Collection `json:"collections"`
	// Chosen is what is ticked now; Locales is filled in with the source's own
	// language where nothing was chosen yet.
	Chosen Selection `json:"chosen"`
	// Idle is how long the sign-in lives while this computer is off, or 0 where
	// it does not end.
	Idle time.Duration `json:"idle,omitempty"`
}

// ChooseRequest is about a selection of an account: to plan it, to look at a
// sample of it, or to begin copying it.
type ChooseRequest struct {
	Account   string    `json:"account"`
	Selection Selection `json:"selection"`
	// Removals is the number of removals the person saw and agreed to; more
	// than these wait for them.
	Removals int `json:"removals,omitempty"`
	// KeepExtra keeps what an earlier set-up left in Dialpad and is not ticked.
	KeepExtra bool `json:"keep_extra,omitempty"`
	// StartAtLogin starts the agent with this computer.
	StartAtLogin bool `json:"start_at_login,omitempty"`
}

// Plan is what a selection would do, from complete listings of both sides.
type Plan struct {
	// ByLocale counts the selected documents of each language, Total all.
	ByLocale map[string]int `json:"by_locale"`
	Total    int            `json:"total"`
	// Already of them are in Dialpad, Add will be added.
	Already int `json:"already"`
	Add     int `json:"add"`
	// Remove counts documents this account copied that are no longer ticked and
	// will be removed; Extra what an earlier set-up left that is not ticked.
	Remove int `json:"remove"`
	Extra  int `json:"extra"`
}

// PlanStep is one piece of news while a plan is made: how many documents have
// been counted, then the plan or why there is none.
type PlanStep struct {
	Counted int             `json:"counted,omitempty"`
	Plan    *Plan           `json:"plan,omitempty"`
	Problem *engine.Problem `json:"problem,omitempty"`
}

// Sample is one selected document as it will look in Dialpad.
type Sample struct {
	Title  string `json:"title"`
	HTML   string `json:"html"`
	URL    string `json:"url,omitempty"`
	Locale string `json:"locale,omitempty"`
}
