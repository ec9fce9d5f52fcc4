package setup

import (
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

// asked are the sentences for somebody who waits for an answer: in the set-up
// nothing is tried again by itself.
var asked = map[source.Code]string{
	source.CodeOffline:       "setup.offline",
	source.CodeDown:          "setup.down",
	source.CodeNotData:       "setup.not_data",
	source.CodeCutShort:      "setup.cut_short",
	source.CodeKeyringLocked: "setup.keyring_locked",
	source.CodeDiskFull:      "setup.disk_full",
	source.CodeDiskFailing:   "setup.disk_failing",
}

// message is a failure in words. from is the name of the source it came from.
func (p *parts) message(problem engine.Problem, from string) view.Message {
	now := time.Now()
	m := p.words.Message(problem, view.Context{Source: from, Now: now})
	side := from
	if problem.Side == "dialpad" || from == "" {
		side = "Dialpad"
	}
	key := asked[problem.Code]
	switch {
	case key != "":
	case problem.Code != "":
		return m
	case problem.Kind == source.Transient:
		key = "setup.down"
	case problem.Kind == source.Throttled && !problem.RetryAt.IsZero():
		key = "setup.wait_until"
	case problem.Kind == source.Throttled:
		key = "setup.wait"
	default:
		return m
	}
	m.Sentence = p.text(key, view.Args{"side": side, "when": p.words.Clock(problem.RetryAt, now)})
	if m.Action == view.NoAction {
		m.Action, m.Button = view.TryAgain, p.words.Label(view.TryAgain)
	}
	return m
}

// helpful are the failures whose help is not about a command line.
var helpful = map[source.Code]bool{
	source.CodeAddress: true, source.CodeIdentifier: true, source.CodeNoHelpCenter: true, source.CodeWidgetID: true,
	source.CodePortsTaken: true, source.CodeOtherAccount: true,
}

// remedies are what a step can do about a failure.
type remedies struct {
	// again does the same once more; check leads to the field that is wrong, or
	// is nil where there is none; signIn leads to where one signs in, or is nil
	// where that is here.
	again, check, signIn func()
}

// onSide is the way to the sign-in of the side a failure is about.
func onSide(signIn func(side string), problem engine.Problem) func() {
	return func() { signIn(problem.Side) }
}

// fail shows a failure with the button that helps, and brings the focus there.
func (p *parts) fail(n *notice, problem engine.Problem, m view.Message, r remedies, others ...offer) {
	first := offer{label: m.Button, do: r.again}
	switch m.Action {
	case view.CheckAddress, view.CheckSignIn, view.ChooseAgain:
		if r.check != nil {
			first.do = r.check
		} else if m.Action == view.CheckSignIn && r.signIn != nil {
			first.do = r.signIn
		}
	case view.Reconnect, view.Connect, view.Renew, view.SignInAsSomeoneElse:
		if r.signIn != nil {
			first.do = r.signIn
		}
	case view.WhatToDo, view.HowToAllow:
		first.do = func() { n.explain(strings.TrimSpace(m.Guide)) }
		others = append(others, offer{p.words.Label(view.TryAgain), r.again})
	case view.OpenPage:
		if problem.Host == "" {
			first.label = ""
			break
		}
		first.do = func() { p.open("http://" + problem.Host) }
		others = append(others, offer{p.words.Label(view.TryAgain), r.again})
	case view.CopyDetails:
		first.do = func() { p.host.Clipboard.SetContent(details(problem)) }
		others = append(others, offer{p.words.Label(view.TryAgain), r.again})
	}
	if first.label == "" || first.do == nil {
		first = offer{p.words.Label(view.TryAgain), r.again}
	}
	n.bad(m.Sentence, append([]offer{first}, others...)...)
	if helpful[problem.Code] {
		n.explain(m.Help)
	}
	p.reveal(n.content)
	p.focus(n.first())
}

// details is what a person can send to whoever helps: classes, no content.
func details(p engine.Problem) string {
	return strings.Join([]string{
		"kind: " + p.Kind.String(), "code: " + string(p.Code), "side: " + p.Side, "host: " + p.Host, "action: " + p.Op,
	}, "\n")
}
