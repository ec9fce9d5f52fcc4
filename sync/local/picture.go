package local

import "dialpadsync.app/sync/engine"

// Picture is what followers of the agent see: the engine's status, and whether
// the window was asked to come forward.
type Picture struct {
	engine.Status
	// Show changes whenever somebody wants to see the window.
	Show Show `json:"show"`
	// Activity counts the rows of activity there have been in this run of the
	// agent, so that a window knows when to ask for more.
	Activity int64 `json:"activity"`
	// NoIcon says that nothing of the program is in a panel: there is none, or the
	// agent was told to do without.
	NoIcon bool `json:"no_icon,omitempty"`
	// Parting is the disconnection under way, or the last one in this run of the
	// agent; nil before the first.
	Parting *Parting `json:"parting,omitempty"`
	// Ending says that the person quit: the window closes too.
	Ending bool `json:"ending,omitempty"`
}

// Parting is a disconnection, which goes on although whoever asked for it may
// have gone.
type Parting struct {
	// Number grows with every one.
	Number int           `json:"number"`
	Ask    ForgetRequest `json:"ask"`
	// Source is the source's own name, or the account's where nobody knows it any
	// more.
	Source string `json:"source,omitempty"`
	// Step is the newest piece of news. Over says that it was the last one.
	Step ForgetStep `json:"step"`
	Over bool       `json:"over,omitempty"`
}

// Show is the wish to see the window at a page.
type Show struct {
	// Count grows with every wish.
	Count int `json:"count"`
	// Page is one of the Page constants; Account is what it is about, or empty.
	Page    Page   `json:"page,omitempty"`
	Account string `json:"account,omitempty"`
}

// Page is a part of the window.
type Page string

// Pages of the window. The empty page is wherever the window is.
const (
	PageOverview Page = "overview"
	PageActivity Page = "activity"
	PageProblems Page = "problems"
	PageSettings Page = "settings"
	PageSetup    Page = "setup"
)

// known says that the page is one of them.
func (p Page) known() bool {
	switch p {
	case "", PageOverview, PageActivity, PageProblems, PageSettings, PageSetup:
		return true
	}
	return false
}
