package setup

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/window/control"
)

func TestTheAddressIsLookedAtWhenNobodyTypes(t *testing.T) {
	agent := newFake()
	play(t, just(agent), setting{}, func(s *stage) {
		entry := s.wizard.connect.address.entry
		s.reads("Any form will do")
		s.write(entry, "acme.zen")
		s.pass(typingPause / 2)
		s.keys("desk.com/hc")
		s.pass(typingPause / 2)
		if n := agent.asked("address"); n != 0 {
			t.Errorf("asked %d times while somebody typed", n)
		}
		s.pass(typingPause)
		s.reads("We will open acme.zendesk.com")
		if n := agent.asked("address"); n != 1 {
			t.Errorf("asked %d times, want once", n)
		}
		s.write(entry, "ada@acme.com")
		s.readsNot("We will open")
		s.pass(typingPause)
		s.reads("This does not lead to Zendesk. Type the address your colleagues sign in at, for example acme.zendesk.com.")
		s.tap("Connect")
		if n := agent.asked("connect"); n != 0 || s.window.Canvas().Focused() != entry {
			t.Errorf("%d sign-ins at no address", n)
		}
		s.write(entry, "")
		s.reads("Any form will do")
		s.tap("Connect")
		s.reads("Type the address of your Zendesk, for example acme.zendesk.com.")
	})
}

func TestAnAddressThatCannotBeAskedAbout(t *testing.T) {
	agent := newFake()
	agent.address = func(context.Context, local.AddressRequest) (local.Address, error) {
		return local.Address{}, errors.New("the agent is gone")
	}
	play(t, just(agent), setting{}, func(s *stage) {
		s.write(s.wizard.connect.address.entry, "acme")
		s.pass(typingPause)
		s.reads("Something in Dialpad Sync failed")
	})
}

func TestCardsWhereThereIsAChoice(t *testing.T) {
	agent := newFake()
	agent.sources = []local.SourceCard{zendesk, magento}
	play(t, just(agent), setting{}, func(s *stage) {
		s.reads("Where do you write your answers?", "Zendesk", "Magento", "An admin and about 4 minutes")
		if s.button("Connect") != nil {
			t.Error("something can be connected that was not chosen")
		}
		s.press(fyne.KeyReturn) // the first card has the focus
		s.reads("Where is your Zendesk?")
		s.write(s.wizard.connect.address.entry, "acme")
		s.press(fyne.KeyEscape)
		s.reads("Where do you write your answers?")
		s.window.Canvas().Focus(s.wizard.connect.cards.buttons[1])
		s.press(fyne.KeyReturn)
		s.reads("Where is your Magento?")
		if got := s.wizard.connect.address.entry.Text; got != "acme" {
			t.Errorf("what was typed is %q now", got)
		}
		s.pass(typingPause)
		s.tap("Connect")
		if got := agent.connects[0].Source; got != "magento" {
			t.Errorf("signed in to %s", got)
		}
	})
}

func TestAnAdminMakesTheAppKnown(t *testing.T) {
	agent := newFake()
	agent.address = unknown
	play(t, just(agent), setting{}, func(s *stage) {
		s.write(s.wizard.connect.address.entry, "acme")
		s.pass(typingPause)
		s.reads("Zendesk has to know this app once.", "2. Go to Apps and integrations › APIs › OAuth clients.", "6. Client kind: Public.")
		s.tap("Open Admin Center")
		if len(s.pages) != 1 || s.pages[0] != "https://acme.zendesk.com/admin" {
			t.Errorf("opened %v", s.pages)
		}
		copied := []string{}
		for s.button("Copy") != nil {
			s.tap("Copy")
			copied = append(copied, s.clipboard.text)
		}
		want := append([]string{"Dialpad Sync", "dialpad_sync"}, registration.Redirects...)
		if strings.Join(copied, " ") != strings.Join(want, " ") {
			t.Errorf("copied %q", copied)
		}
		s.tap("Copy all redirect addresses")
		if s.clipboard.text != strings.Join(registration.Redirects, "\n") {
			t.Errorf("copied %q", s.clipboard.text)
		}

		s.tap("Connect")
		s.reads("Type the identifier the admin chose.")
		entry := s.wizard.connect.register.entry
		if s.window.Canvas().Focused() != entry || !s.inSight(entry) || !s.inSight(s.wizard.connect.register.note) {
			t.Error("the field that is missing is not shown")
		}
		s.keys(" dialpad_sync \n")
		if len(agent.connects) != 1 || agent.connects[0].ClientID != "dialpad_sync" || agent.connects[0].Address != "acme" {
			t.Errorf("%+v", agent.connects)
		}
	})
}

func TestClicksOfAnUnknownSourceAreSaidAsItSaysThem(t *testing.T) {
	agent := newFake()
	agent.sources = []local.SourceCard{magento}
	agent.address = unknown
	play(t, just(agent), setting{}, func(s *stage) {
		s.write(s.wizard.connect.address.entry, "acme")
		s.pass(typingPause)
		s.reads("1. one\n2. two")
	})
}

func TestWaitingForTheBrowser(t *testing.T) {
	agent, wait := newFake(), (*waiting)(nil)
	play(t, func() *fakeAgent {
		wait = newWaiting()
		agent.connect = wait.connect
		return agent
	}, setting{}, func(s *stage) {
		s.toDialpad()
		s.reads("Your browser is open at acme.zendesk.com. Sign in there and press Allow. (5:00 left)")
		s.pass(29 * time.Second)
		s.reads("(4:31 left)")
		if s.button("Connect") != nil {
			t.Error("another sign-in can be started")
		}
		s.tap("Open again")
		s.tap("Copy link")
		if agent.asked("again") != 1 || !strings.HasPrefix(s.clipboard.text, "https://acme.zendesk.com/oauth") {
			t.Errorf("opened %d times, copied %q", agent.asked("again"), s.clipboard.text)
		}
		wait.says <- local.ConnectStep{Stage: local.ConnectFinishing}
		s.settle()
		s.reads("Signed in. Checking what may be read…")
		s.readsNot("Open again")
		wait.says <- local.ConnectStep{Stage: local.ConnectDone, Account: "help-center", Who: &local.Person{Name: "Ada Admin"}}
		s.settle()
		s.reads("Where is your Dialpad?")
		s.tap("Back")
		s.reads("acme.zendesk.com is connected. You are signed in as Ada Admin.")
		s.tap("Next")
		s.reads("Where is your Dialpad?")
	})
	if agent.asked("connect") != 1 {
		t.Errorf("%d sign-ins", agent.asked("connect"))
	}
}

func TestABrowserThatDoesNotOpen(t *testing.T) {
	agent := newFake()
	play(t, func() *fakeAgent {
		wait := newWaiting()
		wait.notOpened = true
		agent.connect = wait.connect
		return agent
	}, setting{}, func(s *stage) {
		s.toDialpad()
		s.reads("No browser could be opened. Copy the link")
	})
	agent = newFake()
	play(t, func() *fakeAgent {
		agent.connect = newWaiting().connect
		agent.again = func(context.Context) error { return errors.New("no browser") }
		return agent
	}, setting{}, func(s *stage) {
		s.toDialpad()
		s.readsNot("No browser could be opened")
		s.tap("Open again")
		s.reads("No browser could be opened. Copy the link")
	})
}

// Esc, Cancel and closing the window each cancel the sign-in in the agent.
func TestASignInIsCancelled(t *testing.T) {
	for name, cancel := range map[string]func(s *stage){
		"Esc":    func(s *stage) { s.press(fyne.KeyEscape) },
		"Cancel": func(s *stage) { s.tap("Cancel") },
		"close":  func(s *stage) { s.wizard.Close() },
	} {
		var wait *waiting
		agent := newFake()
		play(t, func() *fakeAgent {
			wait = newWaiting()
			agent.connect = wait.connect
			return agent
		}, setting{}, func(s *stage) {
			s.toDialpad()
			cancel(s)
			select {
			case <-wait.cancelled:
			default:
				t.Errorf("%s: the agent still waits", name)
			}
			if name == "close" {
				return
			}
			s.readsNot("Your browser is open", "5:00")
			if got := s.wizard.connect.address.entry.Text; got != "acme" || s.left != 0 {
				t.Errorf("%s: the address is %q, left %d times", name, got, s.left)
			}
			s.tap("Cancel")
			if s.left != 1 {
				t.Errorf("%s: left %d times", name, s.left)
			}
		})
	}
}

func TestTwoClicksAreOne(t *testing.T) {
	agent := newFake()
	play(t, func() *fakeAgent {
		agent.connect = newWaiting().connect
		return agent
	}, setting{}, func(s *stage) {
		s.write(s.wizard.connect.address.entry, "acme")
		b := s.button("Connect")
		for range 2 {
			b.Tapped(nil) // the address is not known yet
		}
		s.settle()
		for range 2 {
			b.Tapped(nil)
			s.wizard.Key(&fyne.KeyEvent{Name: fyne.KeyReturn})
		}
		s.settle()
		if got := s.window.Canvas().Focused(); got != s.wizard.connect.browser.openAgain {
			t.Errorf("another Enter would press %v", got)
		}
	})
	if n := agent.asked("connect"); n != 1 {
		t.Errorf("%d sign-ins", n)
	}
}

func TestASignInThatFails(t *testing.T) {
	for name, c := range map[string]struct {
		end  local.ConnectStep
		says []string
		next string // the button that leads on
	}{
		"declined":      {local.ConnectStep{Problem: problem(source.SignIn, source.CodeDeclined, "source")}, []string{"Zendesk said no: the sign-in was declined. Nothing was changed."}, "Try again"},
		"closed tab":    {local.ConnectStep{Problem: problem(source.SignIn, source.CodeTimedOut, "source")}, []string{"Nobody signed in within the time. Nothing was changed."}, "Try again"},
		"role":          {local.ConnectStep{Problem: problem(source.Forbidden, source.CodeRole, "source"), Who: &local.Person{Name: "Eve", Role: "end-user"}}, []string{"Eve is an end-user in this help center. Copying all answers needs an agent or admin. Sign out of Zendesk in your browser first."}, "Sign in as someone else"},
		"role, unnamed": {local.ConnectStep{Problem: problem(source.Forbidden, source.CodeRole, "source")}, []string{"only a part of the answers"}, "Sign in as someone else"},
		"keyring":       {local.ConnectStep{Problem: problem(source.Fatal, source.CodeKeyringLocked, "")}, []string{"Your password store is locked. Unlock it, then try again."}, "Try again"},
		"scope":         {local.ConnectStep{Problem: problem(source.Forbidden, source.CodeScope, "source")}, []string{"without the right to read answers"}, "Reconnect"},
		"ports":         {local.ConnectStep{Problem: problem(source.Transient, source.CodePortsTaken, "")}, []string{"Another program uses the addresses"}, "Try again"},
		"offline":       {local.ConnectStep{Problem: problem(source.Transient, source.CodeOffline, "source")}, []string{"No internet. Nothing was changed."}, "Try again"},
		"down":          {local.ConnectStep{Problem: problem(source.Transient, "", "source")}, []string{"Zendesk is not answering. Nothing was changed."}, "Try again"},
		"throttled":     {local.ConnectStep{Problem: problem(source.Throttled, "", "source")}, []string{"Zendesk asks us to wait a little."}, "Try again"},
		"disk":          {local.ConnectStep{Problem: problem(source.Fatal, source.CodeDiskFull, "")}, []string{"The disk is full. Make room, then try again."}, "Try again"},
		"ours":          {local.ConnectStep{Problem: problem(source.Unclassified, "", "")}, []string{"Something in Dialpad Sync failed"}, "Try again"},
		"no word":       {local.ConnectStep{}, []string{"Something in Dialpad Sync failed"}, "Try again"},
	} {
		agent := newFake()
		agent.connect = fails(c.end)
		play(t, just(agent), setting{}, func(s *stage) {
			s.toDialpad()
			s.reads(c.says...)
			if s.window.Canvas().Focused() == nil {
				t.Errorf("%s: the focus is nowhere", name)
			}
			agent.connect = nil // the next one goes well
			s.tap(c.next)
			s.reads("Where is your Dialpad?")
		})
		if n := agent.asked("connect"); n != 2 {
			t.Errorf("%s: %d sign-ins, want 2", name, n)
		}
	}
}

func TestAnAgentThatIsGoneInTheMiddle(t *testing.T) {
	for name, connect := range map[string]func(context.Context, local.ConnectRequest, func(local.ConnectStep)) error{
		"with an error": func(context.Context, local.ConnectRequest, func(local.ConnectStep)) error { return errors.New("gone") },
		"without a word": func(_ context.Context, _ local.ConnectRequest, tell func(local.ConnectStep)) error {
			tell(local.ConnectStep{Stage: local.ConnectOpened, Until: time.Now().Add(time.Minute)})
			return nil
		},
	} {
		agent := newFake()
		agent.connect = connect
		play(t, just(agent), setting{}, func(s *stage) {
			s.toDialpad()
			s.reads("Something in Dialpad Sync failed", "Try again")
			s.readsNot("Your browser is open")
			s.tap("Copy details")
			if !strings.Contains(s.clipboard.text, "kind: defect") {
				t.Errorf("%s: copied %q", name, s.clipboard.text)
			}
		})
	}
}

func TestAPartOfTheAnswersIfThePersonWants(t *testing.T) {
	agent := newFake()
	agent.connect = fails(local.ConnectStep{Problem: problem(source.Forbidden, source.CodeRole, "source")})
	play(t, just(agent), setting{}, func(s *stage) {
		s.toDialpad()
		agent.connect = nil
		s.tap("Copy only what this person may read")
		s.reads("Where is your Dialpad?")
	})
	if agent.connects[0].AnyRole || !agent.connects[1].AnyRole {
		t.Errorf("%+v", agent.connects)
	}
}

func TestAWrongIdentifierIsAskedForAgain(t *testing.T) {
	agent := newFake() // the identifier is known, and wrong
	agent.connect = fails(local.ConnectStep{Problem: problem(source.SignIn, source.CodeIdentifier, "source")})
	play(t, just(agent), setting{}, func(s *stage) {
		s.toDialpad()
		s.reads("Zendesk does not know this identifier.", "Compare it with the OAuth client")
		agent.connect = nil
		s.tap("Check sign-in")
		s.reads("Zendesk has to know this app once.")
		s.keys("other_one\n")
		s.reads("Where is your Dialpad?")
	})
	if got := agent.connects[1].ClientID; got != "other_one" {
		t.Errorf("signed in with %q", got)
	}
}

func TestTheWrongAddressIsCorrected(t *testing.T) {
	agent := newFake()
	agent.connect = fails(local.ConnectStep{Problem: problem(source.Fatal, source.CodeNoHelpCenter, "source")})
	play(t, just(agent), setting{}, func(s *stage) {
		s.toDialpad()
		s.reads("there is no help center at this address", "Use the address of the brand whose help center it is.")
		s.tap("Check address")
		entry := s.wizard.connect.address.entry
		if s.window.Canvas().Focused() != entry || entry.Text != "acme" {
			t.Errorf("the focus is not on the address, or it is gone: %q", entry.Text)
		}
		s.readsNot("there is no help center")
	})
}

func TestGuidesAreShownInPlace(t *testing.T) {
	agent := newFake()
	agent.connect = fails(local.ConnectStep{Problem: problem(source.Fatal, source.CodeKeyringMissing, "")})
	play(t, just(agent), setting{}, func(s *stage) {
		s.toDialpad()
		s.tap("What to do")
		s.reads("Install a password store")
		s.tap("Try again")
		if n := agent.asked("connect"); n != 2 {
			t.Errorf("%d sign-ins", n)
		}
	})
	portal := problem(source.Transient, source.CodeNotData, "source")
	portal.Host = "acme.zendesk.com"
	agent.connect = fails(local.ConnectStep{Problem: portal})
	play(t, just(agent), setting{}, func(s *stage) {
		s.toDialpad()
		s.tap("Open it")
		if len(s.pages) != 1 || s.pages[0] != "http://acme.zendesk.com" {
			t.Errorf("opened %v", s.pages)
		}
	})
}

func TestWhatIsConnectedAlreadyIsSaid(t *testing.T) {
	agent := newFake()
	agent.address = func(context.Context, local.AddressRequest) (local.Address, error) {
		return local.Address{URL: "https://acme.zendesk.com", Host: "acme.zendesk.com", ClientID: "x", Account: "help-center"}, nil
	}
	play(t, just(agent), setting{task: Task{Goal: AddSource}}, func(s *stage) {
		s.write(s.wizard.connect.address.entry, "acme")
		s.pass(typingPause)
		s.reads("acme.zendesk.com is connected already.")
		s.tap("Connect")
		if got := agent.connects[0].Account; got != "help-center" {
			t.Errorf("signed in to the account %q", got)
		}
		s.reads("What should Dialpad know?") // Dialpad is connected
	})
}

// A megabyte, garbage and right-to-left text in every field do no harm, and
// what is too long is said to be.
func TestAnythingInEveryField(t *testing.T) {
	agent := newFake()
	agent.address = unknown
	agent.setup = local.Setup{}
	for name, text := range map[string]string{
		"a megabyte":    strings.Repeat("x", 1<<20),
		"right to left": strings.Repeat("שלום عليكم ", 1<<16),
		"garbage":       strings.Repeat("\x00\xff\u202e\U0001F600\n\t", 1<<15),
	} {
		play(t, just(agent), setting{}, func(s *stage) {
			paste := func(e *control.Entry) {
				s.window.Canvas().Focus(e)
				e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: &clipboard{text}})
				s.settle()
				s.pass(time.Second)
				if n := utf8.RuneCountInString(e.Text); n == 0 || n > 5000 {
					t.Errorf("%s: a field holds %d characters", name, n)
				}
			}
			c := s.wizard.connect
			paste(c.address.entry)
			s.reads("This is too long for an address.")
			s.tap("Connect")
			s.write(c.address.entry, "acme")
			s.pass(typingPause)
			paste(c.register.entry)
			s.tap("Connect")
			s.reads("This is too long for an identifier.")
			s.write(c.register.entry, "fine")
			s.tap("Connect")

			f := s.wizard.dialpad.form
			s.tick("Other address")
			for _, e := range []*control.Entry{f.url, f.id, f.secret} {
				paste(e)
				s.tap("Test")
				s.reads("This is too long; something else was pasted.")
				s.write(e, "https://x")
			}
			s.tap("Test")
			s.tap("Next")
			paste(s.wizard.choose.what.search)
			s.reads("Nothing has this in its name.")
		})
	}
	if agent.asked("connect") != 3 || agent.asked("dialpad") != 6 {
		t.Errorf("%d sign-ins and %d tests", agent.asked("connect"), agent.asked("dialpad"))
	}
}
