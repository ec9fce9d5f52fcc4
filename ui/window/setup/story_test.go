package setup

import (
	"testing"

	"fyne.io/fyne/v2"
)

// The way from the first address to Start, with the mouse.
func TestThreeSteps(t *testing.T) {
	agent := newFake()
	play(t, just(agent), setting{}, func(s *stage) {
		s.reads("1 Connect", "2 Dialpad", "3 Choose", "Where is your Zendesk?")
		s.write(s.wizard.connect.address.entry, "acme")
		s.pass(typingPause)
		s.reads("We will open acme.zendesk.com")
		s.tap("Connect")

		s.reads("Where is your Dialpad?", "2 Dialpad")
		s.readsNot("1 Connect")
		s.tick("Europe")
		s.write(s.wizard.dialpad.form.id, "cid")
		s.write(s.wizard.dialpad.form.secret, "shh")
		s.tap("Test")
		s.reads("Dialpad answered. Its knowledge base holds 36 answers from elsewhere; they stay untouched.")
		s.tap("Next")

		s.reads("What should Dialpad know?", "English (1,102)", "German (310)", "Orders and delivery", "Counting…")
		s.pass(planPause)
		s.reads("902 answers will be copied to Dialpad. Nothing will be removed.")
		s.tap("Start")
		if len(s.finished) != 1 || s.finished[0] != "help-center" {
			t.Errorf("finished: %v", s.finished)
		}
	})
	if got := agent.chosen[0]; got.Account != "help-center" || len(got.Selection.Collections) != 0 || !got.StartAtLogin || !got.KeepExtra || got.Removals != 0 {
		t.Errorf("%+v", got)
	}
	if agent.dialpads[0].Keep || !agent.dialpads[1].Keep {
		t.Errorf("a test alone keeps nothing, Next does: %+v", agent.dialpads)
	}
}

// The same with the keyboard alone.
func TestThreeStepsWithTheKeyboard(t *testing.T) {
	agent := newFake()
	play(t, just(agent), setting{}, func(s *stage) {
		s.keys("acme\n")
		s.reads("Where is your Dialpad?")
		s.press(fyne.KeyReturn) // chooses Europe
		for range 3 {
			s.window.Canvas().FocusNext()
		}
		s.keys("cid\t")
		s.keys("shh\n")
		s.reads("Dialpad answered.")
		s.press(fyne.KeyReturn)
		s.reads("What should Dialpad know?")
		s.pass(planPause)
		s.press(fyne.KeyReturn) // in the search field
		if len(s.finished) != 1 {
			t.Errorf("not finished:\n%s", s.words())
		}
	})
	if agent.dialpads[0].Region != "eu" || agent.dialpads[0].ClientSecret != "shh" {
		t.Errorf("%+v", agent.dialpads)
	}
}
