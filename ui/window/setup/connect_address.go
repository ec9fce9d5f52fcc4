package setup

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// address is the field for the source's address. What it leads to is said below
// it while the person types.
type address struct {
	*parts
	agent Connector
	// onFound is told of every answer: nil while the text leads nowhere.
	onFound func(found *local.Address, insisted bool)

	card     local.SourceCard
	looking  *job
	found    *local.Address
	insisted bool
	known    bool // it is an account's, not typed
	entry    *control.Entry
	note     *look.Quiet
	content  *fyne.Container
}

func newAddress(p *parts, agent Connector, onFound func(*local.Address, bool), onEnter func()) *address {
	a := &address{parts: p, agent: agent, onFound: onFound, entry: newEntry(), note: look.Hint("")}
	a.entry.OnChanged = func(string) { a.changed() }
	a.entry.OnSubmitted = func(string) { onEnter() }
	a.content = container.NewVBox(a.entry, a.note)
	return a
}

// examples are addresses of sources as people know them, as keys of the words.
var examples = map[string]string{"zendesk": "source.zendesk_address", "magento": "source.magento_address"}

// about says whose address it is.
func (a *address) about(card local.SourceCard) {
	a.card = card
	a.entry.SetPlaceHolder(a.text("source.for_example", view.Args{"example": a.example()}))
	a.changed()
}

func (a *address) example() string {
	if key, ok := examples[a.card.Name]; ok {
		return a.text(key)
	}
	return a.text("source.any_address")
}

// know fills in the address of an account; nothing has to be asked about it.
func (a *address) know(account local.Account) {
	a.entry.SetText(account.Host)
	a.looking.stop()
	a.known = true
	a.found = &local.Address{URL: account.URL, Host: account.Host, ClientID: account.ClientID, Account: account.ID}
	a.note.SetText("")
}

// typed is what the person typed, or empty for an account that has its address.
func (a *address) typed() string {
	if a.known {
		return ""
	}
	return a.entry.Text
}

func (a *address) stop() { a.looking.stop() }

// changed looks at the text when nobody has typed for a while.
func (a *address) changed() {
	a.looking.stop()
	a.insisted, a.known = false, false
	a.forget()
	if a.card.Name == "" || !a.plausible() {
		return
	}
	a.look(true)
}

// insist looks at the text at once, for somebody who has pressed Connect.
func (a *address) insist() {
	a.looking.stop()
	if strings.TrimSpace(a.entry.Text) == "" {
		a.note.SetText(a.text("source.type_address", view.Args{"source": a.card.Title, "example": a.example()}))
		a.focus(a.entry)
		return
	}
	if !a.plausible() {
		a.focus(a.entry)
		return
	}
	a.insisted = true
	a.look(false)
}

func (a *address) forget() {
	a.note.SetText(a.text("source.any_form"))
	if a.found != nil {
		a.found = nil
		a.onFound(nil, false)
	}
}

// plausible says whether the text is worth a question; a text that is far too
// long is said to be.
func (a *address) plausible() bool {
	if tooLong(a.entry.Text) {
		a.note.SetText(a.text("source.too_long"))
		return false
	}
	return strings.TrimSpace(a.entry.Text) != ""
}

func (a *address) look(later bool) {
	want := local.AddressRequest{Source: a.card.Name, Text: a.entry.Text}
	a.looking = a.desk.begin(func(ctx context.Context, show func(func())) {
		if later && !rest(ctx, typingPause) {
			return
		}
		found, err := a.agent.Address(ctx, want)
		show(func() { a.answered(found, err) })
	})
}

func (a *address) answered(found local.Address, err error) {
	if err != nil {
		a.note.SetText(a.wrong(engine.ProblemOf(err)))
		a.onFound(nil, a.insisted)
		if a.insisted {
			a.focus(a.entry)
		}
		return
	}
	a.found = &found
	key := "source.we_open"
	if found.Account != "" {
		key = "source.already"
	}
	a.note.SetText(a.text(key, view.Args{"host": found.Host}))
	a.onFound(&found, a.insisted)
}

func (a *address) wrong(p engine.Problem) string {
	if p.Code == source.CodeAddress {
		return a.text("source.no_address", view.Args{"source": a.card.Title, "example": a.example()})
	}
	return a.message(p, a.card.Title).Sentence
}
