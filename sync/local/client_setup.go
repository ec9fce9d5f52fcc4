package local

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// Sources lists what can be connected.
func (c *Client) Sources(ctx context.Context) ([]SourceCard, error) {
	var cards []SourceCard
	return cards, c.call(ctx, http.MethodGet, "/v2/sources", nil, &cards)
}

// Setup says how far the set-up has come.
func (c *Client) Setup(ctx context.Context) (Setup, error) {
	var s Setup
	return s, c.call(ctx, http.MethodGet, "/v2/setup", nil, &s)
}

// Address says where the typed text leads, or CodeAddress when it is none.
func (c *Client) Address(ctx context.Context, ask AddressRequest) (Address, error) {
	var a Address
	return a, c.call(ctx, http.MethodPost, "/v2/address", ask, &a)
}

// Connect signs in through the browser and tells f of every step; the last one
// is ConnectDone or ConnectFailed. Ending ctx cancels the sign-in.
func (c *Client) Connect(ctx context.Context, ask ConnectRequest, f func(ConnectStep)) error {
	return stream(ctx, c, http.MethodPost, "/v2/connect", ask, f)
}

// OpenAgain opens the page of the sign-in under way in the browser once more.
func (c *Client) OpenAgain(ctx context.Context) error {
	return c.call(ctx, http.MethodPost, "/v2/connect/open", struct{}{}, nil)
}

// Dialpad tests the sign-in to Dialpad and, with Keep, keeps it.
func (c *Client) Dialpad(ctx context.Context, ask DialpadRequest) (DialpadAnswer, error) {
	var a DialpadAnswer
	return a, c.call(ctx, http.MethodPost, "/v2/dialpad", ask, &a)
}

// Choices lists what can be ticked at the account's source.
func (c *Client) Choices(ctx context.Context, account string) (Choices, error) {
	var choices Choices
	return choices, c.call(ctx, http.MethodGet, "/v2/choices?account="+url.QueryEscape(account), nil, &choices)
}

// Plan finds out what a selection would do, telling f of the progress; the last
// step has the plan or the problem. Nothing is written.
func (c *Client) Plan(ctx context.Context, ask ChooseRequest, f func(PlanStep)) error {
	return stream(ctx, c, http.MethodPost, "/v2/plan", ask, f)
}

// Sample reads one selected document as it will look in Dialpad.
func (c *Client) Sample(ctx context.Context, ask ChooseRequest) (Sample, error) {
	var s Sample
	return s, c.call(ctx, http.MethodPost, "/v2/sample", ask, &s)
}

// Choose keeps a selection and begins to copy it.
func (c *Client) Choose(ctx context.Context, ask ChooseRequest) error {
	return c.call(ctx, http.MethodPost, "/v2/choose", ask, nil)
}

// Forget disconnects and tells f of every step; the last one is Done or has the
// problem.
func (c *Client) Forget(ctx context.Context, ask ForgetRequest, f func(ForgetStep)) error {
	return stream(ctx, c, http.MethodPost, "/v2/forget", ask, f)
}

// Preferences returns the settings of the window.
func (c *Client) Preferences(ctx context.Context) (Preferences, error) {
	var p Preferences
	return p, c.call(ctx, http.MethodGet, "/v2/preferences", nil, &p)
}

// SetPreferences keeps them. Folders are ignored.
func (c *Client) SetPreferences(ctx context.Context, p Preferences) error {
	return c.call(ctx, http.MethodPost, "/v2/preferences", p, nil)
}

// Activity returns the rows after a number, oldest first, at most the last
// 2,000.
func (c *Client) Activity(ctx context.Context, after int64) ([]ActivityRow, error) {
	var rows []ActivityRow
	return rows, c.call(ctx, http.MethodGet, "/v2/activity?after="+strconv.FormatInt(after, 10), nil, &rows)
}

// History returns the last 30 days, oldest first, days without changes
// included.
func (c *Client) History(ctx context.Context) ([]Day, error) {
	var days []Day
	return days, c.call(ctx, http.MethodGet, "/v2/history", nil, &days)
}

// Diagnostics returns a text for whoever helps: versions, states and classes of
// failures, no content and no secrets.
func (c *Client) Diagnostics(ctx context.Context) (string, error) {
	var text string
	return text, c.call(ctx, http.MethodGet, "/v2/diagnostics", nil, &text)
}

// Retry tries a document that could not be copied again, now.
func (c *Client) Retry(ctx context.Context, ask DocumentRequest) error {
	return c.call(ctx, http.MethodPost, "/v2/retry", ask, nil)
}

// OpenDocument opens a document's public page in the browser.
func (c *Client) OpenDocument(ctx context.Context, ask DocumentRequest) error {
	return c.call(ctx, http.MethodPost, "/v2/open", ask, nil)
}

// Show brings the window forward at a page, starting it where none is open.
func (c *Client) Show(ctx context.Context, page Page, account string) error {
	return c.call(ctx, http.MethodPost, "/v2/show", Show{Page: page, Account: account}, nil)
}
