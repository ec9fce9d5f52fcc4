package setup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/settings"
)

// Choose keeps what is to be copied and begins to copy it. The removals that the
// person saw and agreed to, and whether they keep what an earlier set-up left,
// are their consent for exactly this selection; everything else waits for them
// as always. An account that runs stands still meanwhile. What fails leaves the
// account as it was.
func (d *Desk) Choose(ctx context.Context, ask local.ChooseRequest) error {
	release, err := d.take(ask.Account)
	if err != nil {
		return err
	}
	defer release()
	conf, a, err := d.known(ask.Account)
	if err != nil {
		return err
	}
	after := chosen(a, ask.Selection)
	after.Selected = true
	if err := d.canChoose(conf, after); err != nil {
		return err
	}
	if err := d.consent(ctx, a, after, ask); err != nil {
		return err
	}
	if err := d.editAccount(a.ID, func(to *settings.Account) { *to = chosen(*to, ask.Selection); to.Selected = true }); err != nil {
		return errors.Join(err, d.goOn(ctx, a))
	}
	if ask.StartAtLogin && d.cfg.StartAtLogin != nil {
		if err := d.cfg.StartAtLogin(ctx); err != nil {
			return errors.Join(fmt.Errorf("start with this computer: %w", err), d.changed(ctx))
		}
	}
	return d.changed(ctx)
}

// canChoose refuses a selection that neither settings.toml nor the source's own
// rules would take, before anything is changed. No request is made.
func (d *Desk) canChoose(conf *settings.Settings, a settings.Account) error {
	if err := d.valid(conf, a); err != nil {
		return err
	}
	_, done, err := d.source(conf, a)
	if err == nil {
		done()
	}
	return err
}

// consent keeps the person's word beside what is remembered of the account,
// which stands still meanwhile.
func (d *Desk) consent(ctx context.Context, a, after settings.Account, ask local.ChooseRequest) error {
	word := engine.Consent{Selection: SelectionPrint(after), Removals: ask.Removals, KeepFound: ask.KeepExtra}
	if word.Removals == 0 && !word.KeepFound {
		word = engine.Consent{}
	}
	names, err := d.cfg.Records.Accounts(ctx)
	if err != nil {
		return err
	}
	if word == (engine.Consent{}) && !slices.Contains(names, a.ID) {
		return nil // nothing is remembered that would have to be changed
	}
	if err := d.standStill(ctx, a); err != nil {
		return err
	}
	state, _, err := d.cfg.Records.Load(ctx, a.ID)
	if err == nil {
		state.Consent = word
		err = d.cfg.Records.Commit(ctx, a.ID, engine.Batch{State: &state, Durable: true})
	}
	if err != nil {
		return errors.Join(err, d.goOn(ctx, a))
	}
	return nil
}

// standStill ends the copying of an account until goOn. It is written down, so
// that a crash in between copies nothing either.
func (d *Desk) standStill(ctx context.Context, a settings.Account) error {
	if !a.Selected {
		return nil
	}
	if err := d.editAccount(a.ID, func(to *settings.Account) { to.Selected = false }); err != nil {
		return err
	}
	if err := d.changed(ctx); err != nil {
		return errors.Join(err, d.goOn(ctx, a))
	}
	return nil
}

// goOn lets the account be as it was before standStill.
func (d *Desk) goOn(ctx context.Context, a settings.Account) error {
	if !a.Selected {
		return nil
	}
	if err := d.editAccount(a.ID, func(to *settings.Account) { to.Selected = true }); err != nil {
		return err
	}
	return d.changed(ctx)
}
