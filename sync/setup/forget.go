package setup

import (
	"context"
	"errors"
	"io/fs"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/settings/atomicfile"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
)

// Forget disconnects an account, one that settings.toml no longer names too, or
// removes everything. It withdraws the sign-in at the source, and removes the
// copied answers first where that is wished: without the rest they could no
// longer be found. The last piece of news is Done or has the problem; then the
// account is as it was, without the answers that are gone. None comes when ctx
// ends.
func (d *Desk) Forget(ctx context.Context, ask local.ForgetRequest, tell func(local.ForgetStep)) {
	var step local.ForgetStep
	told := func(s local.ForgetStep) {
		step = s
		tell(s)
	}
	var notConfirmed bool
	var err error
	if ask.Everything {
		notConfirmed, err = d.forgetAll(ctx, ask, told)
	} else {
		notConfirmed, err = d.forget(ctx, ask, told)
	}
	switch {
	case err == nil:
		step.Done, step.NotConfirmed = true, notConfirmed
	case ctx.Err() != nil:
		return
	default:
		problem := engine.ProblemOf(err)
		step.Problem = &problem
	}
	tell(step)
}

// forget disconnects one account.
func (d *Desk) forget(ctx context.Context, ask local.ForgetRequest, tell func(local.ForgetStep)) (notConfirmed bool, err error) {
	release, err := d.take(ask.Account)
	if err != nil {
		return false, err
	}
	defer release()
	conf, err := d.load()
	if err != nil {
		return false, err
	}
	i, missing := find(conf, ask.Account)
	if missing != nil {
		return d.forgetLeftover(ctx, conf, ask, tell)
	}
	a := conf.Accounts[i]
	secrets, err := d.secrets(conf)
	if err != nil {
		return false, err
	}
	if err := answers(ctx, secrets, TokenName(a.ID)); err != nil {
		return false, err
	}
	if err := d.standStill(ctx, a); err != nil {
		return false, err
	}
	if ask.DeleteDocuments {
		err := d.removeDocuments(ctx, conf, removal{account: a.ID, value: a.SourceValue, goesOn: true}, tell)
		if err != nil && (!ask.Anyway || ctx.Err() != nil) {
			return false, errors.Join(err, d.goOn(ctx, a))
		}
	}
	notConfirmed, err = d.signOut(ctx, a, secrets)
	if err != nil {
		return false, errors.Join(err, d.goOn(ctx, a))
	}
	return notConfirmed, d.drop(ctx, a.ID)
}

// answers proves that a secret store can be asked for an entry.
func answers(ctx context.Context, secrets secret.Store, entry string) error {
	if _, err := secrets.Get(ctx, entry); err != nil && !errors.Is(err, secret.ErrNotFound) {
		return err
	}
	return nil
}

// drop takes the account out of settings and records. The sign-in is gone, so
// that a client that goes now does not leave the rest.
func (d *Desk) drop(ctx context.Context, id string) error {
	ctx = context.WithoutCancel(ctx)
	err := d.edit(func(conf *settings.Settings) error {
		i, err := find(conf, id)
		if err == nil {
			conf.Accounts = append(conf.Accounts[:i], conf.Accounts[i+1:]...)
		}
		return err
	})
	if err != nil {
		return err
	}
	d.takeUp(ctx)
	return d.cfg.Records.Forget(ctx, id)
}

// signOut withdraws an account's sign-in. A withdrawal that the source did not
// confirm is told and undoes nothing.
func (d *Desk) signOut(ctx context.Context, a settings.Account, secrets secret.Store) (notConfirmed bool, err error) {
	entry, base, err := sideOf(a)
	if err != nil {
		return false, err
	}
	d.forgetSide(a.ID)
	return d.withdrawn(ctx, signin.RefreshConfig{
		Provider: entry.SignIn(base, a.ClientID, a.MinimalScope), Store: secrets, Name: TokenName(a.ID), HTTP: d.http(),
	})
}

func (d *Desk) withdrawn(ctx context.Context, config signin.RefreshConfig) (notConfirmed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, withdrawWithin)
	defer cancel()
	err = signin.SignOut(ctx, config)
	if errors.Is(err, signin.ErrNotConfirmed) {
		return true, nil
	}
	return false, err
}

// signOutDialpad ends a person's own sign-in to Dialpad, where there is one.
func (d *Desk) signOutDialpad(ctx context.Context, conf settings.Dialpad, secrets secret.Store) (notConfirmed bool, err error) {
	provider, err := DialpadProvider(ctx, conf, secrets)
	if err != nil {
		return false, err
	}
	return d.withdrawn(ctx, signin.RefreshConfig{Provider: provider, Store: secrets, Name: DialpadToken, HTTP: d.http()})
}

// forgetLeftover forgets an account that only the records know. How its sign-in
// could be withdrawn is no longer known.
func (d *Desk) forgetLeftover(ctx context.Context, conf *settings.Settings, ask local.ForgetRequest, tell func(local.ForgetStep)) (notConfirmed bool, err error) {
	values, err := d.remembered(ctx)
	if err != nil {
		return false, err
	}
	value, ok := values[ask.Account]
	if !ok {
		return false, noAccount(ask.Account)
	}
	secrets, err := d.secrets(conf)
	if err != nil {
		return false, err
	}
	if ask.DeleteDocuments && !claimed(conf, value) {
		err := d.removeDocuments(ctx, conf, removal{account: ask.Account, value: value}, tell)
		if err != nil && (!ask.Anyway || ctx.Err() != nil) {
			return false, err
		}
	}
	held, err := holdsToken(ctx, secrets, TokenName(ask.Account))
	if err != nil {
		return false, err
	}
	if err := secrets.Delete(ctx, TokenName(ask.Account)); held && err != nil {
		return false, err
	}
	return held, d.cfg.Records.Forget(ctx, ask.Account)
}

// forgetAll forgets every account, Dialpad, and what the agent keeps.
// settings.toml goes last, so that what fails can be begun again.
func (d *Desk) forgetAll(ctx context.Context, ask local.ForgetRequest, tell func(local.ForgetStep)) (notConfirmed bool, err error) {
	conf, err := d.load()
	if err != nil {
		return false, err
	}
	secrets, err := d.secrets(conf)
	if err != nil {
		return false, err
	}
	names, err := d.cfg.Records.Accounts(ctx)
	if err != nil {
		return false, err
	}
	for _, a := range conf.Accounts {
		names = append(names, a.ID)
	}
	sum := sum{tell: tell}
	for _, name := range names {
		one := ask
		one.Account = name
		open, err := d.forget(ctx, one, sum.told)
		if err != nil && !errors.Is(err, engine.ErrUnknownAccount) { // named by both, and forgotten already
			return false, err
		}
		notConfirmed = notConfirmed || open
		sum.next()
	}
	open, err := d.forgetDialpad(ctx, conf.Dialpad, secrets)
	if err != nil {
		return false, err
	}
	if d.cfg.EraseRest != nil {
		if err := d.cfg.EraseRest(ctx, secrets); err != nil {
			return false, err
		}
	}
	return notConfirmed || open, d.removeFile()
}

// sum adds up the answers removed of several accounts.
type sum struct {
	tell         func(local.ForgetStep)
	before, last local.ForgetStep
}

func (s *sum) told(step local.ForgetStep) {
	s.last = step
	step.Removed += s.before.Removed
	step.Total += s.before.Total
	s.tell(step)
}

func (s *sum) next() {
	s.before.Removed += s.last.Removed
	s.before.Total += s.last.Total
	s.last = local.ForgetStep{}
}

func (d *Desk) forgetDialpad(ctx context.Context, conf settings.Dialpad, secrets secret.Store) (notConfirmed bool, err error) {
	if conf.SignIn == settings.SignInBrowser {
		if notConfirmed, err = d.signOutDialpad(ctx, conf, secrets); err != nil {
			return false, err
		}
	}
	return notConfirmed, secrets.Delete(ctx, DialpadSecret)
}

func (d *Desk) removeFile() error {
	d.file.Lock()
	defer d.file.Unlock()
	err := atomicfile.Remove(d.cfg.File)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return writeFailed(d.cfg.File, err)
	}
	return nil
}

// unknownValue says that nobody knows which documents an account had.
func unknownValue() error {
	return &source.Error{
		Kind: source.Fatal, Code: source.CodeNoAccount, Op: "find the account's answers", Side: "dialpad",
		Err: errors.New("its source value was never remembered"),
	}
}
