package setup

import (
	"context"
	"errors"
	"strconv"

	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/source"
)

// newID names a new account: as it was asked for, or after its source
// ("help-center"), with a number where that is taken by settings.toml or by what
// is remembered. What is remembered of this very account, because it was taken
// out of settings.toml by hand, is taken up again; what is remembered of another
// one is never mixed with it.
func (d *Desk) newID(ctx context.Context, conf *settings.Settings, w wish) (string, error) {
	values, err := d.remembered(ctx)
	if err != nil {
		return "", err
	}
	if asked := w.account.ID; asked != "" {
		if value, taken := values[asked]; taken && value != w.account.SourceValue {
			return "", &source.Error{
				Kind: source.Fatal, Code: source.CodeOtherAccount, Op: "name the account", Side: "source", Host: value,
				Err: errors.New("an account of this name is remembered with other documents; forget it first"),
			}
		}
		return asked, nil
	}
	taken := map[string]bool{}
	for _, a := range conf.Accounts {
		taken[a.ID] = true
	}
	for id, value := range values {
		if !taken[id] && value == w.account.SourceValue {
			return id, nil
		}
	}
	for id := range values {
		taken[id] = true
	}
	id := w.entry.AccountID
	for n := 2; taken[id]; n++ {
		id = w.entry.AccountID + "-" + strconv.Itoa(n)
	}
	return id, nil
}

// remembered are the source values of all accounts that anything is remembered
// of.
func (d *Desk) remembered(ctx context.Context) (map[string]string, error) {
	names, err := d.cfg.Records.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	values := make(map[string]string, len(names))
	for _, name := range names {
		state, _, err := d.cfg.Records.Load(ctx, name)
		if err != nil {
			return nil, err
		}
		values[name] = state.SourceValue
	}
	return values, nil
}
