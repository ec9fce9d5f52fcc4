package window

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// overviewAgent is what the overview asks of the agent.
type overviewAgent interface {
	Sync(ctx context.Context, ask local.SyncRequest) ([]engine.Outcome, error)
	Pause(ctx context.Context, until time.Time) error
	Resume(ctx context.Context) error
	History(ctx context.Context) ([]local.Day, error)
}

// overview is the page that answers "is all well?".
type overview struct {
	*desk
	agent overviewAgent
	acts  actor

	icon           *canvas.Image
	line, detail   *widget.Label
	help           *control.Button
	action         view.Action
	about          string // the account the first line is about
	bar            *widget.ProgressBar
	rate           *widget.Label
	days           *bars
	caption        *widget.Label
	accounts       *accountRows
	sync, check    *control.Button
	pause, resume  *control.Button
	syncing, rests once
	steady         view.Steady
	looks          once
	// told is where things stood when the history was read.
	told    standing
	reading once
}

// standing is what the history depends on: what was written, and which passes
// have ended, because days are counted when a pass has.
type standing struct {
	activity int64
	checked  time.Time
	working  bool
}

func standingOf(p local.Picture) standing {
	s := standing{activity: p.Activity}
	for _, a := range p.Accounts {
		if a.Checked.After(s.checked) {
			s.checked = a.Checked
		}
		s.working = s.working || a.Phase != engine.Idle && a.Phase != ""
	}
	return s
}

func newOverview(d *desk, acts actor) *overview {
	o := &overview{
		desk: d, acts: acts, told: standing{activity: -1},
		icon: canvas.NewImageFromResource(nil), line: look.Text(""), detail: look.Text(""),
		bar: widget.NewProgressBar(), rate: widget.NewLabel(""),
		days: newBars(), caption: look.Text(""),
	}
	o.line.TextStyle.Bold = true
	o.line.SizeName = theme.SizeNameSubHeadingText
	o.icon.SetMinSize(fyne.NewSquareSize(iconSize))
	o.icon.FillMode = canvas.ImageFillContain
	o.bar.TextFormatter = func() string { return "" } // the first line has the numbers
	o.help = control.NewMainButton("", o.onHelp)
	o.accounts = newAccountRows(d, acts)
	o.sync = control.NewMainButton(d.words.Text("tray.sync_now"), func() { o.onSync(false) })
	o.check = control.NewButton(d.words.Text("tray.check_everything"), func() { o.onSync(true) })
	o.pause = control.NewIconButton(d.words.Text("tray.pause"), theme.MenuDropDownIcon(), o.onPause)
	o.pause.IconPlacement = widget.ButtonIconTrailingText
	o.resume = control.NewMainButton(d.words.Label(view.Resume), o.onResume)
	return o
}

func (o *overview) connect(agent Agent) { o.agent = agent }

// content lays the page out.
func (o *overview) content() fyne.CanvasObject {
	head := container.NewBorder(nil, nil, container.NewCenter(o.icon), container.NewCenter(o.help),
		middle(tight(o.line, o.detail)))
	progress := container.NewBorder(nil, nil, nil, o.rate, o.bar)
	buttons := look.Flow(o.sync, o.check, o.pause, o.resume)
	body := container.NewVBox(
		head, progress, widget.NewSeparator(),
		o.accounts.box, widget.NewSeparator(),
		o.caption, container.NewPadded(o.days),
	)
	return between(nil, container.NewVScroll(container.NewPadded(body)), container.NewPadded(buttons))
}

// opened draws the page when it comes to the front.
func (o *overview) opened() {}

// draw shows a picture as it is at a moment.
func (o *overview) draw(p local.Picture, now time.Time) {
	v := o.calm(o.words.Of(p.Status, now, view.RelativeTimes), now)
	drawIcon(o.icon, v.Icon)
	say(o.line, v.Line)
	say(o.detail, v.Detail)
	o.drawHelp(v)
	o.drawProgress(p.Status, now)
	o.accounts.draw(p.Accounts, v.Accounts)
	show(o.pause, !p.Paused)
	show(o.resume, p.Paused)
	o.readHistory(standingOf(p))
}

// calm leaves out what may be over in a moment, and looks again when it is not.
func (o *overview) calm(v view.View, now time.Time) view.View {
	steady, again := o.steady.Next(v, now)
	o.steady = steady
	if !again.IsZero() && !o.looks.busy {
		doOnce(&o.looks, o.work, func(ctx context.Context) error { return rest(ctx, again.Sub(now)) }, func(error) { o.redraw() })
	}
	return steady.View()
}

// rest waits, or less where ctx ends.
func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// drawHelp shows the button that helps, unless it stands below anyway.
func (o *overview) drawHelp(v view.View) {
	o.action, o.about = v.Action, ""
	for _, a := range v.Accounts {
		if a.Action == v.Action && a.State == v.State {
			o.about = a.ID
			break
		}
	}
	if o.help.Text != v.Button {
		o.help.SetText(v.Button)
	}
	helps := v.Action != view.NoAction && v.Action != view.Resume
	show(o.help, helps)
	eye := widget.HighImportance // one button draws it
	if helps || v.Action == view.Resume {
		eye = widget.MediumImportance
	}
	if o.sync.Importance != eye {
		o.sync.Importance = eye
		o.sync.Refresh()
	}
}

// drawProgress shows the bar of the account that is at work, where its end is
// known.
func (o *overview) drawProgress(s engine.Status, now time.Time) {
	var bar view.Bar
	for _, a := range s.Accounts {
		if a.Phase != engine.Idle && a.Phase != "" && a.Total > 0 {
			bar = view.Progress(a, now)
			break
		}
	}
	show(o.bar, bar.Total > 0)
	if bar.Total == 0 {
		say(o.rate, "")
		return
	}
	if o.bar.Value != bar.Share() {
		o.bar.SetValue(bar.Share())
	}
	rate := ""
	if bar.PerSecond > 0 {
		rate = o.words.Text("overview.rate", view.Args{"rate": bar.PerSecond})
	}
	say(o.rate, rate)
}

// readHistory reads the last thirty days when something has happened since.
func (o *overview) readHistory(now standing) {
	if o.agent == nil || now == o.told || o.reading.busy {
		return
	}
	o.told = now
	askOnce(&o.reading, o.work, o.agent.History, func(days []local.Day, err error) {
		o.drawHistory(days, err)
		o.redraw() // a pass may have ended meanwhile
	})
}

func (o *overview) drawHistory(days []local.Day, err error) {
	if err != nil {
		return // it is read again with the next change
	}
	var sum local.Day
	for _, d := range days {
		sum.Created += d.Created
		sum.Updated += d.Updated
		sum.Deleted += d.Deleted
	}
	o.days.setDays(days)
	if changes(sum) == 0 {
		say(o.caption, o.words.Text("overview.no_changes"))
		return
	}
	say(o.caption, o.words.Text("overview.changes", view.Args{
		"created": sum.Created, "updated": sum.Updated, "deleted": sum.Deleted,
	}))
}

func (o *overview) onHelp() { o.acts.act(o.action, o.about) }

func (o *overview) onSync(full bool) {
	doOnce(&o.syncing, o.work, func(ctx context.Context) error {
		_, err := o.agent.Sync(ctx, local.SyncRequest{Full: full, Stays: true})
		return err
	}, o.orFail)
}

// onPauseOrResume asks how long to pause, or ends the pause.
func (o *overview) onPauseOrResume() {
	if o.picture().Paused {
		o.onResume()
		return
	}
	o.onPause()
}

// orFail tells of a failure; success is seen in the next picture.
func (o *overview) orFail(err error) {
	if err != nil {
		o.fail("", err)
	}
}

// onPause asks how long.
func (o *overview) onPause() {
	menu := widget.NewPopUpMenu(fyne.NewMenu("", o.pauseItems()...), fyne.CurrentApp().Driver().CanvasForObject(o.pause))
	menu.ShowAtRelativePosition(fyne.NewPos(0, o.pause.Size().Height), o.pause)
}

// pauseItems are the ways to pause, as in the tray.
func (o *overview) pauseItems() []*fyne.MenuItem {
	morning := o.words.Text("tray.pause_tomorrow", view.Args{"clock": "8:00"})
	return []*fyne.MenuItem{
		fyne.NewMenuItem(o.words.Text("tray.pause_hour"), func() { o.pauseUntil(o.now().Add(time.Hour)) }),
		fyne.NewMenuItem(morning, func() { o.pauseUntil(tomorrow(o.now())) }),
		fyne.NewMenuItem(o.words.Text("tray.pause_open"), func() { o.pauseUntil(time.Time{}) }),
	}
}

// tomorrow is eight in the morning of the next day, in now's time zone.
func tomorrow(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+1, 8, 0, 0, 0, now.Location())
}

func (o *overview) pauseUntil(until time.Time) {
	doOnce(&o.rests, o.work, func(ctx context.Context) error { return o.agent.Pause(ctx, until) }, o.orFail)
}

func (o *overview) onResume() {
	doOnce(&o.rests, o.work, func(ctx context.Context) error { return o.agent.Resume(ctx) }, o.orFail)
}
