package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
)

const (
	// refreshEarly is how long before its end a token is renewed, or a tenth of
	// its life where that is shorter.
	refreshEarly = 5 * time.Minute
	// refreshGrace is how long a refresh goes on after its caller gave up,
	// because its answer may hold the only copy of the new tokens.
	refreshGrace = 5 * time.Second
	// saveEvery is the pause between tries to save tokens that could not be
	// saved.
	saveEvery = 30 * time.Second
	// saveTimeout bounds one try.
	saveTimeout = 15 * time.Second
)

// RefreshConfig is a token in a store and the vendor who renews it.
type RefreshConfig struct {
	Provider Provider
	Store    secret.Store
	// Name is the token's entry in the store ("help-center/token").
	Name string
	HTTP HTTP
}

// Refreshing gives access tokens and renews them before they end. Of all
// callers one refreshes, the others wait for it. A refresh token is sent again
// only while no answer to it has come; what a vendor with rotating tokens says
// then decides whether the person has to sign in again.
//
// A refresh begins by reading the store again, in case another process has
// renewed the token, and by proving the store writable; the new pair is saved
// before it is first used. If saving fails all the same, it is used from memory
// and saving is tried again.
type Refreshing struct {
	cfg  RefreshConfig
	turn turn

	// What follows belongs to whoever has the turn.
	held     Token
	stored   secret.Secret // the entry as it was last read or written
	rejected secret.Secret // an access token the vendor answered 401
	refused  secret.Secret // a refresh token the vendor answered invalid_grant
	asking   pause         // after a refresh that failed
	storing  pause         // after the store failed
	saveAt   time.Time     // when saving is tried again

	unsaved atomic.Bool
}

// NewRefreshing returns a token source that reads its token when it is first
// asked.
func NewRefreshing(cfg RefreshConfig) *Refreshing {
	return &Refreshing{cfg: cfg, turn: newTurn()}
}

// Format keeps tokens out of dumps.
func (*Refreshing) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[refreshing token]") }

// Unsaved says whether the tokens in use exist in memory only.
func (r *Refreshing) Unsaved() bool { return r.unsaved.Load() }

// Token returns an access token that is expected to work. Failures are
// *source.Error: SignIn when the person has to sign in again, Transient or
// Throttled (with RetryAt) when asking later helps, the store's own errors; or
// ctx's error. A failed refresh is no failure while the old token still works.
func (r *Refreshing) Token(ctx context.Context) (string, error) {
	if err := r.turn.take(ctx); err != nil {
		return "", fmt.Errorf("get a token: %w", err)
	}
	defer r.turn.give()
	if r.Unsaved() && time.Now().After(r.saveAt) {
		_ = r.save(ctx) // Unsaved tells
	}
	if r.fresh() {
		return r.held.Access.Reveal(), nil
	}
	return r.orOld(r.renew(ctx))
}

// Renew returns an access token newer than the rejected one, which the vendor
// answered 401. Failures are like Token's.
func (r *Refreshing) Renew(ctx context.Context, rejected string) (string, error) {
	if err := r.turn.take(ctx); err != nil {
		return "", fmt.Errorf("renew a token: %w", err)
	}
	defer r.turn.give()
	r.rejected = secret.Secret(rejected)
	if r.works() {
		return r.held.Access.Reveal(), nil
	}
	return r.orOld(r.renew(ctx))
}

// SaveNow tries to save tokens that exist in memory only, and forgets that the
// store failed a moment ago; nil when nothing is unsaved. It is for the end of
// the program and for a person who has just unlocked the keyring.
func (r *Refreshing) SaveNow(ctx context.Context) error {
	if err := r.turn.take(ctx); err != nil {
		return fmt.Errorf("save the sign-in: %w", err)
	}
	defer r.turn.give()
	r.storing.clear()
	if !r.Unsaved() {
		return nil
	}
	return r.save(ctx)
}

// works says whether the token at hand can be tried.
func (r *Refreshing) works() bool {
	return r.held.Access != "" && r.held.Access != r.rejected && !r.held.expired()
}

// fresh says whether it works and need not be renewed yet. One that cannot be
// renewed is fresh to its end.
func (r *Refreshing) fresh() bool {
	return r.works() && (r.held.Refresh == "" || !r.held.runsOut(refreshEarly))
}

// orOld gives the token at hand, or why there is none that works.
func (r *Refreshing) orOld(err error) (string, error) {
	if r.works() {
		return r.held.Access.Reveal(), nil
	}
	return "", err
}

// renew makes the token at hand a fresh one: from the store, or from the
// vendor. An error says why the one at hand is not fresh; it may still work.
func (r *Refreshing) renew(ctx context.Context) error {
	if err := r.asking.active(); err != nil && r.works() {
		return err
	}
	if err := r.lookUp(ctx); err != nil || r.fresh() {
		return err
	}
	switch r.held.Refresh {
	case "":
		return r.signIn(errors.New("the token has ended and cannot be renewed"))
	case r.refused:
		return r.signIn(errGrant)
	}
	if err := r.asking.active(); err != nil {
		return err
	}
	if err := r.proveWritable(ctx); err != nil {
		return err
	}
	return r.refresh(ctx)
}

func (r *Refreshing) signIn(cause error) error {
	return &source.Error{Kind: source.SignIn, Op: "renew the sign-in", Side: r.cfg.Provider.Side, Err: cause}
}

// lookUp rereads the store, unless it failed a moment ago. Where the pair in
// use exists in memory only, a store that fails is no reason to stop.
func (r *Refreshing) lookUp(ctx context.Context) error {
	err := r.storing.active()
	if err == nil {
		err = r.reread(ctx)
	}
	if r.Unsaved() {
		return nil
	}
	return err
}

// reread takes over what is in the store if it is not what we put or found
// there. An entry that is gone was taken away on purpose: the person signed
// out.
func (r *Refreshing) reread(ctx context.Context) error {
	t, raw, err := load(ctx, r.cfg.Store, r.cfg.Name)
	switch {
	case source.CodeOf(err) == source.CodeSecretMissing:
		r.adopt(Token{}, "")
		return err
	case err != nil:
		return r.storeFailed(ctx, err)
	}
	r.storing.clear()
	if raw != r.stored {
		r.adopt(t, raw)
	}
	return nil
}

// adopt makes the entry of the store the token in use.
func (r *Refreshing) adopt(t Token, raw secret.Secret) {
	r.held, r.stored = t, raw
	r.unsaved.Store(false)
}

// proveWritable makes sure that a new pair can be saved. Where the pair in use
// is not saved itself, the stored one is worthless already and there is nothing
// left to protect.
func (r *Refreshing) proveWritable(ctx context.Context) error {
	if r.Unsaved() {
		return nil
	}
	if err := secret.WritableBeside(ctx, r.cfg.Store, r.cfg.Name); err != nil {
		return r.storeFailed(ctx, err)
	}
	return nil
}

// storeFailed keeps a store that failed from being asked for every request; a
// locked keyring takes its time each time.
func (r *Refreshing) storeFailed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return r.storing.start(err)
}

// refresh asks the vendor once for a new pair and saves it.
func (r *Refreshing) refresh(ctx context.Context) error {
	asking, cancel := outliving(ctx, refreshGrace)
	defer cancel()
	t, err := r.cfg.HTTP.ask(asking, r.cfg.Provider.grant("renew the sign-in", map[string]any{
		"grant_type":    "refresh_token",
		"refresh_token": r.held.Refresh.Reveal(),
	}))
	switch {
	case err == nil:
		r.held = r.held.next(t)
		r.rejected, r.refused = "", ""
		r.asking.clear()
		_ = r.save(ctx) // the pair is used from memory then; Unsaved tells
		return nil
	case errors.Is(err, errGrant):
		r.refused = r.held.Refresh
		// Another process may have used it a moment before us; then its pair is
		// in the store, works, and is what the caller gets.
		if rereadErr := r.reread(ctx); rereadErr != nil {
			return rereadErr
		}
		return err
	case source.KindOf(err) == source.Unclassified:
		return fmt.Errorf("renew the sign-in: %w", ctx.Err()) // nothing else ends a request without a class
	}
	return r.asking.start(err)
}

// save writes the pair in use, even when the caller has lost interest.
func (r *Refreshing) save(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	raw := r.held.encode()
	err := r.cfg.Store.Set(ctx, r.cfg.Name, raw)
	r.unsaved.Store(err != nil)
	if err != nil {
		r.saveAt = time.Now().Add(saveEvery)
		return fmt.Errorf("save the sign-in: %w", err)
	}
	r.stored = raw
	return nil
}
