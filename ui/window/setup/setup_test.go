package setup

import (
	"testing"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/local"
)

func TestTheSetUpGoesOnWhereItEnded(t *testing.T) {
	signedOut := connectedSetup(true)
	signedOut.SignedIn = []string{"dialpad"}
	complete := connectedSetup(true)
	complete.Accounts[0].Selected = true
	second := connectedSetup(true)
	second.Accounts[0].Selected = true
	second.Accounts = append(second.Accounts, local.Account{ID: "shop", Source: "magento", Title: "Magento", Host: "shop.example"})
	for name, c := range map[string]struct {
		before local.Setup
		task   Task
		shows  string
		about  string // whose choices were read, if any
	}{
		"nothing yet":                {shows: "Where is your Zendesk?"},
		"a source handed in ready":   {before: connectedSetup(false), shows: "Where is your Dialpad?"},
		"both":                       {before: connectedSetup(true), shows: "What should Dialpad know?", about: "help-center"},
		"signed out":                 {before: signedOut, shows: "Where is your Zendesk?"},
		"complete":                   {before: complete, shows: "What should Dialpad know?", about: "help-center"},
		"a second one not finished":  {before: second, shows: "Where is your"},
		"one more":                   {before: complete, task: Task{Goal: AddSource}, shows: "Where is your Zendesk?"},
		"choose again":               {before: second, task: Task{Goal: ChooseAgain, Account: "help-center"}, shows: "What should Dialpad know?", about: "help-center"},
		"Dialpad again":              {before: complete, task: Task{Goal: DialpadAgain}, shows: "Where is your Dialpad?"},
		"sign in again, nobody left": {task: Task{Goal: SignInAgain, Account: "gone"}, shows: "Where is your Zendesk?"},
	} {
		agent := newFake()
		agent.setup = c.before
		play(t, just(agent), setting{task: c.task}, func(s *stage) {
			s.reads(c.shows)
			if c.about != "" && agent.asked("choices "+c.about) != 1 {
				t.Errorf("%s: asked %v", name, agent.calls)
			}
		})
		if t.Failed() {
			t.Fatalf("%s", name)
		}
	}
}

func TestSigningInAgainIsOneClick(t *testing.T) {
	agent, wait := newFake(), (*waiting)(nil)
	agent.setup = connectedSetup(true)
	play(t, func() *fakeAgent {
		wait = newWaiting()
		agent.connect = wait.connect
		return agent
	}, setting{task: Task{Goal: SignInAgain, Account: "help-center"}}, func(s *stage) {
		s.reads("Your browser is open at acme.zendesk.com.")
		wait.says <- local.ConnectStep{Stage: local.ConnectDone, Account: "help-center"}
		s.settle()
		if len(s.finished) != 1 || s.finished[0] != "help-center" {
			t.Errorf("finished: %v", s.finished)
		}
	})
	if got := agent.connects[0]; got.Account != "help-center" || got.Address != "" {
		t.Errorf("%+v", got)
	}
}

func TestAnAgentThatCannotTellIsAskedAgain(t *testing.T) {
	agent := newFake()
	agent.setupErr = failure(0, "", "")
	play(t, just(agent), setting{}, func(s *stage) {
		s.reads("Something in Dialpad Sync failed", "Try again")
		agent.setupErr = nil
		s.wizard.Key(&fyne.KeyEvent{Name: fyne.KeyReturn})
		s.settle()
		s.reads("Where is your Zendesk?")
	})
	agent.setupErr = failure(0, "", "")
	play(t, just(agent), setting{}, func(s *stage) {
		s.press(fyne.KeyEscape)
		s.wizard.Key(&fyne.KeyEvent{Name: fyne.KeyEscape})
		if s.left == 0 {
			t.Error("nobody can leave")
		}
	})
}

func TestBackNeverLosesInput(t *testing.T) {
	agent := newFake()
	play(t, just(agent), setting{}, func(s *stage) {
		s.toDialpad()
		s.credentials()
		s.tap("Test")
		s.tap("Back")
		s.reads("acme.zendesk.com is connected.")
		s.tap("Sign in as someone else")
		if got := s.wizard.connect.address.entry.Text; got != "acme" {
			t.Errorf("the address is %q", got)
		}
		s.tap("Connect")
		f := s.wizard.dialpad.form
		if f.region.chosen != 0 || f.id.Text != "cid" || f.secret.Text != "shh" {
			t.Errorf("%+v", f.request())
		}
		s.tap("Next")
		s.reads("What should Dialpad know?")
	})
	if agent.asked("dialpad") != 2 {
		t.Errorf("Dialpad was asked %d times", agent.asked("dialpad"))
	}
	if got := agent.connects[1].Account; got != "help-center" {
		t.Errorf("someone else signs in to %q", got)
	}
}

func TestEscGoesBackStepByStep(t *testing.T) {
	play(t, atChoose(nil), setting{}, func(s *stage) {
		s.press(fyne.KeyEscape)
		s.reads("You are signed in to Dialpad.")
		s.press(fyne.KeyEscape)
		s.reads("acme.zendesk.com is connected.")
		s.press(fyne.KeyEscape)
		if s.left != 1 {
			t.Errorf("left %d times", s.left)
		}
	})
}
