package window

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/setup"
)

// actor carries out what a button promises.
type actor interface {
	// act does it for an account, or for what an empty id can mean.
	act(a view.Action, account string)
	// disconnect asks how to part with an account.
	disconnect(account string)
}

// actions are the actor of all pages.
type actions struct {
	*desk
	agent   overviewAgent
	held    *held
	parting *parting
	version string
	pressed once
}

// guides are the goals of the buttons that lead to the set-up.
var guides = map[view.Action]setup.Goal{
	view.SetUp: setup.Whole, view.Connect: setup.SignInAgain, view.Reconnect: setup.SignInAgain, view.Renew: setup.SignInAgain,
	view.SignInAsSomeoneElse: setup.SignInAgain, view.CheckAddress: setup.SignInAgain, view.ChooseAgain: setup.ChooseAgain,
	view.CheckSignIn: setup.DialpadAgain,
}

func (x *actions) act(a view.Action, account string) {
	if goal, ok := guides[a]; ok {
		x.guideTo(goal, account)
		return
	}
	switch a {
	case view.HowToAllow, view.WhatToDo:
		if p := x.account(account).Problem; p != nil {
			x.guide(x.message(account, p.AsError()))
		}
	case view.OpenPage:
		x.openPage(account)
	case view.Decide:
		x.held.open(account)
	case view.Show, view.OpenArticle:
		x.show(local.PageProblems)
	case view.Resume:
		x.run(account, func(ctx context.Context) error { return x.agent.Resume(ctx) })
	case view.TryAgain:
		x.run(account, func(ctx context.Context) error {
			_, err := x.agent.Sync(ctx, local.SyncRequest{Account: account, Stays: true})
			return err
		})
	case view.CopyDetails:
		x.copyText(x.details(account))
	}
}

func (x *actions) disconnect(account string) { x.parting.open(account) }

// guideTo opens the set-up. Signing in again means Dialpad where it is Dialpad
// that wants it.
func (x *actions) guideTo(goal setup.Goal, account string) {
	p := x.account(account).Problem
	if goal == setup.SignInAgain && p != nil && p.Side == "dialpad" {
		goal = setup.DialpadAgain
	}
	x.begin(Task{Goal: goal, Account: account})
}

// openPage opens a page over plain http, which the network that wants a sign-in
// answers with its own.
func (x *actions) openPage(account string) {
	host := "dialpad.com"
	if p := x.account(account).Problem; p != nil && p.Host != "" {
		host = p.Host
	}
	x.openURL("http://" + host + "/")
}

func (x *actions) run(account string, call func(context.Context) error) {
	doOnce(&x.pressed, x.work, call, func(err error) {
		if err != nil {
			x.fail(account, err)
		}
	})
}

// details are what a person can send to whoever helps: classes and times, no
// names and no addresses.
func (x *actions) details(account string) string {
	lines := []string{"Dialpad Sync " + x.version}
	for _, a := range x.picture().Accounts {
		if account != "" && a.ID != account {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %s, %d of %d, %d pending, %d failed, %d held",
			a.Source, a.Phase, a.DialpadDocuments, a.SourceDocuments, a.Pending, a.Failed, a.Held))
		if a.Problem != nil {
			lines = append(lines, problemDetails(*a.Problem))
		}
	}
	return strings.Join(lines, "\n")
}

func problemDetails(p engine.Problem) string {
	text := fmt.Sprintf("%s %s: %s %s", p.Kind, p.Code, p.Side, p.Op)
	if p.Status != 0 {
		text += fmt.Sprintf(", HTTP %d", p.Status)
	}
	if !p.Since.IsZero() {
		text += ", since " + p.Since.UTC().Format(time.RFC3339)
	}
	return text
}
