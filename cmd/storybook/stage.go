package main

import (
	"context"
	"fmt"
	"image"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window"
	"dialpadsync.app/ui/window/look"
	"dialpadsync.app/ui/window/windowtest"
)

// scene is one picture: a window on an agent that says certain things, after
// some presses.
type scene struct {
	name, title string
	size        fyne.Size // zero: as the window opens
	scale       float32   // of texts; zero: 1
	agent       func(language string) *windowtest.Agent
	agents      func(*windowtest.Agent) *windowtest.Agents // nil: the agent runs
	page        local.Page
	setup       newcomer // what answers the set-up, where that is shown
	// act presses what leads to the picture; it may be nil.
	act func(*stage) error
	// picture draws something that is no window; then nothing else counts.
	picture func(way) (image.Image, error)
}

// now is when all scenes happen.
var now = time.Date(2026, 11, 22, 10, 42, 0, 0, time.UTC)

// stage is a window while its picture is being made.
type stage struct {
	windowtest.Screen
	pump  *windowtest.Pump
	words *view.Words
	agent *windowtest.Agent
}

type said bool

func (s said) Said() bool { return bool(s) }
func (s said) Say()       {}

// draw plays a scene and takes its picture.
func (s scene) draw(l way) (image.Image, error) {
	if s.picture != nil {
		return s.picture(l)
	}
	app := fyne.CurrentApp()
	agent := s.agent(l.Language)
	agent.Prefs.Theme, agent.Prefs.Language = l.Theme, l.Language
	agents := windowtest.NewAgents(agent)
	if s.agents != nil {
		agents = s.agents(agent)
	}
	st := &stage{pump: windowtest.NewPump(), words: view.In(l.Language), agent: agent}
	w := window.New(window.Config{
		App: app, Agents: agents, Post: st.pump.Post, Now: func() time.Time { return now },
		Getenv: func(string) string { return l.Language }, Told: said(s.name != "first-close"), Version: "1.0", Begin: s.page, Theme: l.Theme,
		Downloads: "/home/anna/Downloads", OpenURL: func(string) {}, Quit: func() {}, Guide: s.guideFor(app, agent),
	})
	all := app.Driver().AllWindows()
	st.Window = all[len(all)-1]
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	defer func() {
		cancel()
		<-ended
		st.Window.Close()
	}()
	return st.play(s, l)
}

// play acts and takes the picture.
func (st *stage) play(s scene, l way) (image.Image, error) {
	if s.act != nil {
		if err := s.act(st); err != nil {
			return nil, fmt.Errorf("%w; it says %s", err, strings.Join(st.Texts(), " | "))
		}
	}
	size := s.size
	if size.IsZero() {
		size = fyne.NewSize(760, 560)
	}
	look.Wear(fyne.CurrentApp(), look.Options{Variant: l.Theme, TextScale: s.scale})
	// The driver lays out what changed; without one a change of size does.
	st.Window.Resize(size.AddWidthHeight(1, 1))
	st.Window.Resize(size)
	return st.Window.Canvas().Capture(), nil
}

// until turns the UI thread until the screen shows a text.
func (st *stage) until(text string) error {
	return st.pump.Until("it says "+text, func() bool { return st.Sees(text) })
}

// shows waits for an entry of the catalog.
func (st *stage) shows(key string, args ...view.Args) error {
	return st.until(st.words.Text(key, args...))
}

// press presses the button or line of an entry of the catalog.
func (st *stage) press(key string, args ...view.Args) error {
	return st.Tap(st.words.Text(key, args...))
}

// after does one thing after another until one fails.
func after(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
