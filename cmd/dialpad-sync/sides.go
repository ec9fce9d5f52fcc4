package main

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"sync"
	"time"

	"dialpadsync.app/sync/source"
)

// lastChance bounds the saving of tokens at the end of the program.
const lastChance = 3 * time.Second

// onWait shows in the status that a side asked to wait.
func (s *system) onWait(account, side string) func(time.Time, source.Kind) {
	return func(until time.Time, why source.Kind) {
		if why != source.Throttled {
			until = time.Time{}
		}
		if s.engine != nil {
			s.engine.Waiting(account, side, until)
		}
	}
}

// serverClock knows the source's time from the Date header of its last answer,
// carried on by this computer's monotonic clock.
type serverClock struct {
	mu    sync.Mutex
	there time.Time
	here  time.Time
}

func (c *serverClock) hear(header http.Header) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.there, c.here = date, time.Now()
}

func (c *serverClock) now() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.there.IsZero() {
		return time.Time{}, false
	}
	return c.there.Add(time.Since(c.here)), true
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
