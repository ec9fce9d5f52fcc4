package setup

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
)

// Config says what a Desk works with.
type Config struct {
	// File is settings.toml. It need not exist yet.
	File string
	// Secrets returns the store of the home with this id, always the same one
	// for the same id.
	Secrets func(homeID string) (secret.Store, error)
	Records Records
	// Changed is called after settings or sign-ins have changed and returns when
	// that has taken effect; nil where nothing runs.
	Changed func(ctx context.Context) error
	// Tokens returns the token source that a running engine has for an entry of
	// the secret store, or nil: of two that renew one sign-in, one would lose
	// it. The function may be nil.
	Tokens func(entry string) *signin.Refreshing
	// Limits returns the limiters that a running engine has towards an account's
	// two sides, or nil: what one was told to wait, the other waits too. The
	// function may be nil.
	Limits func(account string) (source, dialpad *rest.Limiter)
	// StartAtLogin makes the agent start with this computer; it may be nil.
	StartAtLogin func(ctx context.Context) error
	// EraseRest removes what the Desk knows nothing of when everything is
	// forgotten: records, their key among the secrets, log, start at login. It
	// may be nil.
	EraseRest func(ctx context.Context, secrets secret.Store) error
	// OpenURL shows a page in the person's browser, and returns soon.
	OpenURL func(url string) error
	// Words are what the page at the end of a sign-in says; nil is English.
	Words func(signin.Outcome) signin.Words
	// SignInTimeout is how long a person may take in the browser; 0 means
	// signin.DefaultTimeout.
	SignInTimeout time.Duration
	UserAgent     string
	// Log gets classes of failures; nil discards them.
	Log *slog.Logger
}

// Memory is what is remembered of the accounts, also of those that settings.toml
// no longer names.
type Memory interface {
	Accounts(ctx context.Context) ([]string, error)
	Load(ctx context.Context, account string) (engine.State, engine.Counts, error)
	Rows(ctx context.Context, account string, keys []source.Key) (map[source.Key]engine.Row, error)
	Each(ctx context.Context, account string, which engine.Which) iter.Seq2[engine.Row, error]
}

// Records is a Memory that can be changed. *checkpoint.Store is one.
type Records interface {
	Memory
	Commit(ctx context.Context, account string, batch engine.Batch) error
	// Forget drops everything about an account.
	Forget(ctx context.Context, account string) error
}

// Desk takes a person's decisions about their accounts. It is safe for
// concurrent use: of two decisions about one account the second is refused with
// CodeBusy, of two sign-ins the second ends the first.
type Desk struct {
	cfg     Config
	file    sync.Mutex // held while settings.toml is read, changed and written
	newHome string     // the id of a home that has none in its file yet
	signing signing
	sides   sides

	mu   sync.Mutex
	busy map[string]bool // accounts that something is decided about
}

var (
	_ local.Connector = (*Desk)(nil)
	_ local.Selector  = (*Desk)(nil)
)

// New returns a Desk. It reads nothing yet.
func New(c Config) *Desk {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{cfg: c, newHome: settings.NewHomeID(), busy: map[string]bool{}, sides: sides{accounts: map[string]*side{}}}
}

// changedWithin bounds the wait for a change to take effect: a client that has
// gone does not end it.
const changedWithin = time.Minute

// changed makes a change take effect.
func (d *Desk) changed(ctx context.Context) error {
	if d.cfg.Changed == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), changedWithin)
	defer cancel()
	if err := d.cfg.Changed(ctx); err != nil {
		return fmt.Errorf("take up the new settings: %w", err)
	}
	return nil
}

// takeUp is changed for what is kept already: an engine that cannot begin now
// says so in its own picture.
func (d *Desk) takeUp(ctx context.Context) {
	if err := d.changed(ctx); err != nil {
		d.cfg.Log.Warn("what was changed has not taken effect yet", slog.Any("error", err))
	}
}

// take reserves an account for one decision, or is refused with CodeBusy.
func (d *Desk) take(account string) (release func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy[account] {
		return nil, &source.Error{Kind: source.Transient, Code: source.CodeBusy, Op: "change the account"}
	}
	d.busy[account] = true
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.busy, account)
	}, nil
}
