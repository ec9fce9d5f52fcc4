//go:build linux || windows

package tray

import (
	"context"
	"sync"
	"time"

	"fyne.io/systray"
)

// menu is the one menu there is. Its entries are made once; later their labels
// change, and some hide.
type menu struct {
	agent  Agent
	quit   func()
	marker string // what the system takes for "the next letter is the key"
	words  labels

	line              *row
	accounts          [slots]*row
	syncNow, checkAll *row
	pause, resume     *row
	rows              []*row
	stage             stage
	face              face

	mu         sync.Mutex
	accountIDs [slots]string // guarded by mu; read by clicks

	queue     chan func()
	listening sync.WaitGroup
}

// row is an entry and what it shows now.
type row struct {
	item           *systray.MenuItem
	title          string
	hidden, greyed bool
	act            func()
	atOnce         bool // it does not wait for acts before it
}

// newMenu makes the entries, before the icon is shown.
func newMenu(config Config, marker string) *menu {
	words := labelsIn(config.Words)
	m := &menu{agent: config.Agent, quit: config.Quit, marker: marker, words: words, queue: make(chan func(), 4)}
	m.line = m.add("", nil)
	m.line.grey(true)
	systray.AddSeparator()
	for i := range m.accounts {
		m.accounts[i] = m.add("", func() { m.agent.Open(m.accountAt(i)) })
		m.accounts[i].hide()
	}
	systray.AddSeparator()
	m.syncNow = m.add(words.syncNow, func() { m.agent.Sync(false) })
	m.checkAll = m.add(words.checkAll, func() { m.agent.Sync(true) })
	m.pause = m.add(words.pause, nil)
	m.below(m.pause, words.hour, func() { m.agent.Pause(time.Now().Add(time.Hour)) })
	m.below(m.pause, words.tomorrow, func() { m.agent.Pause(tomorrow(time.Now())) })
	m.below(m.pause, words.untilResumed, func() { m.agent.Pause(time.Time{}) })
	m.resume = m.add(words.resume, m.agent.Resume)
	m.resume.hide()
	systray.AddSeparator()
	m.add(words.open, func() { m.agent.Open("") })
	m.add(words.quit, m.quit).atOnce = true
	return m
}

func (m *menu) add(title string, act func()) *row {
	return m.keep(&row{item: systray.AddMenuItem(unmarked(title, m.marker), ""), title: title, act: act})
}

func (m *menu) below(parent *row, title string, act func()) {
	m.keep(&row{item: parent.item.AddSubMenuItem(unmarked(title, m.marker), ""), title: title, act: act})
}

func (m *menu) keep(r *row) *row {
	m.rows = append(m.rows, r)
	return r
}

// show implements screen. Each change is a refresh of the panel, so only what
// differs is touched.
func (m *menu) show(f face, s stage, anew bool) {
	if anew || f.icon != m.face.icon || s.dark != m.stage.dark {
		s.item.icon(string(f.icon), s.dark)
	}
	if anew || f.line != m.face.line {
		s.item.tooltip(f.line)
	}
	m.face, m.stage = f, s
	m.line.show(f.first, m.marker)
	for i, r := range m.accounts {
		m.mu.Lock()
		m.accountIDs[i] = f.accounts[i].account
		m.mu.Unlock()
		r.showIf(f.accounts[i].label != "", f.accounts[i].label, m.marker)
	}
	m.pause.showIf(!f.paused, m.words.pause, m.marker)
	m.resume.showIf(f.paused, m.words.resume, m.marker)
	for _, r := range []*row{m.syncNow, m.checkAll, m.pause} {
		r.grey(!f.setUp)
	}
}

func (m *menu) accountAt(slot int) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.accountIDs[slot]
}

func (r *row) showIf(visible bool, title, marker string) {
	if visible {
		r.show(title, marker)
		return
	}
	r.hide()
}

func (r *row) show(title, marker string) {
	if title != r.title {
		r.title = title
		r.item.SetTitle(unmarked(title, marker))
	}
	if r.hidden {
		r.hidden = false
		r.item.Show()
	}
}

func (r *row) hide() {
	if !r.hidden {
		r.hidden = true
		r.item.Hide()
	}
}

// grey makes the entry one that cannot be chosen, or one that can. It is for
// entries that are visible: on Windows a change shows a hidden one.
func (r *row) grey(greyed bool) {
	if greyed == r.greyed || r.hidden {
		return
	}
	if r.greyed = greyed; greyed {
		r.item.Disable()
	} else {
		r.item.Enable()
	}
}

// listen carries out clicks one after another until ctx ends; Quit waits for
// nobody. The library drops a click nobody waits for, so each entry has somebody who does; a fifth
// click while an act is under way is dropped here.
func (m *menu) listen(ctx context.Context) {
	for _, r := range m.rows {
		if r.act == nil {
			continue
		}
		m.listening.Go(func() {
			for {
				select {
				case <-r.item.ClickedCh:
					if r.atOnce {
						r.act()
						continue
					}
					select {
					case m.queue <- r.act:
					default:
					}
				case <-ctx.Done():
					return
				}
			}
		})
	}
	m.listening.Go(func() {
		for {
			select {
			case act := <-m.queue:
				act()
			case <-ctx.Done():
				return
			}
		}
	})
}

// wait returns when nobody listens any more.
func (m *menu) wait() { m.listening.Wait() }
