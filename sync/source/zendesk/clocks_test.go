package zendesk

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

const tenYears = 10 * 365 * 24 * time.Hour

// An edit arrives with the next look, whichever clock is wrong, from the start
// or later, and when it is right again.
func TestAnEditArrivesUnderAWrongClock(t *testing.T) {
	wrong := map[string]func(*double, *Source){
		"Date ahead":           func(d *double, _ *Source) { d.clock.SetSkew(tenYears) },
		"Date behind":          func(d *double, _ *Source) { d.clock.SetSkew(-tenYears) },
		"Date a day ahead":     func(d *double, _ *Source) { d.clock.SetSkew(24 * time.Hour) },
		"Date half an hour on": func(d *double, _ *Source) { d.clock.SetSkew(30 * time.Minute) },
		"this computer ahead":  func(d *double, s *Source) { s.now = func() time.Time { return d.clock.Now().Add(tenYears) } },
		"this computer behind": func(d *double, s *Source) { s.now = func() time.Time { return d.clock.Now().Add(-tenYears) } },
	}
	for name, spoil := range wrong {
		for _, role := range []zendesksim.Role{zendesksim.Admin, zendesksim.EndUser} {
			for _, from := range []string{"start", "later"} {
				t.Run(fmt.Sprint(name, ", ", role, ", from ", from), func(t *testing.T) {
					d := start(t, zendesksim.Config{Articles: 60, PageClamp: 30, Role: role})
					s, m := d.open(Config{}), d.mirror()
					n := 0
					edit := func() {
						t.Helper()
						n++
						d.later(s, 10*time.Minute)
						d.must(d.Edit(d.ids()[n], "en-us", fmt.Sprint("Edit ", n), "<p>Edited.</p>"))
						d.later(s, 10*time.Second)
						m.follow(s)
						m.equals("en-us")
					}
					if from == "later" {
						m.follow(s)
						edit()
					}
					spoil(d, s)
					m.follow(s)
					edit()
					edit()
					d.clock.SetSkew(0)
					s.now = d.clock.Now
					edit()
				})
			}
		}
	}
}

// A help center without any article has nothing to take a position from.
func TestTheFirstArticleArrivesUnderAWrongClock(t *testing.T) {
	d := start(t, zendesksim.Config{})
	s, m := d.open(Config{}), d.mirror()
	d.clock.SetSkew(tenYears)
	m.follow(s)
	d.later(s, time.Hour)
	_, err := d.AddArticle(zendesksim.NewArticle{Title: "The first", Body: "<p>Text.</p>"})
	d.must(err)
	m.follow(s)
	m.equals("en-us")
}

// A position ahead of both clocks was taken when they were wrong: everything is
// read again.
func TestAPositionInTheFutureIsNotBelieved(t *testing.T) {
	for _, role := range []zendesksim.Role{zendesksim.Admin, zendesksim.EndUser} {
		t.Run(string(role), func(t *testing.T) {
			d := start(t, zendesksim.Config{Articles: 20, Role: role})
			s, m := d.open(Config{}), d.mirror()
			m.follow(s)
			d.clock.Advance(-tenYears)
			_, err := d.open(Config{}).Fetch(t.Context(), m.cursor)
			if !errors.Is(err, source.ErrCursorExpired) {
				t.Errorf("error %v, want that the place is no longer known", err)
			}
		})
	}
}

// Nothing is read again and again while the clocks disagree.
func TestAWrongClockCostsNoReads(t *testing.T) {
	for _, skew := range []time.Duration{tenYears, -tenYears} {
		d := start(t, zendesksim.Config{Articles: 60})
		s, m := d.open(Config{}), d.mirror()
		d.clock.SetSkew(skew)
		m.follow(s)
		for range 3 {
			d.later(s, 10*time.Minute)
			m.reads = 0
			before := d.Journal().Total()
			m.follow(s)
			if n := d.Journal().Total() - before; n != 1 || m.reads != 0 {
				t.Errorf("a round without changes took %d requests, %d of them reads", n, m.reads)
			}
		}
	}
}

// Zendesk's times have whole seconds. The second of two edits in one of them
// arrives although a clock is wrong by years.
func TestAnEditInTheSameSecondArrivesUnderAWrongClock(t *testing.T) {
	wrong := map[string]func(*double, *Source){
		"Date behind":          func(d *double, _ *Source) { d.clock.SetSkew(-tenYears) },
		"this computer behind": func(d *double, s *Source) { s.now = func() time.Time { return d.clock.Now().Add(-tenYears) } },
	}
	for name, spoil := range wrong {
		t.Run(name, func(t *testing.T) {
			d := start(t, zendesksim.Config{Articles: 10})
			s, m := d.open(Config{}), d.mirror()
			m.follow(s)
			d.later(s, time.Hour)
			spoil(d, s)
			for n := range 3 {
				d.must(d.Edit(d.ids()[n], "en-us", "First", "<p>Edited.</p>"))
				m.follow(s)
				d.must(d.Edit(d.ids()[n], "en-us", "Second", "<p>Edited again.</p>"))
				d.later(s, 15*time.Minute)
				m.compare(s)
				m.equals("en-us")
			}
		})
	}
}
