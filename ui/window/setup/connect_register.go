package setup

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// register tells an admin the clicks that make this program known to the
// source, with everything to copy, and asks for the identifier, or for the keys
// that the source shows.
type register struct {
	*parts
	card    local.SourceCard
	shown   string // the address it was filled for
	wanted  bool   // also where an identifier is known, which was wrong
	clicks  *fyne.Container
	entry   *control.Entry
	asks    *fyne.Container  // for the identifier, or the keys
	keys    []*control.Entry // of a source that has them, in the order of its card
	onEnter func()
	note    *look.Quiet
	content *fyne.Container
}

func newRegister(p *parts, onEnter func()) *register {
	r := &register{parts: p, clicks: container.NewVBox(), entry: newEntry(), asks: container.NewVBox(), onEnter: onEnter, note: look.Hint("")}
	r.entry.OnChanged = func(string) { r.note.Hide() }
	r.entry.OnSubmitted = func(string) { onEnter() }
	r.note.Hide()
	r.content = container.NewVBox(r.clicks, r.asks, r.note)
	r.content.Hide()
	return r
}

func (r *register) about(card local.SourceCard) {
	if card.Name != r.card.Name {
		r.card, r.shown, r.wanted = card, "", false
		r.content.Hide()
		r.ask()
	}
}

// ask lays out what is asked for.
func (r *register) ask() {
	r.asks.RemoveAll()
	r.keys = nil
	for _, name := range r.card.Keys {
		e := newSecretEntry()
		e.OnChanged = func(string) { r.note.Hide() }
		e.OnSubmitted = func(string) { r.onEnter() }
		r.keys = append(r.keys, e)
		r.asks.Add(field(name, e))
	}
	if len(r.keys) == 0 {
		r.asks.Add(field(r.text("source.identifier"), r.entry))
	}
}

// first is the first field that is empty, or else the last one.
func (r *register) first() *control.Entry {
	for _, e := range r.keys {
		if strings.TrimSpace(e.Text) == "" {
			return e
		}
	}
	if len(r.keys) > 0 {
		return r.keys[len(r.keys)-1]
	}
	return r.entry
}

// copied are the keys as they were pasted, or nil while one is missing or far
// too long.
func (r *register) copied() []string {
	var texts []string
	for _, e := range r.keys {
		if strings.TrimSpace(e.Text) == "" || tooLong(e.Text) {
			return nil
		}
		texts = append(texts, e.Text)
	}
	return texts
}

// show fills the clicks in for an address that needs them. While an address is
// typed anew they stay as they are, so that nothing jumps.
func (r *register) show(found *local.Address) {
	if found == nil {
		return
	}
	setVisible(r.content, found.ClientID == "" || r.wanted)
	if !r.content.Visible() || found.URL == r.shown {
		return
	}
	r.shown = found.URL
	reg := found.Registration
	r.entry.SetPlaceHolder(r.text("source.for_example", view.Args{"example": reg.Identifier}))
	r.clicks.Objects = nil
	r.clicks.Add(look.Text(r.text("source.once", view.Args{"source": r.card.Title})))
	if reg.Page != "" {
		r.clicks.Add(look.Flow(r.button(openPage[r.card.Name], func() { r.open(reg.Page) })))
	}
	r.clicks.Add(look.Text(r.steps(reg)))
	r.clicks.Add(r.copies(reg))
}

// clicks of the sources whose admin pages we know, as keys of the words.
var clicks = map[string][]string{
	"zendesk": {
		"source.zendesk_click_1", "source.zendesk_click_2", "source.zendesk_click_3", "source.zendesk_click_4",
		"source.zendesk_click_5", "source.zendesk_click_6", "source.zendesk_click_7", "source.zendesk_click_8",
	},
	"magento": {
		"source.magento_click_1", "source.magento_click_2", "source.magento_click_3", "source.magento_click_4",
		"source.magento_click_5", "source.magento_click_6",
	},
}

// openPage are the labels of the button that opens a source's own page.
var openPage = map[string]string{"zendesk": "source.open_admin", "magento": "source.open_shop_admin"}

// steps are the numbered clicks in the person's language; where nobody
// translated them, as the source says them.
func (r *register) steps(reg local.Registration) string {
	lines := slices.Clone(reg.Steps)
	if keys := clicks[r.card.Name]; len(keys) == len(lines) {
		for i, key := range keys {
			lines[i] = r.text(key, view.Args{"name": reg.Name, "identifier": reg.Identifier})
		}
	}
	for i := range lines {
		lines[i] = strconv.Itoa(i+1) + ". " + lines[i]
	}
	return strings.Join(lines, "\n")
}

// copies are the texts to copy, each with its button.
func (r *register) copies(reg local.Registration) fyne.CanvasObject {
	rows := container.NewVBox()
	add := func(name, text string) {
		if text != "" {
			b := r.copier("setup.copy", func() string { return text })
			rows.Add(container.NewBorder(nil, nil, nil, b, look.Text(name+": "+text)))
		}
	}
	add(r.text("source.name"), reg.Name)
	add(r.text("source.identifier"), reg.Identifier)
	for _, address := range reg.Redirects {
		add(r.text("source.redirect"), address)
	}
	if len(reg.Redirects) > 1 {
		all := strings.Join(reg.Redirects, "\n")
		rows.Add(look.Buttons(r.copier("source.copy_redirects", func() string { return all })))
	}
	return rows
}

// identifier is what the admin called the client.
func (r *register) identifier() string {
	if !r.content.Visible() || tooLong(r.entry.Text) || len(r.keys) > 0 {
		return ""
	}
	return strings.TrimSpace(r.entry.Text)
}

// check says what is missing, if anything is.
func (r *register) check() bool {
	if r.identifier() != "" || r.copied() != nil {
		return true
	}
	key := "source.type_identifier"
	if len(r.keys) > 0 {
		key = "source.paste_keys"
	}
	if tooLong(r.entry.Text) {
		key = "source.too_long_identifier"
	}
	r.note.SetText(r.text(key))
	r.note.Show()
	r.content.Refresh()
	r.reveal(r.note)
	return false
}
