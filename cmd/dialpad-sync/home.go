package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/DeRuina/timberjack"
	"github.com/gofrs/flock"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/settings/atomicfile"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
	"dialpadsync.app/ui/view"
)

// home is where everything of one installation is.
type home struct {
	local.Home
	// Secrets says where sign-ins are kept; store, where it is set, is used
	// instead (the demo's memory).
	Secrets string
	store   secret.Store
	openURL func(string) error
	// fill is the running agent's Desk.Fill, where other changes of the settings
	// go through the same Desk; nil is one of its own.
	fill func() (*settings.Settings, error)

	opening sync.Mutex
	opened  map[string]secret.Store // by home id: one that asks the person asks once
}

// args are the flags that lead another program of ours to this home.
func (h *home) args() []string {
	if h.Dir == "" {
		return []string{"--secrets", h.Secrets}
	}
	return []string{"--home", h.Dir, "--secrets", h.Secrets}
}

// openHome finds the folders: all under dir where one is given, else where the
// platform keeps such things. Nothing is made yet. A folder of secrets becomes
// absolute: programs that are started in other folders are told of it.
func openHome(dir, secrets string) (*home, error) {
	found, err := local.FindHome(dir)
	if err != nil {
		return nil, &usageError{says: "cli.folder_unusable", args: view.Args{"folder": dir, "error": err}}
	}
	if path, ok := strings.CutPrefix(secrets, "dir:"); ok && path != "" {
		if path, err = filepath.Abs(path); err != nil {
			return nil, &usageError{says: "cli.folder_unusable", args: view.Args{"folder": secrets, "error": err}}
		}
		secrets = "dir:" + path
	}
	return &home{Home: found, Secrets: secrets}, nil
}

func (h *home) checkpoint() string { return filepath.Join(h.State, "checkpoint.db") }

// guardFile is what the guard may not forget together with the checkpoint.
const guardFile = "guard.json"

func (h *home) guardBook() *checkpoint.Book {
	return checkpoint.NewBook(filepath.Join(h.State, guardFile))
}

// load reads settings.toml.
func (h *home) load() (*settings.Settings, error) {
	s, err := setup.Load(h.Settings)
	return s, h.noneYet(err)
}

// noneYet says of settings that are not there that nothing is set up.
func (h *home) noneYet(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &usageError{says: "cli.nothing_set_up", fix: "cli.connect_or_demo", args: view.Args{"file": h.Settings}, notSetUp: true}
	}
	return err
}

// make makes the folder of checkpoint, lock and log.
func (h *home) make() error { return makeFolder(h.State) }

func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return atomicfile.Failure(path, "make the home folder", err)
	}
	return nil
}

// lock takes the home for one process. Another one that has it is CodeBusy.
func (h *home) lock() (unlock func(), err error) {
	if err := h.make(); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(h.State, "lock"))
	got, err := lock.TryLock()
	if err != nil {
		return nil, atomicfile.Failure(h.State, "lock the home folder", err)
	}
	if !got {
		return nil, &source.Error{Kind: source.Transient, Code: source.CodeBusy, Op: "lock the home folder"}
	}
	return func() { _ = lock.Unlock() }, nil
}

// openLog writes to log/dialpad-sync.log, at most 5 MB and three old files.
// It holds ids, classes and times, never titles, bodies or secrets.
func (h *home) openLog() (*slog.Logger, func()) {
	file := &timberjack.Logger{
		Filename: filepath.Join(h.State, "log", "dialpad-sync.log"), MaxSize: 5, MaxBackups: 3, FileMode: 0o600,
	}
	return slog.New(slog.NewTextHandler(file, nil)), func() { _ = file.Close() }
}

// lastStatus is the status as the last run left it, from the checkpoint alone:
// neither the password store nor the network is asked, and a sync that runs
// beside it is not disturbed.
func (h *home) lastStatus(ctx context.Context) (engine.Status, error) {
	conf, err := h.load()
	if err != nil {
		return engine.Status{}, err
	}
	if !exists(h.checkpoint()) || conf.Dialpad.Region == "" || len(conf.Accounts) == 0 {
		return engine.Status{}, nil
	}
	store, err := checkpoint.Peek(ctx, h.checkpoint())
	switch {
	case errors.Is(err, fs.ErrNotExist): // nothing has been noted down yet
		return engine.Status{}, nil
	case err != nil:
		return engine.Status{}, err
	}
	defer func() { _ = store.Close() }() // nothing was written
	var accounts []engine.Account
	for _, a := range conf.Accounts {
		if !a.Selected {
			continue // its set-up is not finished
		}
		entry, _ := catalog.Find(a.Source)
		accounts = append(accounts, engine.Account{
			ID: a.ID, Title: entry.Title, Place: entry.Place, Interval: a.Interval, Fingerprint: fingerprint(conf.Dialpad, a),
		})
	}
	e, err := engine.New(ctx, engine.Config{Accounts: accounts, Checkpoint: store})
	if err != nil {
		return engine.Status{}, err
	}
	return e.Status(), nil
}

// browser opens pages for the person; the demo and tests bring their own.
func (h *home) browser() func(string) error {
	if h.openURL != nil {
		return h.openURL
	}
	return signin.Browser
}
