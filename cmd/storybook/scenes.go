package main

import (
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/windowtest"
)

// scenes are all pictures of the storybook.
func scenes() []scene {
	return slices.Concat(trays(), setups(), overviews(), activities(), problems(), settings())
}

// account is a source that is up to date.
func account(id, title string, documents int) engine.AccountStatus {
	return engine.AccountStatus{
		ID: id, Source: title, Phase: engine.Idle, Imported: true, Interval: 15 * time.Minute,
		SourceDocuments: documents, DialpadDocuments: documents,
		Checked: now.Add(-3 * time.Minute), Proved: now.Add(-time.Hour), Next: now.Add(12 * time.Minute),
	}
}

// shop is an account of a shop.
func shop() engine.AccountStatus {
	a := account("shop", "Magento", 190)
	a.Place = source.Shop
	return a
}

// agent is one that has been set up with these accounts.
func agent(accounts ...engine.AccountStatus) func(string) *windowtest.Agent {
	return func(string) *windowtest.Agent {
		a := &windowtest.Agent{
			Shown:      local.Picture{Status: engine.Status{Accounts: accounts}},
			SetupState: local.Setup{Dialpad: &local.DialpadRequest{Region: "eu", ClientID: "cid"}},
			Prefs: local.Preferences{Interval: 15 * time.Minute, StartAtLogin: true, PauseOnMetered: true, Folders: local.Folders{
				Settings: "/home/anna/.config/dialpad-sync", Records: "/home/anna/.local/state/dialpad-sync",
				Log: "/home/anna/.local/state/dialpad-sync/log", Secrets: "keyring",
			}},
			Days: month(),
			Details: "Dialpad Sync 1.0\nlinux/amd64, Debian GNU/Linux 12\nhelp-center: zendesk, idle, 1204 of 1204, 0 failed, 0 held\n" +
				"  checked 2026-11-22T10:39:00Z, proved 2026-11-22T09:42:00Z\n  Zendesk: 9.8 requests a second, 0 refused\n  Dialpad: 4.0 requests a second, 0 refused",
		}
		hosts := map[string]string{"help-center": "acme.zendesk.com", "shop": "shop.acme.com"}
		for _, s := range accounts {
			a.SetupState.Accounts = append(a.SetupState.Accounts, local.Account{ID: s.ID, Title: s.Source, Host: hosts[s.ID], Selected: true})
		}
		return a
	}
}

// month is thirty days with a first copy and ordinary days after it.
func month() []local.Day {
	var days []local.Day
	for i := range 30 {
		d := local.Day{Date: now.AddDate(0, 0, i-29), Updated: (i * 7) % 5, Created: (i * 3) % 4 / 3, Deleted: i % 11 / 10}
		if i == 4 {
			d.Created = 118
		}
		if i%7 > 4 {
			d = local.Day{Date: d.Date}
		}
		days = append(days, d)
	}
	return days
}

func changed(a engine.AccountStatus, change func(*engine.AccountStatus)) engine.AccountStatus {
	change(&a)
	return a
}

func helpCenter() engine.AccountStatus { return account("help-center", "Zendesk", 1204) }

func copying() engine.AccountStatus {
	return changed(helpCenter(), func(a *engine.AccountStatus) {
		a.Imported, a.Phase, a.Done, a.Total, a.Began, a.DialpadDocuments = false, engine.FirstCopy, 320, 1204, now.Add(-80*time.Second), 320
	})
}

func signedOut() engine.AccountStatus {
	return changed(helpCenter(), func(a *engine.AccountStatus) {
		a.Problem = &engine.Problem{Kind: source.SignIn, Side: "source", Since: now.Add(-20 * time.Minute)}
	})
}

func offline() engine.AccountStatus {
	return changed(helpCenter(), func(a *engine.AccountStatus) {
		a.Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeOffline, Since: now.Add(-20 * time.Minute)}
	})
}

func overviews() []scene {
	failed := changed(shop(), func(a *engine.AccountStatus) { a.Failed, a.DialpadDocuments = 1, 189 })
	paused := func(language string) *windowtest.Agent {
		a := agent(helpCenter(), shop())(language)
		a.Shown.Paused, a.Shown.PausedUntil = true, time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
		return a
	}
	in := func(st *stage) error {
		return st.shows("overview.changes", view.Args{"created": 124, "updated": 44, "deleted": 2})
	}
	return []scene{
		{name: "overview", title: "Overview: all is well", agent: agent(helpCenter()), act: in},
		{name: "overview-two", title: "Overview: two sources, one with something to look at", agent: agent(helpCenter(), failed), act: in},
		{name: "overview-first-copy", title: "Overview: the first copy", agent: agent(copying()), act: in},
		{name: "overview-signed-out", title: "Overview: Zendesk wants a sign-in", agent: agent(signedOut(), shop()), act: in},
		{name: "overview-held", title: "Overview: removals held", agent: agent(held()), act: in},
		{name: "overview-offline", title: "Overview: no internet", agent: agent(offline()), act: in},
		{name: "overview-paused", title: "Overview: paused", agent: paused, act: in},
		{name: "overview-menu", title: "Overview: what can be done with a source", agent: agent(helpCenter(), shop()), act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error { return st.Tap("foreground_more-horizontal.svg") })
		}},
		{name: "overview-pause", title: "Overview: how long to pause", agent: agent(helpCenter(), shop()), act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error { return st.press("tray.pause") })
		}},
		{name: "overview-large", title: "Overview: text at twice the size", agent: agent(helpCenter(), failed), act: in, scale: 2},
		{name: "overview-narrow", title: "Overview: a small window", agent: agent(helpCenter(), failed), act: in, size: fyne.NewSize(420, 480)},
		{name: "stopped", title: "The agent has stopped", agent: agent(helpCenter()), act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error { st.agent.Go(); return st.shows("frame.start_again") })
		}},
		{name: "other-version", title: "Another version runs", agent: agent(helpCenter()), agents: func(a *windowtest.Agent) *windowtest.Agents {
			agents := windowtest.NewAgents(nil)
			agents.Set(nil, local.ErrOtherVersion)
			return agents
		}, act: func(st *stage) error { return st.shows("frame.other_version") }},
		{name: "first-close", title: "The first close", agent: agent(helpCenter()), act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error {
				menu := st.Window.MainMenu().Items[0].Items
				menu[len(menu)-2].Action() // Close window
				return st.shows("frame.stays")
			})
		}},
	}
}

func held() engine.AccountStatus {
	return changed(helpCenter(), func(a *engine.AccountStatus) {
		a.Held, a.Waiting, a.SourceDocuments, a.DialpadDocuments = 300, engine.WaitMany, 904, 904
	})
}

// titles are answers a small business has.
var titles = map[string][]string{
	"en": {"Where is my order?", "How to send something back", "Which sizes do you have?", "Paying by invoice", "Opening hours over the holidays", "Gift cards", "How long does delivery take, and what does it cost when I live on an island or abroad?", "Changing my address"},
	"de": {"Wo bleibt meine Bestellung?", "Etwas zurücksenden", "Welche Größen gibt es?", "Zahlung auf Rechnung", "Öffnungszeiten an den Feiertagen", "Gutscheine", "Wie lange dauert die Lieferung, und was kostet sie, wenn ich auf einer Insel oder im Ausland wohne?", "Meine Adresse ändern"},
}

func activities() []scene {
	busy := func(language string) *windowtest.Agent {
		a := agent(helpCenter())(language)
		deeds := []engine.Deed{engine.Created, engine.Updated, engine.Updated, engine.Removed, engine.Updated, engine.Restored, engine.Refused}
		for i := range 40 {
			row := local.ActivityRow{
				Number: int64(i + 1), At: now.Add(time.Duration(i-40) * 37 * time.Minute), Account: "help-center",
				Key: source.Key(fmt.Sprintf("36000%d:en-us", i)), Title: titles[language][i%8], Deed: deeds[i%len(deeds)],
			}
			if row.Deed == engine.Refused {
				row.Code = source.CodeTooLarge
			}
			a.Rows = append(a.Rows, row)
		}
		a.Shown.Activity = 40
		return a
	}
	in := func(st *stage) error { return st.shows("activity.updated") }
	return []scene{
		{name: "activity", title: "Activity", page: local.PageActivity, agent: busy, act: in},
		{name: "activity-chosen", title: "Activity: one row chosen", page: local.PageActivity, agent: busy, act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error {
				list, _ := windowtest.Find[*control.List](st.Screen)
				list.Select(1)
				return nil
			})
		}},
		{name: "activity-none-found", title: "Activity: nothing found", page: local.PageActivity, agent: busy, act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error {
				entry, _ := windowtest.Find[*control.Entry](st.Screen)
				entry.SetText("xyz")
				return st.shows("activity.none_found")
			})
		}},
		{name: "activity-empty", title: "Activity: nothing yet", page: local.PageActivity, agent: agent(helpCenter()), act: func(st *stage) error { return st.shows("activity.empty") }},
	}
}

func problems() []scene {
	some := func(language string) *windowtest.Agent {
		broken := changed(shop(), func(a *engine.AccountStatus) { a.Failed, a.DialpadDocuments = 3, 187 })
		both := changed(held(), func(a *engine.AccountStatus) {
			a.Problem = &engine.Problem{Kind: source.Forbidden, Code: source.CodeReadOnly, Side: "dialpad", Since: now.Add(-2 * time.Hour)}
		})
		a := agent(both, broken)(language)
		a.Failed = map[string][]engine.Failure{"shop": {
			{Key: "1", Title: titles[language][6], Kind: source.BadDocument, Code: source.CodeTooLarge, Since: now.AddDate(0, 0, -2), RetryAt: now.Add(5 * time.Hour)},
			{Key: "2", Title: titles[language][2], Kind: source.BadDocument, Code: source.CodeRefused, Since: now.Add(-time.Hour), RetryAt: now.Add(time.Hour)},
			{Key: "sku:4711", Kind: source.Transient, Since: now.Add(-time.Hour), RetryAt: now.Add(time.Hour)},
		}}
		for i := range 300 {
			r := engine.HeldRemoval{Key: source.Key(fmt.Sprintf("36000%d:en-us", i)), Reason: source.Deleted, Since: now.Add(-time.Hour)}
			if i%5 == 3 {
				r.Reason = source.Restricted
			}
			if i < 100 {
				r.Title = titles[language][i%8]
			}
			if a.Removals == nil {
				a.Removals = map[string][]engine.HeldRemoval{}
			}
			a.Removals["help-center"] = append(a.Removals["help-center"], r)
		}
		return a
	}
	in := func(st *stage) error { return st.shows("action.open_article") }
	return []scene{
		{name: "problems", title: "Problems", page: local.PageProblems, agent: some, act: in},
		{name: "problems-none", title: "Problems: none", page: local.PageProblems, agent: agent(helpCenter()), act: func(st *stage) error { return st.shows("problems.none") }},
		{name: "problems-held", title: "Held removals", page: local.PageProblems, agent: some, act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error { return st.press("action.decide") }, func() error { return st.shows("held.later") })
		}},
		{name: "problems-how-to-allow", title: "What to do about a missing right", page: local.PageProblems, agent: some, act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error { return st.press("action.how_to_allow_it") }, func() error { return st.shows("frame.copy") })
		}},
	}
}

func settings() []scene {
	in := func(st *stage) error { return st.shows("preference.keyring") }
	two := agent(helpCenter(), shop())
	left := func(language string) *windowtest.Agent {
		a := agent(changed(helpCenter(), func(a *engine.AccountStatus) { a.Kept = 12 }), shop())(language)
		a.SetupState.Leftovers = []local.Leftover{{Account: "old-help-center", Documents: 312}}
		a.SetupState.Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeKeyringLocked}
		return a
	}
	kept := func(st *stage) error { return st.shows("preference.leftover_decide") }
	return []scene{
		{name: "settings-left", title: "Settings: kept answers, an erased account, a locked password store", page: local.PageSettings, agent: left, act: kept},
		{name: "settings-kept", title: "Removing kept answers", page: local.PageSettings, agent: left, act: func(st *stage) error {
			return after(func() error { return kept(st) }, func() error { return st.press("preference.remove_kept") },
				func() error { return st.shows("preference.remove_kept_sure", view.Args{"source": "Zendesk"}) })
		}},
		{name: "settings-leftover", title: "What an erased account left", page: local.PageSettings, agent: left, act: func(st *stage) error {
			return after(func() error { return kept(st) }, func() error { return st.press("preference.leftover_decide") }, func() error { return st.shows("parting.leftover_keep") })
		}},
		{name: "settings", title: "Settings", page: local.PageSettings, agent: two, act: in, size: fyne.NewSize(760, 1150)},
		{name: "settings-large", title: "Settings: text at twice the size", page: local.PageSettings, agent: two, act: in, scale: 2, size: fyne.NewSize(760, 1900)},
		{name: "settings-as-it-opens", title: "Settings: as the page opens", page: local.PageSettings, agent: two, act: in},
		{name: "settings-disconnect", title: "Disconnect", page: local.PageSettings, agent: two, act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error { return st.press("overview.disconnect") }, func() error { return st.shows("parting.keep") })
		}},
		{name: "settings-disconnecting", title: "A disconnection that goes on", page: local.PageSettings, agent: func(language string) *windowtest.Agent {
			a := two(language)
			a.Shown.Parting = &local.Parting{Number: 1, Source: "Zendesk", Step: local.ForgetStep{Removed: 320, Total: 1204}}
			return a
		}, act: func(st *stage) error { return st.shows("parting.removed", view.Args{"done": 320, "total": 1204}) }},
		{name: "settings-everything", title: "Remove everything", page: local.PageSettings, agent: two, act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error { return st.press("preference.remove_everything") }, func() error { return st.shows("parting.everything_keep") })
		}},
		{name: "settings-anyway", title: "Dialpad no longer lets us in", page: local.PageSettings, agent: func(language string) *windowtest.Agent {
			a := two(language)
			a.ForgetSteps = []local.ForgetStep{{Problem: &engine.Problem{Kind: source.SignIn, Side: "dialpad"}}}
			return a
		}, act: func(st *stage) error {
			remove := view.Args{"n": 1204}
			return after(func() error { return in(st) }, func() error { return st.press("overview.disconnect") }, func() error { return st.shows("parting.keep") },
				func() error { return st.press("parting.remove", remove) }, func() error { return st.shows("parting.sure", remove) },
				func() error { return st.press("parting.remove", remove) }, func() error { return st.shows("parting.anyway_button") })
		}},
		{name: "settings-diagnostics", title: "Details for whoever helps", page: local.PageSettings, agent: two, act: func(st *stage) error {
			return after(func() error { return in(st) }, func() error { return st.press("preference.diagnostics") }, func() error { return st.shows("diagnostics.save") })
		}},
	}
}
