package view

import (
	"fmt"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Message is one failure in the person's words.
type Message struct {
	// Sentence says what is, and what it means or what happens next.
	Sentence string
	// Help is what to do about it, for faces without buttons; it may be empty.
	Help string
	// Action is the one that helps, Button its label; both may be empty.
	Action Action
	Button string
	// Guide is what the buttons WhatToDo and HowToAllow open: several lines.
	Guide string
}

// Context fills names into the sentences.
type Context struct {
	Source string // the source's own name ("Zendesk")
	Place  source.Place
	Now    time.Time
}

// Message is the sentence for a failure. The class decides, never the text of
// an error; a class without a sentence of its own has its kind's.
func (w *Words) Message(p engine.Problem, c Context) Message {
	s := sentenceOf(p)
	args := w.nouns(c.Place)
	args["side"], args["to_side"], args["dialpad"] = w.side(p.Side, c.Source), w.toSide(p.Side, c.Source), w.dialpadIn(p.Host)
	args["host"], args["code"], args["detail"] = p.Host, failureCode(p), p.Detail
	if p.Host == "" {
		args["host"] = w.Text("failure.other_side")
	}
	args["folder"] = p.Host // of CodeNotWritable
	args["issuer"], args["off"] = p.Issuer, w.period(p.ClockOff.Abs())
	args["since"], args["when"] = w.Clock(p.Since, c.Now), w.Clock(p.RetryAt, c.Now)
	m := Message{Sentence: w.Text(s.says, args), Action: s.action, Button: w.Label(s.action)}
	if s.fix != "" {
		m.Help = w.Text(s.fix, args)
	}
	if s.guide != "" {
		m.Guide = w.Text(s.guide, args)
	}
	return m
}

// SignInEnds tells of a sign-in that does not renew itself and ends soon.
func (w *Words) SignInEnds(ends time.Time, c Context) Message {
	args := Args{"to_side": w.toSide("source", c.Source), "date": w.Day(ends, c.Now)}
	return Message{
		Sentence: w.Text("failure.sign_in_ends", args), Help: w.Text("fix.connect"),
		Action: Renew, Button: w.Label(Renew),
	}
}

// throttled tells of a wait the other side asked for.
func (w *Words) throttled(side string, until, now time.Time) string {
	if until.IsZero() {
		return w.Text("state.wait", Args{"side": side})
	}
	return w.Text("state.wait_until", Args{"side": side, "when": w.Clock(until, now)})
}

// Failed is the sentence about one document that could not be copied.
func (w *Words) Failed(f engine.Failure) string {
	name := string(f.Key)
	if f.Title != "" {
		name = f.Title
	}
	args := Args{"title": name}
	switch {
	case f.Code == source.CodeTooLarge:
		return w.Text("failure.one_too_large", args)
	case f.Kind == source.BadDocument:
		return w.Text("failure.one_refused", args)
	}
	return w.Text("failure.one_later", args)
}

// failureCode is what a person can quote about a defect of ours.
func failureCode(p engine.Problem) string {
	if p.Op == "" {
		return p.Kind.String()
	}
	if p.Status != 0 {
		return fmt.Sprintf("%s, %d", p.Op, p.Status)
	}
	return p.Op
}
