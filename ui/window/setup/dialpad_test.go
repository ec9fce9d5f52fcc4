package setup

import (
	"context"
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

// atDialpad is a set-up whose source is connected already.
func atDialpad(change func(f *fakeAgent)) func() *fakeAgent {
	return with(func(f *fakeAgent) {
		f.setup = connectedSetup(false)
		if change != nil {
			change(f)
		}
	})
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	agent := newFake()
	agent.setup = connectedSetup(false)
	play(t, just(agent), setting{}, func(s *stage) {
		f := s.wizard.dialpad.form
		if f.region.chosen >= 0 {
			t.Error("a region was guessed")
		}
		s.tap("Test")
		s.reads("Choose where your Dialpad is.")
		s.tick("Other address")
		s.tap("Test")
		s.reads("Type the address of your Dialpad.")
		s.write(f.url, "https://dialpad.example")
		s.tap("Test")
		s.reads("Type the client ID.")
		s.write(f.id, "cid")
		s.tap("Test")
		s.reads("Type the client secret.")
		if s.window.Canvas().Focused() != f.secret {
			t.Error("the focus is not where something is missing")
		}
		s.keys(" shh \n")
		s.reads("Dialpad answered.")
	})
	want := local.DialpadRequest{Region: "custom", URL: "https://dialpad.example", ClientID: "cid", ClientSecret: "shh"}
	if len(agent.dialpads) != 1 || agent.dialpads[0] != want {
		t.Errorf("%+v", agent.dialpads)
	}
}

func TestOneRegionIsChosen(t *testing.T) {
	play(t, atDialpad(nil), setting{}, func(s *stage) {
		f := s.wizard.dialpad.form
		ticked := func() (all []int) {
			for i, o := range f.region.options {
				if o.ticked() {
					all = append(all, i)
				}
			}
			return all
		}
		for i, name := range []string{"Europe", "United States", "Other address", "Other address"} {
			s.tick(name)
			if got := ticked(); len(got) != 1 || got[0] != min(i, 2) || f.region.chosen != min(i, 2) {
				t.Errorf("%s: %v are ticked", name, got)
			}
		}
		if !f.url.Visible() {
			t.Error("there is no field for the other address")
		}
	})
}

func TestTheOtherRegionIsOneClickAway(t *testing.T) {
	for _, c := range []struct{ wrong, chosen, says, button string }{
		{"eu", "Europe", "Dialpad Europe does not know this ID and secret. Are you in the other region?", "Try United States"},
		{"us", "United States", "Dialpad United States does not know this ID and secret.", "Try Europe"},
	} {
		agent := newFake()
		agent.setup = connectedSetup(false)
		agent.dialpad = wrongIn(c.wrong)
		play(t, just(agent), setting{}, func(s *stage) {
			s.tick(c.chosen)
			s.write(s.wizard.dialpad.form.id, "cid")
			s.write(s.wizard.dialpad.form.secret, "shh")
			s.tap("Test")
			s.reads(c.says)
			s.tap(c.button)
			s.reads("Dialpad answered.")
			s.readsNot("does not know")
		})
		if got := agent.dialpads[1]; got.Region == c.wrong || got.ClientSecret != "shh" {
			t.Errorf("%+v", got)
		}
	}
}

func TestDialpadThatSaysNo(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		says string
		next string // what leads on
		then string // what is read afterwards
	}{
		"wrong secret": {failure(source.SignIn, source.CodeWrongSecret, "dialpad"), "does not know this ID and secret", "Check sign-in", "Client ID"},
		"widget":       {failure(source.SignIn, source.CodeWidgetID, "dialpad"), "looks like the ID of a chat widget", "Check sign-in", "Client ID"},
		"read only":    {failure(source.Forbidden, source.CodeReadOnly, "dialpad"), "may read but not write answers", "How to allow it", "credentials that may read and write documents"},
		"no knowledge": {failure(source.Fatal, source.CodeNoKnowledgeAPI, "dialpad"), "not with a knowledge base this version knows", "Check sign-in", "Client ID"},
		"address":      {failure(source.Fatal, source.CodeAddress, "dialpad"), "cannot be reached at this address", "Check address", "Client ID"},
		"offline":      {failure(source.Transient, source.CodeOffline, "dialpad"), "No internet. Nothing was changed.", "Try again", "No internet."},
		"down":         {failure(source.Transient, source.CodeDown, "dialpad"), "Dialpad is not answering. Nothing was changed.", "Try again", "Dialpad is not answering."},
		"keyring":      {failure(source.Fatal, source.CodeKeyringLocked, ""), "Your password store is locked.", "Try again", "Your password store is locked."},
		"ours":         {errors.New("a defect"), "Something in Dialpad Sync failed", "Copy details", "Something"},
	} {
		agent := newFake()
		agent.setup = connectedSetup(false)
		agent.dialpad = func(context.Context, local.DialpadRequest) (local.DialpadAnswer, error) {
			return local.DialpadAnswer{}, c.err
		}
		play(t, just(agent), setting{}, func(s *stage) {
			s.credentials()
			s.tap("Test")
			s.reads(c.says)
			s.tap(c.next)
			s.reads(c.then)
			if s.button("Next") != nil {
				t.Errorf("%s: it goes on all the same", name)
			}
			if got := s.wizard.dialpad.form.request(); got.ClientID != "cid" || got.ClientSecret != "shh" {
				t.Errorf("%s: what was typed is gone: %+v", name, got)
			}
		})
	}
}

func TestATestThatNoLongerHoldsIsMadeAgain(t *testing.T) {
	agent := newFake()
	agent.setup = connectedSetup(false)
	play(t, just(agent), setting{}, func(s *stage) {
		s.credentials()
		s.tap("Test")
		s.reads("Next")
		s.write(s.wizard.dialpad.form.secret, "other")
		s.readsNot("Dialpad answered", "Next")
		s.tap("Test")
		s.reads("Dialpad answered")
		s.tick("United States")
		s.readsNot("Dialpad answered", "Next")
	})
	if n := agent.asked("dialpad"); n != 2 {
		t.Errorf("%d tests", n)
	}
}

func TestATestIsCancelled(t *testing.T) {
	for name, cancel := range map[string]func(s *stage){
		"Esc":    func(s *stage) { s.press(fyne.KeyEscape) },
		"Cancel": func(s *stage) { s.tap("Cancel") },
		"close":  func(s *stage) { s.wizard.Close() },
	} {
		ended := 0
		agent := newFake()
		agent.setup = connectedSetup(false)
		agent.dialpad = func(ctx context.Context, _ local.DialpadRequest) (local.DialpadAnswer, error) {
			<-ctx.Done()
			ended++
			return local.DialpadAnswer{}, ctx.Err()
		}
		play(t, just(agent), setting{}, func(s *stage) {
			s.credentials()
			s.tap("Test")
			s.reads("Asking Dialpad…")
			s.press(fyne.KeyReturn) // a second click
			cancel(s)
			if ended != 1 || agent.asked("dialpad") != 1 {
				t.Errorf("%s: %d of %d tests ended", name, ended, agent.asked("dialpad"))
			}
			if name != "close" {
				s.readsNot("Asking Dialpad…", "failed")
				s.reads("Test", "Back")
			}
		})
	}
}

func TestDialpadThatHoldsSomething(t *testing.T) {
	for _, c := range []struct {
		answer local.DialpadAnswer
		says   []string
	}{
		{local.DialpadAnswer{}, []string{"Dialpad answered. Its knowledge base is empty."}},
		{local.DialpadAnswer{Elsewhere: 1}, []string{"holds 1 answer from elsewhere; it stays untouched."}},
		{local.DialpadAnswer{Elsewhere: 1204, Ours: 982}, []string{"holds 1,204 answers from elsewhere", "982 answers of an earlier set-up are there; they are compared, not copied again."}},
	} {
		play(t, atDialpad(func(f *fakeAgent) {
			f.dialpad = func(context.Context, local.DialpadRequest) (local.DialpadAnswer, error) { return c.answer, nil }
		}), setting{}, func(s *stage) {
			s.credentials()
			s.tap("Test")
			s.reads(c.says...)
		})
	}
}

func TestWhoHasThese(t *testing.T) {
	play(t, atDialpad(nil), setting{}, func(s *stage) {
		s.readsNot("Your Dialpad administrator")
		s.tap("Who has these?")
		s.reads("Your Dialpad administrator, or your contact at Dialpad.")
		s.tap("Copy a ready message")
		if !strings.Contains(s.clipboard.text, "may read and write documents") || !strings.Contains(s.clipboard.text, "Which region") {
			t.Errorf("copied %q", s.clipboard.text)
		}
		s.tick("United States")
		s.tap("Copied")
		if !strings.Contains(s.clipboard.text, "for United States") {
			t.Errorf("copied %q", s.clipboard.text)
		}
		s.tap("Who has these?")
		s.readsNot("Your Dialpad administrator")
	})
}

func TestSigningInToDialpadInTheBrowser(t *testing.T) {
	agent, wait := newFake(), (*waiting)(nil)
	agent.setup = connectedSetup(false)
	play(t, func() *fakeAgent {
		wait = newWaiting()
		agent.connect = wait.connect
		return agent
	}, setting{}, func(s *stage) {
		s.readsNot("experimental")
		s.tap("Another way to sign in")
		s.tick("Europe")
		s.write(s.wizard.dialpad.form.id, "cid")
		s.tick("Sign in in the browser (experimental)")
		s.tap("Sign in")
		s.reads("Your browser is open at Dialpad.")
		wait.says <- local.ConnectStep{Stage: local.ConnectDone, Dialpad: &local.DialpadAnswer{Elsewhere: 36}}
		s.settle()
		s.reads("holds 36 answers from elsewhere")
		s.tap("Next")
		s.reads("What should Dialpad know?")
	})
	if got := agent.connects[0]; got.Source != "dialpad" || got.Dialpad == nil || got.Dialpad.ClientID != "cid" || got.Dialpad.Region != "eu" {
		t.Errorf("%+v", got)
	}
	if agent.asked("dialpad") != 0 {
		t.Error("the sign-in was tested a second time")
	}
}

func TestASignInToDialpadThatIsKept(t *testing.T) {
	agent := newFake()
	agent.setup = connectedSetup(true)
	play(t, just(agent), setting{}, func(s *stage) {
		s.reads("What should Dialpad know?") // both are done
		s.tap("Back")
		s.reads("You are signed in to Dialpad.", "Next")
		f := s.wizard.dialpad.form
		if f.id.Text != "cid" || f.secret.PlaceHolder != "kept on this computer" {
			t.Errorf("%q, %q", f.id.Text, f.secret.PlaceHolder)
		}
		s.tick("United States")
		s.readsNot("You are signed in")
		s.tap("Test") // the secret is the one that is kept
		s.reads("Dialpad answered.")
		s.tick("Europe")
		s.tap("Next") // as it was: nothing to do
		s.reads("What should Dialpad know?")
	})
	if len(agent.dialpads) != 1 || agent.dialpads[0].ClientSecret != "" || agent.dialpads[0].Region != "us" {
		t.Errorf("%+v", agent.dialpads)
	}
}

func TestASignInThatCannotBeKeptIsSaid(t *testing.T) {
	agent := newFake()
	agent.setup = connectedSetup(false)
	agent.dialpad = func(_ context.Context, ask local.DialpadRequest) (local.DialpadAnswer, error) {
		if ask.Keep {
			return local.DialpadAnswer{}, failure(source.Fatal, source.CodeKeyringLocked, "")
		}
		return local.DialpadAnswer{}, nil
	}
	play(t, just(agent), setting{}, func(s *stage) {
		s.credentials()
		s.tap("Test")
		s.tap("Next")
		s.reads("Your password store is locked. Unlock it, then try again.", "2 Dialpad")
		agent.dialpad = nil
		s.tap("Try again")
		s.reads("Dialpad answered.")
		s.tap("Next")
		s.reads("What should Dialpad know?")
	})
}
