package setup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/settings/atomicfile"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
)

// Load reads settings.toml with everything that only the catalog of sources can
// find wrong in it. Errors are as settings.Load's.
func Load(file string) (*settings.Settings, error) {
	return settings.Load(file, sourceNames(), checkAddresses)
}

// CheckValues finds a source value in settings.toml that is another one than
// the account was set up with, by account. Everything would be copied a second
// time.
func CheckValues(file string, remembered map[string]string) error {
	_, err := settings.Load(file, sourceNames(), func(s *settings.Settings) []settings.Mistake {
		var mistakes []settings.Mistake
		for i, a := range s.Accounts {
			if known := remembered[a.ID]; known != "" && a.SourceValue != known {
				mistakes = append(mistakes, settings.Mistake{
					Key:     settings.AccountKey(i, "source_value"),
					Problem: "is not the one this account was set up with, so everything would be copied a second time",
					Remedy:  fmt.Sprintf("Write source_value = %q, or forget the account first.", known),
				})
			}
		}
		return mistakes
	})
	return err
}

func sourceNames() []string {
	var names []string
	for _, entry := range catalog.All() {
		names = append(names, entry.Name)
	}
	return names
}

// checkAddresses finds addresses of sources that are not written as the source
// is reached, and says which to use.
func checkAddresses(s *settings.Settings) []settings.Mistake {
	var mistakes []settings.Mistake
	for i, a := range s.Accounts {
		entry, ok := catalog.Find(a.Source)
		if !ok || a.URL == "" {
			continue // Load has its own words for it
		}
		base, _, err := entry.ParseAddress(a.URL)
		u, parseErr := url.Parse(a.URL)
		switch {
		case parseErr == nil && (u.User != nil || u.Scheme == "http" && (err != nil || base.Scheme != "http")):
			continue // and for this
		case err != nil:
			mistakes = append(mistakes, settings.Mistake{
				Key: settings.AccountKey(i, "url"), Problem: "cannot be used: " + err.Error(),
				Remedy: "Write it with https:// before it.",
			})
		case base.String() != a.URL:
			mistakes = append(mistakes, settings.Mistake{
				Key: settings.AccountKey(i, "url"), Problem: "is not the address " + entry.Title + " is reached at",
				Remedy: fmt.Sprintf("Write url = %q.", base),
			})
		}
	}
	return mistakes
}

// Fill writes what is written once and never again into settings.toml: the
// home's id and each account's source value. It returns the settings; errors are
// as Load's and Save's of settings.
func (d *Desk) Fill() (*settings.Settings, error) {
	d.file.Lock()
	defer d.file.Unlock()
	conf, err := Load(d.cfg.File)
	if err != nil {
		return nil, err
	}
	changed := conf.HomeID == ""
	if changed {
		conf.HomeID = d.newHome
	}
	for i, a := range conf.Accounts {
		if a.SourceValue != "" {
			continue
		}
		entry, base, err := sideOf(a)
		if err != nil {
			return nil, err
		}
		conf.Accounts[i].SourceValue = entry.SourceValue(base)
		changed = true
	}
	if changed {
		err = conf.Save(d.cfg.File)
	}
	return conf, err
}

// sideOf is an account's source and address, which Load has checked.
func sideOf(a settings.Account) (catalog.Entry, *url.URL, error) {
	entry, ok := catalog.Find(a.Source)
	base, err := url.Parse(a.URL)
	if err != nil || !ok {
		return entry, nil, &source.Error{Kind: source.Fatal, Code: source.CodeSettings, Op: "read settings.toml", Err: err}
	}
	return entry, base, nil
}

// load reads the settings, or begins new ones where there are none. A home
// without an id gets the Desk's new one, which is kept when the settings are.
func (d *Desk) load() (*settings.Settings, error) {
	conf, err := Load(d.cfg.File)
	if errors.Is(err, fs.ErrNotExist) {
		conf, err = settings.Default(), nil
	}
	if err != nil {
		return nil, classed(err)
	}
	if conf.HomeID == "" {
		conf.HomeID = d.newHome
	}
	return conf, nil
}

// classed gives a mistake in the settings its class.
func classed(err error) error {
	var mistake *settings.Error
	if errors.As(err, &mistake) && source.KindOf(err) == source.Unclassified {
		return &source.Error{Kind: source.Fatal, Code: source.CodeSettings, Op: "read settings.toml", Err: err}
	}
	return err
}

// Edit changes the settings, which need not exist yet, and makes that take
// effect. Changes of different
// callers never overwrite each other.
func (d *Desk) Edit(ctx context.Context, change func(*settings.Settings) error) error {
	if err := d.ready(); err != nil {
		return err
	}
	if err := d.edit(change); err != nil {
		return err
	}
	return d.changed(ctx)
}

func (d *Desk) edit(change func(*settings.Settings) error) error {
	d.file.Lock()
	defer d.file.Unlock()
	conf, err := d.load()
	if err != nil {
		return err
	}
	if err := change(conf); err != nil {
		return err
	}
	return classed(conf.Save(d.cfg.File))
}

// editAccount changes one account's settings.
func (d *Desk) editAccount(id string, change func(*settings.Account)) error {
	return d.edit(func(conf *settings.Settings) error {
		i, err := find(conf, id)
		if err == nil {
			change(&conf.Accounts[i])
		}
		return err
	})
}

// find returns the account's place in the settings.
func find(conf *settings.Settings, id string) (int, error) {
	i := slices.IndexFunc(conf.Accounts, func(a settings.Account) bool { return a.ID == id })
	if i < 0 {
		return i, noAccount(id)
	}
	return i, nil
}

func noAccount(id string) error {
	return &source.Error{
		Kind: source.Fatal, Code: source.CodeNoAccount, Op: "find the account", Err: fmt.Errorf("%w: %q", engine.ErrUnknownAccount, id),
	}
}

// known returns the settings and one of their accounts.
func (d *Desk) known(id string) (*settings.Settings, settings.Account, error) {
	conf, err := d.load()
	if err != nil {
		return nil, settings.Account{}, err
	}
	i, err := find(conf, id)
	if err != nil {
		return nil, settings.Account{}, err
	}
	return conf, conf.Accounts[i], nil
}

// secrets opens the store of the home.
func (d *Desk) secrets(conf *settings.Settings) (secret.Store, error) {
	return d.cfg.Secrets(conf.HomeID)
}

// ready proves that settings can be saved, before a person goes through a
// sign-in for nothing.
func (d *Desk) ready() error {
	folder := filepath.Dir(d.cfg.File)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return writeFailed(folder, err)
	}
	file, err := os.CreateTemp(folder, ".write-check-*")
	if err != nil {
		return writeFailed(folder, err)
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// writeFailed says what happens next after a folder could not be written to.
func writeFailed(folder string, err error) error {
	return atomicfile.Failure(folder, "write to the home folder", err)
}
