package window_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/windowtest"
)

// row is one thing that happened.
func row(number int64, deed engine.Deed, title string) local.ActivityRow {
	return local.ActivityRow{
		Number: number, At: now.Add(time.Duration(number-100) * time.Minute), Account: "help-center",
		Key: source.Key(fmt.Sprintf("36000%d:en-us", number)), Title: title, Deed: deed,
	}
}

// happened is an agent with some activity.
func happened(rows ...local.ActivityRow) *windowtest.Agent {
	a := agent()
	a.Rows, a.Shown.Activity = rows, int64(len(rows))
	return a
}

func some() []local.ActivityRow {
	refused := row(5, engine.Refused, "Our catalog")
	refused.Code = source.CodeTooLarge
	return []local.ActivityRow{
		row(1, engine.Created, "Where is my order?"), row(2, engine.Updated, "Gift cards"),
		row(3, engine.Removed, "Opening hours"), row(4, engine.Restored, "Paying by invoice"), refused,
	}
}

// list is the list on the screen.
func (d *desk) list() *control.List {
	d.t.Helper()
	list, ok := windowtest.Find[*control.List](d.Screen)
	if !ok {
		d.t.Fatal("there is no list")
	}
	return list
}

func TestActivityTellsWhatHappenedNewestFirst(t *testing.T) {
	d := open(t, happened(some()...), at(local.PageActivity))
	d.until("Where is my order?")
	var titles []string
	for _, text := range d.Texts() {
		for _, r := range some() {
			if r.Title == text {
				titles = append(titles, text)
			}
		}
	}
	if got := strings.Join(titles, " < "); got != "Our catalog < Paying by invoice < Opening hours < Gift cards < Where is my order?" {
		t.Errorf("the order is %s", got)
	}
	d.sees("New", "Changed", "Removed", "Put back", "Not copied")
}

func TestARowTellsItsStoryAndOpens(t *testing.T) {
	d := open(t, happened(some()...), at(local.PageActivity))
	d.until("Where is my order?")
	for at, story := range []string{
		"“Our catalog” is larger than Dialpad takes.",
		"“Paying by invoice” had been changed in Dialpad; Zendesk’s text was put back.",
		"“Opening hours” is gone from Zendesk and was removed from Dialpad.",
		"“Gift cards” changed in Zendesk; Dialpad has the new text.",
		"“Where is my order?” is in Dialpad now.",
	} {
		d.list().Select(at)
		d.sees(story)
		if gone := at == 2; gone == d.Sees("Open in browser") {
			t.Errorf("%s: open is offered: %v", story, !gone)
		}
	}
	d.tap("Open in browser")
	d.asked("open help-center 360001:en-us")
}

func TestActivityIsChosenByTextAndKind(t *testing.T) {
	d := open(t, happened(some()...), at(local.PageActivity))
	d.until("Where is my order?")
	entry, _ := windowtest.Find[*control.Entry](d.Screen)
	kind, _ := windowtest.Find[*control.Select](d.Screen)
	for text, want := range map[string]string{"gift CARDS ": "Gift cards", "360003": "Opening hours"} {
		entry.SetText(text)
		d.sees(want)
		if d.Sees("Where is my order?") {
			t.Errorf("%q shows all", text)
		}
	}
	entry.SetText("xyz")
	d.sees("Nothing here has this title.")
	entry.SetText("")
	kind.SetSelected("Removed")
	d.sees("Opening hours")
	if d.Sees("Gift cards") {
		t.Error("the kind does not choose")
	}
	kind.SetSelected("Everything")
	d.sees("Gift cards", "Where is my order?")
}

func TestNewRowsComeOnTopAndTheChosenOneStays(t *testing.T) {
	a := happened(some()...)
	d := open(t, a, at(local.PageActivity))
	d.until("Where is my order?")
	d.list().Select(4)
	d.sees("“Where is my order?” is in Dialpad now.")
	a.Change(func(a *windowtest.Agent) {
		a.Rows = append(a.Rows, row(6, engine.Created, "Sizes"))
		a.Shown.Activity = 6
	})
	d.until("Sizes")
	d.sees("“Where is my order?” is in Dialpad now.")
	d.tap("Open in browser")
	d.asked("open help-center 360001:en-us")
}

func TestActivitySaysThatNothingHappened(t *testing.T) {
	d := open(t, agent(), at(local.PageActivity))
	d.until("Nothing has been copied since Dialpad Sync started.")
	d.agent.Change(func(a *windowtest.Agent) {
		a.Rows, a.Shown.Activity = some(), 5
	})
	d.until("Gift cards")
	if d.Sees("Nothing has been copied") {
		t.Error("it still says that nothing happened")
	}
}

func TestAPageThatCannotBeOpenedIsSaid(t *testing.T) {
	a := happened(some()...)
	a.Errors = map[string]error{"OpenDocument": &source.Error{Kind: source.Transient, Code: source.CodeDown, Side: "source"}}
	d := open(t, a, at(local.PageActivity))
	d.until("Gift cards")
	d.list().Select(3)
	d.tap("Open in browser")
	d.until("Zendesk is not answering. We keep trying.")
}

// TestForeignTitlesStayInTheirLine: titles are whatever people wrote.
func TestForeignTitlesStayInTheirLine(t *testing.T) {
	a := happened(
		row(1, engine.Created, "two\nlines\tand a tab\x00"), row(2, engine.Created, strings.Repeat("long ", 1<<18)),
		row(3, engine.Created, "שאלות נפוצות על משלוחים"), row(4, engine.Created, "\xff\xfe"), row(5, engine.Created, ""),
	)
	d := open(t, a, at(local.PageActivity))
	d.until("two lines and a tab·")
	d.sees("שאלות נפוצות על משלוחים", "360005:en-us")
	for _, text := range d.Texts() {
		if n := len([]rune(text)); n > 400 || strings.ContainsAny(text, "\n\x00") {
			t.Errorf("a text of %d characters: %.60q", n, text)
		}
	}
	for i := range 5 {
		d.list().Select(i)
		d.Window.Canvas().Capture()
	}
}
