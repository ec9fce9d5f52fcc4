package view_test

import (
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

var (
	now     = time.Date(2026, 11, 22, 10, 42, 0, 0, time.UTC)
	english = view.In("en")
	german  = view.In("de")
)

// good is an account that is up to date.
func good() engine.AccountStatus {
	return engine.AccountStatus{
		ID: "help-center", Source: "Zendesk", Phase: engine.Idle, Imported: true, Interval: 15 * time.Minute,
		SourceDocuments: 1204, DialpadDocuments: 1204, Checked: now, Proved: now.Add(-time.Hour), Next: now.Add(12 * time.Minute),
	}
}

func with(change func(*engine.AccountStatus)) engine.Status {
	a := good()
	change(&a)
	return engine.Status{Accounts: []engine.AccountStatus{a}}
}

func resting(why engine.Rest) engine.Status {
	s := with(func(a *engine.AccountStatus) { a.Checked = now.Add(-2 * time.Hour) })
	s.Resting = why
	return s
}

func paused(until time.Time) engine.Status {
	s := with(func(*engine.AccountStatus) {})
	s.Paused, s.PausedUntil = true, until
	return s
}

// inPhase is an account whose phase has run for so long.
func inPhase(phase engine.Phase, gone time.Duration) func(*engine.AccountStatus) {
	return func(a *engine.AccountStatus) { a.Phase, a.Began = phase, now.Add(-gone) }
}

// states has a row for every state a person can see.
var states = map[string]struct {
	status         engine.Status
	state          view.State
	icon           view.Icon
	action         view.Action
	english, short string
	german, kurz   string
}{
	"not set up": {
		engine.Status{}, view.Unconnected, view.NotSetUp, view.SetUp,
		"Not connected yet.", "", "Noch nicht verbunden.", "",
	},
	"up to date": {
		with(func(*engine.AccountStatus) {}), view.Current, view.UpToDate, view.NoAction,
		"1,204 of 1,204 answers are in Dialpad · checked 10:42", "up to date",
		"1.204 von 1.204 Antworten sind in Dialpad · geprüft 10:42", "aktuell",
	},
	"a single answer": {
		with(func(a *engine.AccountStatus) { a.SourceDocuments, a.DialpadDocuments = 1, 1 }), view.Current, view.UpToDate, view.NoAction,
		"1 of 1 answer is in Dialpad · checked 10:42", "up to date",
		"1 von 1 Antwort ist in Dialpad · geprüft 10:42", "aktuell",
	},
	"a shop": {
		with(func(a *engine.AccountStatus) { a.Place, a.Source = source.Shop, "Magento" }), view.Current, view.UpToDate, view.NoAction,
		"1,204 of 1,204 documents are in Dialpad · checked 10:42", "up to date",
		"1.204 von 1.204 Dokumenten sind in Dialpad · geprüft 10:42", "aktuell",
	},
	"kept": {
		with(func(a *engine.AccountStatus) { a.SourceDocuments, a.DialpadDocuments, a.Kept = 904, 904, 300 }), view.Current, view.UpToDate, view.NoAction,
		"904 of 904 answers are in Dialpad, 300 kept by you · checked 10:42", "up to date",
		"904 von 904 Antworten sind in Dialpad, 300 von Ihnen behalten · geprüft 10:42", "aktuell",
	},
	"a short check": {
		with(inPhase(engine.Checking, 9*time.Second)), view.Current, view.UpToDate, view.NoAction,
		"1,204 of 1,204 answers are in Dialpad · checked 10:42", "up to date",
		"1.204 von 1.204 Antworten sind in Dialpad · geprüft 10:42", "aktuell",
	},
	"a long check": {
		with(inPhase(engine.Checking, 10*time.Second)), view.Checking, view.Working, view.NoAction,
		"Checking for changes…", "checking…", "Änderungen werden gesucht …", "wird geprüft …",
	},
	"a long comparison": {
		with(inPhase(engine.Comparing, time.Minute)), view.Checking, view.Working, view.NoAction,
		"Comparing Dialpad with Zendesk…", "comparing…", "Dialpad wird mit Zendesk verglichen …", "wird verglichen …",
	},
	"removing": {
		with(func(a *engine.AccountStatus) {
			inPhase(engine.Removing, 20*time.Second)(a)
			a.Done, a.Total = 10, 40
		}), view.Checking, view.Working, view.NoAction,
		"Removing answers that are gone from Zendesk: 10 of 40, about a minute left.", "removing, 10 of 40, about a minute left",
		"Antworten, die in Zendesk nicht mehr da sind, werden entfernt: 10 von 40, noch etwa eine Minute.", "entfernt, 10 von 40, noch etwa eine Minute",
	},
	"first copy": {
		with(func(a *engine.AccountStatus) {
			inPhase(engine.FirstCopy, 80*time.Second)(a)
			a.Imported, a.Done, a.Total = false, 320, 1204
		}), view.Copying, view.Working, view.NoAction,
		"Copying answers: 320 of 1,204, about 4 minutes left.", "copying, 320 of 1,204, about 4 minutes left",
		"Antworten werden kopiert: 320 von 1.204, noch etwa 4 Minuten.", "wird kopiert, 320 von 1.204, noch etwa 4 Minuten",
	},
	"first copy of a shop": {
		with(func(a *engine.AccountStatus) {
			inPhase(engine.FirstCopy, time.Second)(a)
			a.Place, a.Imported, a.Done, a.Total = source.Shop, false, 2, 190
		}), view.Copying, view.Working, view.NoAction,
		"Copying documents: 2 of 190.", "copying, 2 of 190",
		"Dokumente werden kopiert: 2 von 190.", "wird kopiert, 2 von 190",
	},
	"first copy broken off": {
		with(func(a *engine.AccountStatus) { a.Imported = false; a.Checked = time.Time{} }), view.Due, view.Working, view.NoAction,
		"The first copy has not been finished yet.", "first copy not finished",
		"Die erste Kopie ist noch nicht fertig.", "erste Kopie nicht fertig",
	},
	"on the way": {
		with(func(a *engine.AccountStatus) { a.Pending, a.DialpadDocuments = 2, 1202 }), view.Due, view.Working, view.NoAction,
		"1,202 of 1,204 answers are in Dialpad. 2 on the way.", "2 on the way",
		"1.202 von 1.204 Antworten sind in Dialpad. 2 unterwegs.", "2 unterwegs",
	},
	"never checked": {
		with(func(a *engine.AccountStatus) { a.Checked = time.Time{} }), view.Due, view.Working, view.NoAction,
		"Not checked yet.", "not checked yet", "Noch nicht geprüft.", "noch nicht geprüft",
	},
	"an old proof": {
		with(func(a *engine.AccountStatus) { a.Proved = now.Add(-27 * time.Hour) }), view.Due, view.Working, view.NoAction,
		"1,204 of 1,204 answers were in Dialpad when last checked, 10:42.", "not checked since 10:42",
		"Bei der letzten Prüfung (10:42) waren 1.204 von 1.204 Antworten in Dialpad.", "nicht geprüft seit 10:42",
	},
	"paused": {
		paused(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)), view.Paused, view.Waiting, view.Resume,
		"Paused until tomorrow 8:00.", "up to date", "Angehalten bis morgen 8:00.", "aktuell",
	},
	"paused until resumed": {
		paused(time.Time{}), view.Paused, view.Waiting, view.Resume,
		"Paused until you resume.", "up to date", "Angehalten, bis Sie fortsetzen.", "aktuell",
	},
	"on battery": {
		resting(engine.RestBattery), view.Waits, view.Waiting, view.NoAction,
		"On battery. Waiting.", "not checked since 8:42", "Akkubetrieb. Wir warten.", "nicht geprüft seit 8:42",
	},
	"metered": {
		resting(engine.RestMetered), view.Waits, view.Waiting, view.NoAction,
		"On a metered connection. Waiting.", "not checked since 8:42", "Getaktete Verbindung. Wir warten.", "nicht geprüft seit 8:42",
	},
	"told to wait": {
		with(func(a *engine.AccountStatus) { a.WaitSide, a.WaitUntil = "dialpad", now.Add(10*time.Minute) }), view.Waits, view.Waiting, view.NoAction,
		"Dialpad asked us to wait until 10:52. We will.", "waiting",
		"Dialpad hat um eine Pause bis 10:52 gebeten. Wir halten sie ein.", "wartet",
	},
	"offline": {
		with(func(a *engine.AccountStatus) {
			a.Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeOffline}
		}), view.Waits, view.Waiting, view.NoAction,
		"No internet. Trying again by itself.", "waiting", "Kein Internet. Neuer Versuch von selbst.", "wartet",
	},
	"a side is down": {
		with(func(a *engine.AccountStatus) {
			a.Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeDown, Side: "source", Since: now.Add(-time.Hour)}
		}), view.Waits, view.Waiting, view.NoAction,
		"Zendesk is not answering (since 9:42). We keep trying.", "waiting",
		"Zendesk antwortet nicht (seit 9:42). Wir versuchen es weiter.", "wartet",
	},
	"some failed": {
		with(func(a *engine.AccountStatus) { a.Failed, a.DialpadDocuments = 1, 1203 }), view.SomeFailed, view.NeedsYou, view.Show,
		"1,203 of 1,204 answers are in Dialpad. 1 could not be copied.", "1 could not be copied",
		"1.203 von 1.204 Antworten sind in Dialpad. 1 konnte nicht kopiert werden.", "1 konnte nicht kopiert werden",
	},
	"held": {
		with(func(a *engine.AccountStatus) { a.Held, a.SourceDocuments, a.Waiting = 300, 904, engine.WaitMany }), view.Held, view.NeedsYou, view.Decide,
		"300 answers are no longer in Zendesk (archived or deleted). Dialpad still gives them until you decide. The other 904 are up to date.", "300 to decide",
		"300 Antworten sind nicht mehr in Zendesk (archiviert oder gelöscht). Dialpad antwortet weiter damit, bis Sie entscheiden. Alles Übrige (904) ist aktuell.", "300 zu entscheiden",
	},
	"held, and not all is well": {
		with(func(a *engine.AccountStatus) { a.Held, a.Waiting, a.Failed = 2, engine.WaitMany, 50 }), view.Held, view.NeedsYou, view.Decide,
		"2 answers are no longer in Zendesk (archived or deleted). Dialpad still gives them until you decide.", "2 to decide",
		"2 Antworten sind nicht mehr in Zendesk (archiviert oder gelöscht). Dialpad antwortet weiter damit, bis Sie entscheiden.", "2 zu entscheiden",
	},
	"held, and the last check is old": {
		with(func(a *engine.AccountStatus) {
			a.Held, a.Waiting, a.Checked = 2, engine.WaitMany, now.Add(-time.Hour)
		}), view.Held, view.NeedsYou, view.Decide,
		"2 answers are no longer in Zendesk (archived or deleted). Dialpad still gives them until you decide.", "2 to decide",
		"2 Antworten sind nicht mehr in Zendesk (archiviert oder gelöscht). Dialpad antwortet weiter damit, bis Sie entscheiden.", "2 zu entscheiden",
	},
	"one held for another person": {
		with(func(a *engine.AccountStatus) { a.Held, a.Waiting = 1, engine.WaitWho }), view.Held, view.NeedsYou, view.Decide,
		"Somebody else is signed in to Zendesk than before, and 1 answer is no longer visible to them. Dialpad still gives it until you decide.", "1 to decide",
		"Bei Zendesk ist jemand anderes angemeldet als zuvor, und 1 Antwort ist für diese Person nicht mehr sichtbar. Dialpad antwortet weiter damit, bis Sie entscheiden.", "1 zu entscheiden",
	},
	"held for another address": {
		with(func(a *engine.AccountStatus) { a.Held, a.Waiting = 3, engine.WaitMoved }), view.Held, view.NeedsYou, view.Decide,
		"The address of Zendesk or Dialpad was changed, and 3 answers are no longer there. Dialpad still gives them until you decide.", "3 to decide",
		"Die Adresse von Zendesk oder Dialpad wurde geändert, und 3 Antworten sind dort nicht mehr zu finden. Dialpad antwortet weiter damit, bis Sie entscheiden.", "3 zu entscheiden",
	},
	"signed out": {
		with(func(a *engine.AccountStatus) { a.Problem = &engine.Problem{Kind: source.SignIn, Side: "source"} }), view.Needed, view.NeedsYou, view.Reconnect,
		"Zendesk wants you to sign in again. Until then Dialpad keeps the answers as of 10:42.", "sign in again",
		"Zendesk möchte, dass Sie sich neu anmelden. Bis dahin behält Dialpad die Antworten mit Stand 10:42.", "neu anmelden",
	},
	"signed out at once": {
		with(func(a *engine.AccountStatus) {
			a.Problem, a.Checked = &engine.Problem{Kind: source.SignIn, Side: "source"}, time.Time{}
		}), view.Needed, view.NeedsYou, view.Reconnect,
		"Zendesk wants you to sign in again. Nothing is lost.", "sign in again",
		"Zendesk möchte, dass Sie sich neu anmelden. Es geht nichts verloren.", "neu anmelden",
	},
	"a right is missing": {
		with(func(a *engine.AccountStatus) {
			a.Problem = &engine.Problem{Kind: source.Forbidden, Code: source.CodeReadOnly, Side: "dialpad"}
		}), view.Needed, view.NeedsYou, view.HowToAllow,
		"These Dialpad credentials may read but not write answers.", "needs you",
		"Mit diesen Dialpad-Zugangsdaten darf man Antworten lesen, aber nicht schreiben.", "braucht Sie",
	},
}

func TestEachStateHasItsDrawingLineAndButton(t *testing.T) {
	for name, row := range states {
		t.Run(name, func(t *testing.T) {
			for _, in := range []struct {
				words       *view.Words
				line, short string
			}{{english, row.english, row.short}, {german, row.german, row.kurz}} {
				v := in.words.Of(row.status, now, view.ClockTimes)
				if v.State != row.state || v.Icon != row.icon || v.Line != in.line || v.Action != row.action || v.Detail != "" {
					t.Errorf("%d %s %q %q [%s]\nwant %d %s %q [%s]", v.State, v.Icon, v.Line, v.Detail, v.Action, row.state, row.icon, in.line, row.action)
				}
				if v.Button != in.words.Label(row.action) || (v.Button == "") != (row.action == view.NoAction) {
					t.Errorf("the button is %q", v.Button)
				}
				if len(v.Accounts) > 0 && v.Accounts[0].Short != in.short {
					t.Errorf("in short %q, want %q", v.Accounts[0].Short, in.short)
				}
			}
		})
	}
}

func TestTheWindowGivesRelativeTimes(t *testing.T) {
	for name, row := range map[string]struct {
		checked                         time.Duration
		line, detail, zeile, einzelheit string
	}{
		"just now": {
			20 * time.Second, "1,204 of 1,204 answers are in Dialpad", "checked just now · next check in 12 minutes",
			"1.204 von 1.204 Antworten sind in Dialpad", "geprüft gerade eben · nächste Prüfung in 12 Minuten",
		},
		"minutes": {
			3 * time.Minute, "1,204 of 1,204 answers are in Dialpad", "checked 3 minutes ago · next check in 12 minutes",
			"1.204 von 1.204 Antworten sind in Dialpad", "geprüft vor 3 Minuten · nächste Prüfung in 12 Minuten",
		},
		"hours, and no longer sure": {
			time.Hour, "1,204 of 1,204 answers were in Dialpad when last checked, 1 hour ago.", "",
			"Bei der letzten Prüfung (vor 1 Stunde) waren 1.204 von 1.204 Antworten in Dialpad.", "",
		},
		"after a day the date": {
			25 * time.Hour, "1,204 of 1,204 answers were in Dialpad when last checked, 21 Nov, 9:42.", "",
			"Bei der letzten Prüfung (21. Nov., 9:42) waren 1.204 von 1.204 Antworten in Dialpad.", "",
		},
	} {
		s := with(func(a *engine.AccountStatus) { a.Checked = now.Add(-row.checked) })
		if v := english.Of(s, now, view.RelativeTimes); v.Line != row.line || v.Detail != row.detail {
			t.Errorf("%s: %q %q", name, v.Line, v.Detail)
		}
		if v := german.Of(s, now, view.RelativeTimes); v.Line != row.zeile || v.Detail != row.einzelheit {
			t.Errorf("%s: %q %q", name, v.Line, v.Detail)
		}
	}
}

func TestThePersonIsNeededInSpiteOfAPause(t *testing.T) {
	s := paused(time.Time{})
	s.Accounts[0].Problem = &engine.Problem{Kind: source.SignIn, Side: "source"}
	if v := english.Of(s, now, view.ClockTimes); v.Icon != view.NeedsYou {
		t.Errorf("%+v", v)
	}
}

// several are a help center that is fine and a shop with one document that
// could not be copied.
func several() engine.Status {
	s := with(func(a *engine.AccountStatus) { a.SourceDocuments, a.DialpadDocuments = 1014, 1014 })
	shop := good()
	shop.ID, shop.Source, shop.Place = "shop", "Magento", source.Shop
	shop.SourceDocuments, shop.DialpadDocuments, shop.Failed = 190, 189, 1
	s.Accounts = append(s.Accounts, shop)
	return s
}

func TestTheWorstAccountSpeaks(t *testing.T) {
	s := several()
	v := english.Of(s, now, view.ClockTimes)
	if v.Line != "189 of 190 documents are in Dialpad. 1 could not be copied." || v.Accounts[0].Icon != view.UpToDate {
		t.Errorf("%+v", v)
	}
	s.Accounts[1].DialpadDocuments, s.Accounts[1].Failed, s.Accounts[1].Checked = 190, 0, now.Add(-2*time.Minute)
	if v := german.Of(s, now, view.ClockTimes); v.Line != "1.204 von 1.204 Antworten sind in Dialpad · geprüft 10:40" {
		t.Errorf("the total, with the older check, is %q", v.Line)
	}
}

func TestTwoHelpCentersCanBeToldApart(t *testing.T) {
	s := several()
	if v := german.Of(s, now, view.ClockTimes); v.Accounts[0].Name != "Help Center (Zendesk)" || v.Accounts[1].Name != "Shop (Magento)" {
		t.Errorf("%q and %q", v.Accounts[0].Name, v.Accounts[1].Name)
	}
	s.Accounts[1].Source, s.Accounts[1].Place = "Zendesk", ""
	v := english.Of(s, now, view.ClockTimes)
	if v.Accounts[0].Name != "Help center (Zendesk, help-center)" || v.Accounts[1].Name != "Help center (Zendesk, shop)" {
		t.Errorf("%q and %q", v.Accounts[0].Name, v.Accounts[1].Name)
	}
}

func TestTheFirstSentenceOfALine(t *testing.T) {
	old := with(func(a *engine.AccountStatus) { a.Checked = time.Date(2025, 12, 24, 18, 30, 0, 0, time.UTC) })
	signedOut := with(func(a *engine.AccountStatus) { a.Problem = &engine.Problem{Kind: source.SignIn, Side: "source"} })
	for _, row := range []struct {
		words  *view.Words
		status engine.Status
		want   string
	}{
		{german, old, "Bei der letzten Prüfung (24. Dez. 2025, 18:30) waren 1.204 von 1.204 Antworten in Dialpad."},
		{german, signedOut, "Zendesk möchte, dass Sie sich neu anmelden."},
		{english, signedOut, "Zendesk wants you to sign in again."},
		{english, with(func(*engine.AccountStatus) {}), "1,204 of 1,204 answers are in Dialpad · checked 10:42"},
	} {
		if got := row.words.Of(row.status, now, view.ClockTimes).First; got != row.want {
			t.Errorf("%q, want %q", got, row.want)
		}
	}
}
