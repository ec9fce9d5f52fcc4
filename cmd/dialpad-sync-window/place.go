package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/DeRuina/timberjack"
	"github.com/gofrs/flock"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/settings/atomicfile"
)

// takePlace makes this the one window of a home; first is false where another
// has the place.
func takePlace(home local.Home) (release func(), first bool, err error) {
	if err := os.MkdirAll(home.State, 0o700); err != nil {
		return nil, false, fmt.Errorf("make the home folder: %w", err)
	}
	lock := flock.New(filepath.Join(home.State, "window.lock"))
	first, err = lock.TryLock()
	if err != nil {
		return nil, false, fmt.Errorf("lock the window's place: %w", err)
	}
	return func() { _ = lock.Unlock() }, first, nil
}

// raiseIn bounds how long a second window asks for the first one.
const raiseIn = 5 * time.Second

// raise brings the window forward that has the place.
func raise(ctx context.Context, home local.Home, page local.Page) {
	ctx, cancel := context.WithTimeout(ctx, raiseIn)
	defer cancel()
	agent, err := home.Agent(ctx)
	if err != nil {
		return // it is just being opened, and will be seen
	}
	defer agent.Close()
	_ = agent.Show(ctx, page, "") // it is open all the same
}

// keepLog sends what the toolkit logs to a file beside the agent's log, at most
// 1 MB and one old file.
func keepLog(home local.Home) (done func()) {
	before := log.Writer()
	file := &timberjack.Logger{Filename: filepath.Join(home.LogFolder(), "window.log"), MaxSize: 1, MaxBackups: 1}
	log.SetOutput(io.MultiWriter(file))
	return func() {
		log.SetOutput(before)
		_ = file.Close()
	}
}

// reminder remembers in the home that something has been said.
type reminder string

func reminderOf(home local.Home) reminder { return reminder(filepath.Join(home.State, "window-told")) }

// Said implements window.Reminder.
func (r reminder) Said() bool {
	_, err := os.Stat(string(r))
	return !errors.Is(err, fs.ErrNotExist)
}

// Say implements window.Reminder. Where it cannot be kept it is said again.
func (r reminder) Say() { _ = atomicfile.Write(string(r), nil, 0o600) }
