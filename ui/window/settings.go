package window

import (
	"context"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
	"dialpadsync.app/ui/window/setup"
)

// accountsAgent is what the list of accounts asks of the agent.
type accountsAgent interface {
	beginner
	Decide(ctx context.Context, account string, d engine.Decision, seen time.Time) (engine.Outcome, error)
}

// settingsPage is the page of what a person can choose.
type settingsPage struct {
	*desk
	choices     *preferences
	agent       accountsAgent
	acts        actor
	diagnostics *diagnostics
	parting     *parting

	setup     local.Setup    // what accounts shows
	kept      map[string]int // kept documents it shows, by account
	shown     local.Folders  // what folders shows
	accounts  *fyne.Container
	folders   *fyne.Container
	reading   once
	loading   once
	releasing once
}

func newSettings(d *desk, acts actor, p *parting, changed func(local.Preferences)) *settingsPage {
	return &settingsPage{
		desk: d, choices: newPreferences(d, changed), acts: acts, parting: p, diagnostics: &diagnostics{desk: d},
		accounts: container.NewVBox(), folders: container.New(layout.NewFormLayout()),
	}
}

func (s *settingsPage) connect(agent Agent) {
	s.agent, s.choices.agent, s.diagnostics.agent = agent, agent, agent
}

func (s *settingsPage) content() fyne.CanvasObject {
	t := s.words.Text
	everything := control.NewButton(t("preference.remove_everything"), s.parting.openEverything)
	line := func(key string, object fyne.CanvasObject) []fyne.CanvasObject {
		return []fyne.CanvasObject{widget.NewLabel(t(key)), container.NewHBox(object)}
	}
	choices := container.New(layout.NewFormLayout(), slices.Concat(
		line("preference.interval", s.choices.interval), line("preference.theme", s.choices.theme), line("preference.language", s.choices.language))...)
	all := container.NewVBox(
		look.Heading(t("preference.accounts")), s.accounts,
		look.Heading(t("preference.running")), choices, s.choices.login, s.choices.battery, s.choices.metered,
		look.Heading(t("preference.folders")), s.folders,
		look.Heading(t("preference.help")),
		look.Flow(control.NewButton(t("preference.diagnostics"), s.diagnostics.open)),
		look.Heading(t("preference.end")), look.Hint(t("preference.end_explain")), look.Flow(everything),
	)
	return container.NewVScroll(container.NewPadded(all))
}

// opened reads what others may have changed meanwhile.
func (s *settingsPage) opened() {
	if s.agent == nil {
		return
	}
	askOnce(&s.reading, s.work, s.agent.Setup, func(found local.Setup, err error) {
		if err != nil {
			s.fail("", err)
			return
		}
		s.drawAccounts(found)
	})
	askOnce(&s.loading, s.work, s.agent.Preferences, func(p local.Preferences, err error) {
		if err == nil && !s.choices.saving {
			s.choices.load(p)
			s.drawFolders(p.Folders)
		}
	})
}

// draw shows of a picture how many documents are kept.
func (s *settingsPage) draw(local.Picture, time.Time) {
	if s.setup.Accounts != nil {
		s.drawAccounts(s.setup)
	}
}

func (s *settingsPage) drawAccounts(found local.Setup) {
	kept := map[string]int{}
	for _, a := range found.Accounts {
		kept[a.ID] = s.account(a.ID).Kept
	}
	if reflect.DeepEqual(found, s.setup) && maps.Equal(kept, s.kept) {
		return
	}
	s.setup, s.kept = found, kept
	rows := []fyne.CanvasObject{}
	if found.Problem != nil {
		rows = append(rows, s.trouble(*found.Problem))
	}
	for _, a := range found.Accounts {
		rows = append(rows, s.row(a))
	}
	for _, left := range found.Leftovers {
		rows = append(rows, s.leftover(left))
	}
	rows = append(rows, look.Flow(control.NewButton(s.words.Text("preference.add"), func() { s.begin(Task{Goal: setup.AddSource}) })))
	if found.Dialpad != nil {
		rows = append(rows, s.dialpad(*found.Dialpad))
	}
	s.accounts.Objects = rows
	s.accounts.Refresh()
}

// trouble says why it is not known who is signed in, and what helps.
func (s *settingsPage) trouble(p engine.Problem) fyne.CanvasObject {
	m := s.message("", p.AsError())
	row := container.NewVBox(look.Text(m.Sentence))
	switch {
	case m.Guide != "":
		row.Add(look.Flow(control.NewButton(m.Button, func() { s.guide(m) })))
	case m.Action == view.TryAgain:
		row.Add(look.Flow(control.NewButton(m.Button, s.opened)))
	}
	return row
}

// row is an account: what it is and what can be done with it.
func (s *settingsPage) row(a local.Account) fyne.CanvasObject {
	t := s.words.Text
	does := func(key string, action view.Action) fyne.CanvasObject {
		return control.NewButton(t(key), func() { s.acts.act(action, a.ID) })
	}
	row := container.NewVBox(
		look.Text(t("preference.account", view.Args{"source": a.Title, "host": a.Host})),
		look.Flow(does("overview.choose", view.ChooseAgain), does("overview.sign_in", view.Reconnect),
			control.NewButton(t("overview.disconnect"), func() { s.acts.disconnect(a.ID) })),
	)
	if n := s.kept[a.ID]; n > 0 {
		args := view.Args{"source": a.Title, "n": n}
		row.Add(look.Hint(t("preference.kept", args)))
		row.Add(look.Flow(control.NewButton(t("preference.remove_kept"), func() { s.removeKept(a.ID, args) })))
	}
	return row
}

// removeKept asks once more and then removes what the person has kept.
func (s *settingsPage) removeKept(account string, args view.Args) {
	title := s.words.Text("preference.remove_kept")
	s.confirm(title, s.words.Text("preference.remove_kept_sure", args), s.words.Text("preference.remove_kept_button", args), func() {
		doOnce(&s.releasing, s.work, func(ctx context.Context) error {
			_, err := s.agent.Decide(ctx, account, engine.Release, s.now())
			return err
		}, func(err error) {
			if err != nil {
				s.fail(account, err)
			}
		})
	})
}

// leftover is an account that somebody took out of settings.toml by hand: its
// answers are still in Dialpad, and nobody looks after them.
func (s *settingsPage) leftover(left local.Leftover) fyne.CanvasObject {
	args := view.Args{"source": left.Account, "n": left.Documents}
	return container.NewVBox(
		look.Text(s.words.Text("preference.leftover", args)),
		look.Flow(control.NewButton(s.words.Text("preference.leftover_decide"), func() { s.parting.openLeftover(left) })),
	)
}

// regions are the names of Dialpad's two well-known places.
var regions = map[string]string{"eu": "noun.europe", "us": "noun.united_states"}

func (s *settingsPage) dialpad(d local.DialpadRequest) fyne.CanvasObject {
	name := d.URL
	if key, ok := regions[d.Region]; ok {
		name = s.words.Text("noun.dialpad_region", view.Args{"region": s.words.Text(key)})
	}
	return container.NewVBox(
		look.Text(s.words.Text("preference.destination", view.Args{"dialpad": name})),
		look.Flow(control.NewButton(s.words.Text("overview.sign_in"), func() { s.begin(Task{Goal: setup.DialpadAgain}) })),
	)
}

// drawFolders names the places things are kept in.
func (s *settingsPage) drawFolders(f local.Folders) {
	t := s.words.Text
	secrets := f.Secrets
	if secrets == "keyring" {
		secrets = t("preference.keyring")
	}
	if f == s.shown {
		return
	}
	s.shown = f
	s.folders.RemoveAll()
	for _, pair := range [][2]string{
		{"preference.folder_settings", f.Settings}, {"preference.folder_records", f.Records},
		{"preference.folder_log", f.Log}, {"preference.folder_secrets", secrets},
	} {
		path := look.Text(pair[1])
		if filepath.IsAbs(pair[1]) { // a long path has no blank to break at
			path.Wrapping = fyne.TextWrapBreak
		}
		s.folders.Add(widget.NewLabel(t(pair[0])))
		s.folders.Add(path)
	}
	s.folders.Refresh()
}
