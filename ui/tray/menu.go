//go:build linux || windows

package tray

import (
	"context"
	"sync"
	"time"

	"fyne.io/systray"

	"dialpadsync.app/ui/view"
)

// menu is the one menu there is. Its entries are made once; later their labels
// change, and some hide.
type menu struct {
	agent  Agent
	quit   func()
	marker string // what the system takes for "the next letter is the key"
	words  labels
	spoken *view.Words // what words are of

	line              *row
	accounts          [slots]*row
	syncNow, checkAll *row
	pause, resume     *row
	rows              []*row
	fixed             []fixedRow
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

// fixedRow is an entry whose words change only with the language.
type fixedRow struct {
	*row
	label func(labels) string
}

// newMenu makes the entries, before the icon is shown.
func newMenu(config Config, marker string) *menu {
	spoken := config.Words()
	m := &menu{agent: config.Agent, quit: config.Quit, marker: marker, words: labelsIn(spoken), spoken: spoken, queue: make(chan func(), 4)}
	m.line = m.add("", nil)
	m.line.grey(true)
	systray.AddSeparator()
	for i := range m.accounts {
		m.accounts[i] = m.add("", func() { m.agent.Open(m.accountAt(i)) })
		m.accounts[i].hide()
	}
	systray.AddSeparator()
	m.syncNow = m.always(func(l labels) string { return l.syncNow }, func() { m.agent.Sync(false) })
	m.checkAll = m.always(func(l labels) string { return l.checkAll }, func() { m.agent.Sync(true) })
	m.pause = m.add(m.words.pause, nil)
	m.below(func(l labels) string { return l.hour }, func() { m.agent.Pause(time.Now().Add(time.Hour)) })
	m.below(func(l labels) string { return l.tomorrow }, func() { m.agent.Pause(tomorrow(time.Now())) })
	m.below(func(l labels) string { return l.untilResumed }, func() { m.agent.Pause(time.Time{}) })
	m.resume = m.add(m.words.resume, m.agent.Resume)
	m.resume.hide()
	systray.AddSeparator()
	m.always(func(l labels) string { return l.open }, func() { m.agent.Open("") })
	m.always(func(l labels) string { return l.quit }, m.quit).atOnce = true
	return m
}

// always adds an entry that is never hidden.
func (m *menu) always(label func(labels) string, act func()) *row {
	r := m.add(label(m.words), act)
	m.fixed = append(m.fixed, fixedRow{r, label})
	return r
}

func (m *menu) add(title string, act func()) *row {
	return m.keep(&row{item: systray.AddMenuItem(unmarked(title, m.marker), ""), title: title, act: act})
}

// below adds an entry to the one that pauses.
func (m *menu) below(label func(labels) string, act func()) {
	title := label(m.words)
	r := m.keep(&row{item: m.pause.item.AddSubMenuItem(unmarked(title, m.marker), ""), title: title, act: act})
	m.fixed = append(m.fixed, fixedRow{r, label})
}

// speak implements screen. The two entries that hide in turns get their words
// when they are shown.
func (m *menu) speak(w *view.Words) {
	m.words, m.spoken = labelsIn(w), w
	for _, f := range m.fixed {
		f.show(f.label(m.words), m.marker)
	}
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
