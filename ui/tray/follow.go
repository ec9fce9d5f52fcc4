package tray

import (
	"context"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
)

// stage is the panel as it is now.
type stage struct {
	// up says that the icon can be shown; each further up means that
	// everything has to be shown anew.
	up   bool
	dark bool
	item item
}

// item is the icon itself on one kind of desktop.
type item interface {
	// icon shows a state's drawing; tooltip the text at the pointer.
	icon(name string, dark bool)
	tooltip(text string)
}

// screen shows faces.
type screen interface {
	// show changes what differs from the face before, or everything if anew.
	show(f face, s stage, anew bool)
	// speak changes the words that no face has.
	speak(w *view.Words)
}

// follower brings pictures to a screen: newest first, no hiccups, nothing
// twice, and not too often.
type follower struct {
	timing timing
	screen screen
	words  func() *view.Words

	spoken  *view.Words // the language of what is shown
	picture engine.Status
	any     bool // a picture has come
	steady  view.Steady
	stage   stage
	face    face
	known   bool // face and dark are on the screen
	dark    bool
	at      time.Time // of the last refresh
}

// follow runs until ctx ends.
func (f *follower) follow(ctx context.Context, pictures <-chan engine.Status, stages <-chan stage) {
	f.steady.After = f.timing.hiccup
	again := time.NewTimer(engine.UntilNext(time.Now(), f.timing.recheck))
	defer again.Stop()
	for {
		select {
		case picture, open := <-pictures:
			if !open {
				pictures = nil
				continue
			}
			f.picture, f.any = picture, true
		case s := <-stages:
			f.known = f.known && !s.up
			f.stage = s
		case <-again.C:
		case <-ctx.Done():
			return
		}
		again.Reset(f.refresh(time.Now()))
	}
}

// refresh shows what has to be shown and says how long that is good for. Once
// a minute the picture is judged anew, so that a tick nobody renews goes.
func (f *follower) refresh(now time.Time) time.Duration {
	wait := engine.UntilNext(now, f.timing.recheck)
	if !f.any {
		return wait
	}
	var due time.Time
	words := f.words()
	f.steady, due = f.steady.Next(words.Of(f.picture, now, view.ClockTimes), now)
	face := faceOf(words, f.picture, f.steady.View())
	if !due.IsZero() {
		wait = min(wait, due.Sub(now))
	}
	if !f.stage.up || f.known && face == f.face && f.stage.dark == f.dark {
		return wait
	}
	if rest := f.timing.pace - now.Sub(f.at); !f.at.IsZero() && rest > 0 {
		return min(wait, rest)
	}
	if words != f.spoken {
		f.screen.speak(words)
		f.spoken = words
	}
	f.screen.show(face, f.stage, !f.known)
	f.face, f.dark, f.known, f.at = face, f.stage.dark, true, now
	return wait
}
