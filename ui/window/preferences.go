package window

import (
	"context"
	"slices"
	"time"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
)

// settingsAgent is what the settings page asks of the agent.
type settingsAgent interface {
	Preferences(ctx context.Context) (local.Preferences, error)
	SetPreferences(ctx context.Context, p local.Preferences) error
	Diagnostics(ctx context.Context) (string, error)
}

// intervals are the times between two checks that can be chosen.
var intervals = []time.Duration{
	5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour,
}

var (
	themes    = []string{"", "light", "dark"}
	languages = []string{"", view.English, view.German}
)

// preferences are the choices of the settings page. Each is saved when it is
// made; what could not be saved goes back to what it was, in words.
type preferences struct {
	*desk
	agent settingsAgent
	// changed is told of what has been saved.
	changed func(local.Preferences)

	saved   local.Preferences
	wished  local.Preferences
	saving  bool
	showing bool // the widgets are being set, by nobody's hand

	interval, theme, language *control.Select
	battery, metered, login   *control.Check
}

func newPreferences(d *desk, changed func(local.Preferences)) *preferences {
	p := &preferences{desk: d, changed: changed}
	var spans []string
	for _, span := range intervals {
		spans = append(spans, spanName(d.words, span))
	}
	p.interval = control.NewSelect(spans, func(string) {
		p.wish(func(w *local.Preferences) { w.Interval = intervals[p.interval.SelectedIndex()] })
	})
	p.theme = control.NewSelect(p.names("preference.theme_system", "preference.theme_light", "preference.theme_dark"),
		func(string) { p.wish(func(w *local.Preferences) { w.Theme = themes[p.theme.SelectedIndex()] }) })
	p.language = control.NewSelect([]string{d.words.Text("preference.language_system"), "English", "Deutsch"},
		func(string) {
			p.wish(func(w *local.Preferences) { w.Language = languages[p.language.SelectedIndex()] })
		})
	p.battery = control.NewCheck(d.words.Text("preference.battery"), func(on bool) { p.wish(func(w *local.Preferences) { w.PauseOnBattery = on }) })
	p.metered = control.NewCheck(d.words.Text("preference.metered"), func(on bool) { p.wish(func(w *local.Preferences) { w.PauseOnMetered = on }) })
	p.login = control.NewCheck(d.words.Text("preference.login"), func(on bool) { p.wish(func(w *local.Preferences) { w.StartAtLogin = on }) })
	return p
}

func (p *preferences) names(keys ...string) []string {
	var names []string
	for _, key := range keys {
		names = append(names, p.words.Text(key))
	}
	return names
}

// spanName is a time between two checks as people say it.
func spanName(w *view.Words, span time.Duration) string {
	if span < time.Hour {
		return w.Text("preference.minutes", view.Args{"n": int(span.Minutes())})
	}
	return w.Text("preference.hours", view.Args{"n": int(span.Hours())})
}

// load sets the widgets to what is saved.
func (p *preferences) load(saved local.Preferences) {
	p.saved, p.wished = saved, saved
	p.showing = true
	defer func() { p.showing = false }()
	p.interval.SetSelectedIndex(nearest(saved.Interval))
	p.theme.SetSelectedIndex(max(0, slices.Index(themes, saved.Theme)))
	p.language.SetSelectedIndex(max(0, slices.Index(languages, saved.Language)))
	p.battery.SetChecked(saved.PauseOnBattery)
	p.metered.SetChecked(saved.PauseOnMetered)
	p.login.SetChecked(saved.StartAtLogin)
}

// nearest is the choice closest to an interval, which settings.toml can have
// any value of.
func nearest(span time.Duration) int {
	best := 0
	for i, other := range intervals {
		if (span - other).Abs() < (span - intervals[best]).Abs() {
			best = i
		}
	}
	return best
}

// wish changes one thing. Wishes made while an earlier one is being saved are
// saved together after it.
func (p *preferences) wish(change func(*local.Preferences)) {
	if p.showing || p.agent == nil {
		return
	}
	change(&p.wished)
	if !p.saving {
		p.save()
	}
}

func (p *preferences) save() {
	p.saving = true
	sent := p.wished
	do(p.work, func(ctx context.Context) error { return p.agent.SetPreferences(ctx, sent) }, func(err error) {
		p.saving = false
		if err != nil {
			p.load(p.saved)
			p.fail("", err)
			return
		}
		p.saved = sent
		if p.wished != sent {
			p.save()
			return
		}
		p.changed(sent)
	})
}
