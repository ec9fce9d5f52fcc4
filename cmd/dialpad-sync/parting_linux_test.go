package main

import (
	"context"
	"testing"

	"dialpadsync.app/sync/local"
)

// TestADisconnectionGoesOnWithoutItsWindow: whoever asked for it may close the
// window. Every face sees how far it has come, and a notification tells of its
// end.
func TestADisconnectionGoesOnWithoutItsWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 30 })
	p := newPanel(t)
	board := newNoticeBoard(t, p)
	agent := w.startTray(p)
	w.watch(upToDate)
	fault(t, w.dialpad.Faults(), "DELETE delay=50ms")

	ctx, leave := context.WithCancel(t.Context())
	c := w.client()
	_ = c.Forget(ctx, local.ForgetRequest{Account: "help-center", DeleteDocuments: true, Stays: true}, func(s local.ForgetStep) {
		if s.Removed > 0 {
			leave() // the window is closed
		}
	})
	if len(w.ours()) == 0 {
		t.Error("it was over before the window closed")
	}
	watching, enough := context.WithCancel(t.Context())
	defer enough()
	var last local.Parting
	_ = w.client().Watch(watching, func(p local.Picture) { // ended on purpose
		if last = *p.Parting; last.Over {
			enough()
		}
	})
	if !last.Step.Done || last.Step.Removed != 30 || last.Source != "Zendesk" || len(w.ours()) != 0 || w.signedIn() || w.hasToken() {
		t.Errorf("%+v; Dialpad has %d", last, len(w.ours()))
	}
	board.waitFor(t, "Zendesk is disconnected; 30 answers were removed from Dialpad.")
	w.call("stop").says(t, exitInSync)
	agent.end()
}

// TestACommandThatIsBrokenOffEndsItsDisconnection: Ctrl-C means what it says.
func TestACommandThatIsBrokenOffEndsItsDisconnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 30 })
	agent := w.startAgent()
	w.watch(upToDate)
	fault(t, w.dialpad.Faults(), "DELETE delay=50ms")
	ctx, leave := context.WithCancel(t.Context())
	_ = w.client().Forget(ctx, local.ForgetRequest{Account: "help-center", DeleteDocuments: true}, func(s local.ForgetStep) {
		if s.Removed > 0 {
			leave()
		}
	})
	w.dialpad.Faults().Clear()
	w.watch(upToDate) // the account goes on
	w.equal()
	if !w.hasToken() {
		t.Error("the sign-in is gone")
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
}
