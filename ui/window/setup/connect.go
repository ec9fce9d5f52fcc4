package setup

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// Connector is what the first step asks.
type Connector interface {
	// Sources lists what can be connected.
	Sources(ctx context.Context) ([]local.SourceCard, error)
	// Address says where what was typed leads.
	Address(ctx context.Context, ask local.AddressRequest) (local.Address, error)
	Browser
}

// connected is what the first step leads to.
type connected struct{ account, title string }

// connect is the first step: which source, where it is, and the sign-in there.
type connect struct {
	*parts
	agent  Connector
	onNext func(connected)
	onBack func()

	sources []local.SourceCard
	card    local.SourceCard
	account string // whom to sign in again, or empty
	result  connected
	anyRole bool

	cards    *cards
	address  *address
	register *register
	browser  *browser
	notice   *notice
	question *widget.Label
	form     *fyne.Container
	back     *control.Button
	main     *control.Button
	other    *control.Button
	content  fyne.CanvasObject
}

func newConnect(p *parts, agent Connector, onNext func(connected), onBack func()) *connect {
	s := &connect{parts: p, agent: agent, onNext: onNext, onBack: onBack, notice: newNotice()}
	s.cards = newCards(p, s.onCard)
	s.address = newAddress(p, agent, s.onFound, s.confirm)
	s.register = newRegister(p, s.confirm)
	s.browser = newBrowser(p, agent, s.onSignedIn, s.onFailed)
	s.question = look.Heading("")
	s.form = container.NewVBox(s.address.content, s.register.content)
	s.back = p.button("setup.cancel", s.escape)
	s.other = p.button("source.someone_else", s.onSomeoneElse)
	s.main = p.mainButton("source.connect", s.confirm)
	body := container.NewVBox(s.question, s.cards.content, s.form, s.browser.content, s.notice.content)
	s.content = screen(body, s.back, s.other, s.main)
	return s
}

// Title is the step's name in the header.
func (s *connect) Title() string { return s.text("setup.step_connect") }

// Content is the screen.
func (s *connect) Content() fyne.CanvasObject { return s.content }

// Done says that a source is connected.
func (s *connect) Done() bool { return s.result.account != "" }

// begin fills the step in from an earlier set-up.
func (s *connect) begin(sources []local.SourceCard, before *local.Account, signedIn bool) {
	s.sources = sources
	s.cards.fill(sources)
	if len(sources) == 1 {
		s.choose(sources[0])
	}
	if before == nil {
		return
	}
	for _, card := range sources {
		if card.Name == before.Source {
			s.choose(card)
		}
	}
	s.account = before.ID
	s.address.know(*before)
	if signedIn {
		s.result = connected{before.ID, before.Title}
		s.notice.good(s.text("source.connected", view.Args{"host": before.Host}), "")
	}
}

func (s *connect) choose(card local.SourceCard) {
	if card.Name != s.card.Name {
		s.account = ""
	}
	s.card = card
	s.address.about(card)
	s.register.about(card)
}

func (s *connect) enter() {
	s.arrange()
	switch {
	case s.Done():
		s.focus(s.main)
	case s.card.Name == "":
		s.focus(s.cards.first())
	default:
		s.focus(s.address.entry)
	}
}

func (s *connect) leave() {
	s.browser.stop()
	s.address.stop()
}

// arrange shows the part of the screen the person is at.
func (s *connect) arrange() {
	waiting, done := s.browser.signIn.busy(), s.Done()
	choosing := s.card.Name == ""
	title := view.Args{"source": s.card.Title}
	switch {
	case choosing:
		s.question.SetText(s.text("source.which"))
	default:
		s.question.SetText(s.text("source.where", title))
	}
	setVisible(s.question, !done)
	setVisible(s.cards.content, choosing)
	setVisible(s.form, !choosing && !waiting && !done)
	setVisible(s.main, !choosing && !waiting)
	setVisible(s.other, done)
	key := "source.connect"
	if done {
		key = "setup.next"
	}
	s.main.SetText(s.text(key))
	s.content.Refresh()
}

func (s *connect) onCard(card local.SourceCard) {
	s.choose(card)
	s.enter()
}

// confirm is Connect: it signs in as soon as everything needed is known.
func (s *connect) confirm() {
	switch {
	case s.browser.signIn.busy() || s.card.Name == "":
	case s.Done():
		s.onNext(s.result)
	case s.address.found == nil:
		s.address.insist()
	case s.needsIdentifier() && !s.register.check():
		s.focus(s.register.first())
	default:
		s.signIn()
	}
}

// onFound is told what became of the address; insisted says that the person
// pressed Connect meanwhile.
func (s *connect) onFound(found *local.Address, insisted bool) {
	s.notice.clear()
	s.register.show(found)
	s.content.Refresh()
	if !insisted || found == nil {
		return
	}
	if s.needsIdentifier() && s.register.identifier() == "" && s.register.copied() == nil {
		s.focus(s.register.first())
		return
	}
	s.confirm()
}

// needsIdentifier says that nobody knows the identifier, or that the known one
// was wrong. That of an account stands in the settings. Keys are asked for each
// time: nobody shows those that are kept.
func (s *connect) needsIdentifier() bool {
	if len(s.card.Keys) > 0 {
		return true
	}
	return s.register.wanted || s.address.found.ClientID == "" && !s.address.known
}

// signIn opens the browser.
func (s *connect) signIn() {
	found := s.address.found
	ask := local.ConnectRequest{Source: s.card.Name, Account: s.account, Address: s.address.typed(), ClientID: found.ClientID, AnyRole: s.anyRole}
	if s.needsIdentifier() {
		ask.ClientID, ask.Keys = s.register.identifier(), s.register.copied()
	}
	if found.Account != "" {
		ask.Account = found.Account
	}
	s.notice.clear()
	s.browser.begin(ask, found.Host)
	s.focus(nil) // Enter does nothing while it waits, Esc cancels
	s.arrange()
}

func (s *connect) onSignedIn(step local.ConnectStep) {
	s.result = connected{step.Account, s.card.Title}
	args, key := view.Args{"host": s.address.found.Host}, "source.connected"
	if step.Who != nil {
		args["person"], key = step.Who.Name, "source.connected_as"
	}
	s.notice.good(s.text(key, args), "")
	s.arrange()
	s.onNext(s.result)
}

// onFailed says why nothing came of it, and the next click.
func (s *connect) onFailed(problem engine.Problem, who *local.Person) {
	s.anyRole = false
	m := s.message(problem, s.card.Title)
	var others []offer
	if problem.Code == source.CodeRole {
		args := view.Args{}
		if who != nil && who.Name != "" {
			args["person"], args["role"] = who.Name, who.Role
			m.Sentence = s.text("failure.role_named", args)
		}
		m.Sentence += " " + s.text("source.sign_out_first", view.Args{"source": s.card.Title})
		others = append(others, offer{s.text("source.any_role"), s.onAnyRole})
	}
	check := s.checkAddress
	switch problem.Code {
	case source.CodeIdentifier, source.CodeKeys, source.CodeWrongKeys, source.CodeBearer:
		check = s.checkIdentifier
	}
	s.arrange()
	s.fail(s.notice, problem, m, remedies{again: s.confirm, check: check}, others...)
	s.content.Refresh()
}

func (s *connect) checkAddress() {
	s.notice.clear()
	s.focus(s.address.entry)
}

// checkIdentifier asks for another identifier, also where one was known.
func (s *connect) checkIdentifier() {
	s.notice.clear()
	s.register.wanted = true
	if s.address.found != nil {
		s.address.found.ClientID = ""
		s.register.show(s.address.found)
	}
	s.content.Refresh()
	s.focus(s.register.first())
}

// onAnyRole goes on with the part of the answers the person may read.
func (s *connect) onAnyRole() {
	s.anyRole = true
	s.confirm()
}

// onSomeoneElse signs in once more at the same place.
func (s *connect) onSomeoneElse() {
	s.account, s.result = s.result.account, connected{}
	s.notice.clear()
	s.enter()
}

// signInAgain opens the browser at once: whoever comes for that has clicked.
func (s *connect) signInAgain() {
	if s.result.account != "" {
		s.account, s.result = s.result.account, connected{}
	}
	s.notice.clear()
	s.confirm()
}

// escape cancels the sign-in; without one it goes back to the cards, and from
// there out of the set-up.
func (s *connect) escape() {
	switch {
	case s.browser.signIn.busy():
		s.browser.stop()
		s.arrange()
		s.focus(s.main)
	case s.card.Name != "" && len(s.sources) > 1 && !s.Done():
		s.choose(local.SourceCard{})
		s.notice.clear()
		s.enter()
	default:
		s.onBack()
	}
}
