package main

import (
	"context"
	"errors"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

// demoPace is how soon the demo notices what a person edits on its pages.
const demoPace = 3 * time.Second

// demoFull is which of its passes looks for edits by hand in Dialpad too.
const demoFull = 4

// errNoBrowser is the answer where the demo is not to open pages.
var errNoBrowser = errors.New("the demo was told to open no browser")

// handOver lets the person do from here on what the demo did for them: pages
// open in their browser, and nobody signs in by himself.
func (s *stage) handOver(c *demoCommand) {
	s.home.openURL = nil
	if !c.Browser {
		s.home.openURL = func(string) error { return errNoBrowser }
	}
}

// stay runs the demo's own agent, with tray and window where there is a screen,
// until the person ends it.
func (s *stage) stay(ctx context.Context, c *demoCommand, window bool) error {
	s.handOver(c)
	unlock, err := s.home.lock()
	if err != nil {
		return err
	}
	defer unlock()
	log, closeLog := s.home.openLog()
	defer closeLog()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	a := newAgent(s.home, log, stop)
	s.title("demo.stay", view.Args{"help_center": s.HelpCenter, "dialpad": s.Knowledge})
	group, ctx := errgroup.WithContext(ctx)
	quiet := s.t
	quiet.Err = io.Discard // the demo says itself what runs
	group.Go(func() error { return a.run(ctx, quiet, false) })
	group.Go(func() error { return s.keepUp(ctx, a) })
	if window {
		s.say("demo.window")
		if err := a.Show(local.Show{Page: local.PageOverview}); err != nil {
			s.say("demo.no_window", view.Args{"error": err})
		}
	}
	return group.Wait()
}

// keepUp looks for changes every few seconds, unlike a real agent, so that
// nobody has to wait for the interval.
func (s *stage) keepUp(ctx context.Context, a *agent) error {
	for round := 1; ctx.Err() == nil; round++ {
		_, err := a.Sync(ctx, "", engine.Options{Full: round%demoFull == 0}, time.Minute)
		if kind := source.KindOf(err); err != nil && ctx.Err() == nil && kind == source.Unclassified && !errors.Is(err, context.Canceled) {
			return err
		}
		for wait := true; wait; wait = a.Picture().Paused && ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-time.After(demoPace):
			}
		}
	}
	return nil
}
