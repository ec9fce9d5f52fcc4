package local

import (
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Account is one account as settings.toml describes it.
type Account struct {
	ID string `json:"id"`
	// Source is the catalog's name, Title the source's own.
	Source   string `json:"source"`
	Title    string `json:"title"`
	URL      string `json:"url"`
	Host     string `json:"host"`
	ClientID string `json:"client_id,omitempty"`
	// Selected says that what to copy has been chosen: a set-up that was broken
	// off goes on there.
	Selected  bool          `json:"selected"`
	Selection Selection     `json:"selection"`
	Interval  time.Duration `json:"interval"`
}

// Setup is how far the set-up has come.
type Setup struct {
	Accounts []Account `json:"accounts"`
	// Dialpad is where Dialpad is, without a secret; nil while it is not
	// connected.
	Dialpad *DialpadRequest `json:"dialpad,omitempty"`
	// SignedIn lists the accounts whose sign-in is kept on this computer;
	// "dialpad" stands for Dialpad.
	SignedIn []string `json:"signed_in"`
	// Problem is why SignedIn is not complete: a password store that is locked.
	Problem *engine.Problem `json:"problem,omitempty"`
	// Leftovers are accounts that were taken out of settings.toml by hand and
	// left answers in Dialpad. Forgetting them removes those.
	Leftovers []Leftover `json:"leftovers,omitempty"`
}

// Leftover is an account that settings.toml no longer names.
type Leftover struct {
	Account string `json:"account"`
	// Documents is how many of its answers Dialpad holds, as far as is known.
	Documents int `json:"documents"`
}

// ForgetRequest disconnects an account, or removes everything of this program
// from this computer.
type ForgetRequest struct {
	Account string `json:"account,omitempty"`
	// Everything forgets all accounts, Dialpad, records, settings and the start
	// at login, and then ends the agent.
	Everything bool `json:"everything,omitempty"`
	// DeleteDocuments removes the copied answers from Dialpad first.
	DeleteDocuments bool `json:"delete_documents,omitempty"`
	// Anyway forgets although Dialpad no longer lets us remove the answers.
	Anyway bool `json:"anyway,omitempty"`
	// Stays says that it goes on when whoever asked for it has gone.
	Stays bool `json:"stays,omitempty"`
}

// ForgetStep is one piece of news about a disconnection.
type ForgetStep struct {
	// Number is the Parting's, where an agent does it.
	Number int `json:"number,omitempty"`
	// Removed of Total answers have gone from Dialpad.
	Removed int `json:"removed,omitempty"`
	Total   int `json:"total,omitempty"`
	// Done says that the account is forgotten. NotConfirmed says that the
	// source did not confirm the withdrawal of the sign-in.
	Done         bool            `json:"done,omitempty"`
	NotConfirmed bool            `json:"not_confirmed,omitempty"`
	Problem      *engine.Problem `json:"problem,omitempty"`
}

// Preferences are the settings a person changes in the window.
type Preferences struct {
	// Interval is the time between two checks, of every account.
	Interval time.Duration `json:"interval"`
	// PauseOnBattery and PauseOnMetered wait while the computer runs on its
	// battery or the network costs by the megabyte.
	PauseOnBattery bool `json:"pause_on_battery"`
	PauseOnMetered bool `json:"pause_on_metered"`
	StartAtLogin   bool `json:"start_at_login"`
	// Theme is "", "light" or "dark"; Language "", "en" or "de". Empty follows
	// the system.
	Theme    string `json:"theme"`
	Language string `json:"language"`
	// Folders are where settings, records and log are; shown, not changed.
	Folders Folders `json:"folders"`
}

// Folders are the places this program keeps things in.
type Folders struct {
	Settings string `json:"settings"`
	Records  string `json:"records"`
	Log      string `json:"log"`
	// Secrets names the store of the sign-ins ("keyring", "dir:PATH").
	Secrets string `json:"secrets"`
}

// ActivityRow is one thing that happened to a document in this run of the
// agent. Titles live in memory only.
type ActivityRow struct {
	// Number grows by one with every row.
	Number  int64          `json:"number"`
	At      time.Time      `json:"at"`
	Account string         `json:"account"`
	Key     source.Key     `json:"key"`
	Title   string         `json:"title,omitempty"`
	Deed    engine.Deed    `json:"deed"`
	Reason  source.Removal `json:"reason,omitempty"`
	Code    source.Code    `json:"code,omitempty"`
}

// Day is what changed in Dialpad on one day of this computer's time zone.
type Day struct {
	Date    time.Time `json:"date"`
	Created int       `json:"created"`
	Updated int       `json:"updated"`
	Deleted int       `json:"deleted"`
}
