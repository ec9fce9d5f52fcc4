package setup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// regions are the words of the local API for where Dialpad is, in the order in
// which they are offered.
var regions = []string{"eu", "us", "custom"}

const customRegion = 2

// dialpadForm is what a person fills in about Dialpad. The region is chosen,
// never guessed: a wrong one looks like a wrong secret.
type dialpadForm struct {
	*parts
	region  *either
	url     *control.Entry
	id      *control.Entry
	secret  *control.Entry
	browser *option
	who     *fyne.Container
	more    *fyne.Container
	content *fyne.Container
}

func newDialpadForm(p *parts, changed, onEnter func()) *dialpadForm {
	f := &dialpadForm{parts: p, url: newEntry(), id: newEntry(), secret: newSecretEntry()}
	for _, e := range []*control.Entry{f.url, f.id, f.secret} {
		e.OnChanged = func(string) { changed() }
		e.OnSubmitted = func(string) { onEnter() }
	}
	f.url.SetPlaceHolder("https://")
	f.url.Hide()
	names := []string{p.text("noun.europe"), p.text("noun.united_states"), p.text("credentials.other_address")}
	f.region = newEither(names, func(int) {
		f.arrange()
		changed()
	})
	f.browser = newOption(p.text("credentials.in_browser"), func(bool) { changed() })
	f.who = f.buildWho()
	f.more = container.NewVBox(f.browser, look.Hint(p.text("credentials.in_browser_hint")))
	f.more.Hide()
	f.content = container.NewVBox(
		look.Heading(p.text("credentials.where")), f.region.content, f.url,
		field(p.text("credentials.client_id"), f.id), field(p.text("credentials.client_secret"), f.secret),
		look.Flow(f.unfolder("credentials.who", f.who), f.unfolder("credentials.more", f.more)),
		f.who, f.more,
	)
	return f
}

// buildWho says who has id and secret, with a message to send them.
func (f *dialpadForm) buildWho() *fyne.Container {
	who := container.NewVBox(look.Text(f.text("credentials.who_has")), look.Flow(f.copier("credentials.copy_message", f.message)))
	who.Hide()
	return who
}

// message asks for the credentials. It names no screen: nobody documents where
// they are made.
func (f *dialpadForm) message() string {
	if f.region.chosen < 0 || f.region.chosen == customRegion {
		return f.text("credentials.message")
	}
	return f.text("credentials.message_region", view.Args{"region": f.regionName()})
}

// unfolder is a button that shows and hides what few people need.
func (f *dialpadForm) unfolder(key string, panel *fyne.Container) *control.Button {
	var b *control.Button
	b = control.NewIconButton(f.text(key), theme.MenuExpandIcon(), func() {
		setVisible(panel, !panel.Visible())
		b.SetIcon(theme.MenuExpandIcon())
		if panel.Visible() {
			b.SetIcon(theme.MenuDropDownIcon())
			f.reveal(panel)
		}
		f.content.Refresh()
	})
	b.Importance = widget.LowImportance
	return b
}

func (f *dialpadForm) arrange() {
	setVisible(f.url, f.region.chosen == customRegion)
	f.content.Refresh()
}

// fill shows what is set up already.
func (f *dialpadForm) fill(r local.DialpadRequest) {
	for i, name := range regions {
		if name == r.Region {
			f.region.set(i)
		}
	}
	f.url.SetText(r.URL)
	f.id.SetText(r.ClientID)
	f.arrange()
}

// request is what is typed, never with Keep.
func (f *dialpadForm) request() local.DialpadRequest {
	r := local.DialpadRequest{ClientID: trimmed(f.id), ClientSecret: trimmed(f.secret)}
	if f.region.chosen >= 0 {
		r.Region = regions[f.region.chosen]
	}
	if f.region.chosen == customRegion {
		r.URL = trimmed(f.url)
	}
	return r
}

func (f *dialpadForm) inBrowser() bool { return f.browser.ticked() }

// missing says what has to be filled in first, and where. A secret that is kept
// already, or a sign-in in the browser, needs none.
func (f *dialpadForm) missing(kept bool) (words string, where fyne.Focusable) {
	r := f.request()
	switch {
	case r.Region == "":
		return f.text("credentials.choose_region"), f.region.first()
	case f.region.chosen == customRegion && r.URL == "":
		return f.text("credentials.type_url"), f.url
	case tooLong(f.url.Text):
		return f.text("credentials.too_long"), f.url
	case r.ClientID == "":
		return f.text("credentials.type_id"), f.id
	case tooLong(f.id.Text):
		return f.text("credentials.too_long"), f.id
	case r.ClientSecret == "" && !kept && !f.inBrowser():
		return f.text("credentials.type_secret"), f.secret
	case tooLong(f.secret.Text):
		return f.text("credentials.too_long"), f.secret
	}
	return "", nil
}

// first is the first thing that is not filled in.
func (f *dialpadForm) first() fyne.Focusable {
	if _, where := f.missing(false); where != nil {
		return where
	}
	return f.region.first()
}

// otherRegion is the region the person may have meant, or -1.
func (f *dialpadForm) otherRegion() (i int, name string) {
	switch f.region.chosen {
	case 0:
		return 1, f.text("noun.united_states")
	case 1:
		return 0, f.text("noun.europe")
	}
	return -1, ""
}

// regionName is the chosen region as people call it.
func (f *dialpadForm) regionName() string {
	if f.region.chosen == 0 {
		return f.text("noun.europe")
	}
	return f.text("noun.united_states")
}
