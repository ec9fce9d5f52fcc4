package view

import "dialpadsync.app/sync/engine"

// Action is what a button does. Its value is the key of its label.
type Action string

const (
	NoAction            Action = ""
	SetUp               Action = "action.set_up"
	Connect             Action = "action.connect"
	Reconnect           Action = "action.reconnect"
	Renew               Action = "action.renew"
	SignInAsSomeoneElse Action = "action.sign_in_as_someone_else"
	CheckSignIn         Action = "action.check_sign_in"
	CheckAddress        Action = "action.check_address"
	ChooseAgain         Action = "action.choose_again"
	HowToAllow          Action = "action.how_to_allow_it" // shows Message.Guide
	WhatToDo            Action = "action.what_to_do"      // shows Message.Guide
	OpenArticle         Action = "action.open_article"
	OpenPage            Action = "action.open_page" // of the network that wants a sign-in
	Decide              Action = "action.decide"    // about held removals
	Keep                Action = "action.keep"
	Remove              Action = "action.remove"
	Show                Action = "action.show" // what could not be copied
	Resume              Action = "action.resume"
	TryAgain            Action = "action.try_again"
	CopyDetails         Action = "action.copy_details"
)

// Label is what stands on the button, or empty for NoAction.
func (w *Words) Label(a Action) string {
	if a == NoAction {
		return ""
	}
	return w.Text(string(a))
}

// Decision is what stands on the two buttons about an account's held removals.
func (w *Words) Decision(a engine.AccountStatus) (keep, remove string) {
	return w.Text("action.keep_n", Args{"n": a.Held}), w.Text("action.remove_n", Args{"n": a.Held, "things": w.Things(a.Place, a.Held)})
}
