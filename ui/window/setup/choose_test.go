package setup

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

// atChoose is a set-up that has only the choice left.
func atChoose(change func(f *fakeAgent)) func() *fakeAgent {
	return with(func(f *fakeAgent) {
		f.setup = connectedSetup(true)
		if change != nil {
			change(f)
		}
	})
}

func TestTickingIsPlannedWhenItRests(t *testing.T) {
	agent := atChoose(nil)()
	play(t, just(agent), setting{}, func(s *stage) {
		s.reads("Counting…")
		if s.button("Start").Disabled() == false {
			t.Error("it can be started before anybody knows what happens")
		}
		s.row("Wholesale")
		s.pass(planPause / 2)
		s.row("Shipping")
		s.pass(planPause / 2)
		if n := agent.asked("plan"); n != 0 {
			t.Errorf("planned %d times while somebody ticked", n)
		}
		s.pass(planPause)
		s.reads("902 answers will be copied to Dialpad. Nothing will be removed.")
		s.tick("German")
		s.reads("Counting…")
		s.pass(planPause)
		s.reads("1,014 answers (902 English, 112 German) will be copied to Dialpad. Nothing will be removed.")
		s.tick("Also answers that only signed-in customers may read (41)")
		s.tick("Also drafts (7)")
		s.pass(planPause)
		s.tap("Start")
	})
	if n := agent.asked("plan"); n != 3 {
		t.Errorf("planned %d times, want 3", n)
	}
	got := agent.chosen[0].Selection
	if strings.Join(got.Collections, " ") != "section:11 category:3" || strings.Join(got.Locales, " ") != "en-us de" || !got.IncludeRestricted || !got.IncludeDrafts {
		t.Errorf("%+v", got)
	}
}

func TestAnOldPlanIsStopped(t *testing.T) {
	stopped := 0
	agent := atChoose(func(f *fakeAgent) {
		f.plan = func(ctx context.Context, _ local.ChooseRequest, tell func(local.PlanStep)) error {
			tell(local.PlanStep{Counted: 1320})
			<-ctx.Done()
			stopped++
			return ctx.Err()
		}
	})()
	play(t, just(agent), setting{}, func(s *stage) {
		s.pass(planPause)
		s.reads("Counting… 1,320 answers so far")
		s.row("Coffee")
		if stopped != 1 {
			t.Error("the old plan is still being made")
		}
		s.pass(planPause)
		s.tap("Back")
		if stopped != 2 {
			t.Error("the plan goes on although the person went back")
		}
	})
}

func TestNothingTickedIsNotEverything(t *testing.T) {
	agent := atChoose(nil)()
	play(t, just(agent), setting{}, func(s *stage) {
		s.pass(planPause)
		for _, name := range []string{"Orders and delivery", "Wholesale", "Coffee"} {
			s.row(name)
		}
		s.pass(planPause)
		s.reads("Tick what is to be copied.")
		if !s.button("Start").Disabled() || !s.button("Show one").Disabled() {
			t.Error("nothing can be started")
		}
		s.wizard.Key(&fyne.KeyEvent{Name: fyne.KeyReturn})
		s.row("Coffee")
		s.tick("English")
		s.pass(planPause)
		s.reads("Tick at least one language.")
		s.wizard.Key(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if n := agent.asked("plan"); n != 1 {
			t.Errorf("planned %d times", n)
		}
	})
	if len(agent.chosen) != 0 {
		t.Errorf("it was started with %+v", agent.chosen)
	}
}

func TestWhatAnEarlierSetUpLeft(t *testing.T) {
	for _, remove := range []bool{false, true} {
		agent := atChoose(func(f *fakeAgent) {
			f.plan = planned(local.Plan{Total: 1014, ByLocale: map[string]int{"en-us": 1014}, Already: 982, Add: 32, Extra: 222, Remove: 3})
		})()
		play(t, just(agent), setting{}, func(s *stage) {
			s.pass(planPause)
			s.reads("1,014 answers will be copied to Dialpad. 3 answers will be removed from Dialpad.",
				"982 of these are already in Dialpad; 32 will be added.",
				"222 answers of an earlier set-up that you did not tick are in Dialpad too:")
			if s.wizard.choose.plan.extra.chosen != 0 {
				t.Error("removing them is the default")
			}
			if remove {
				s.tick("Remove them")
				s.reads("225 answers will be removed from Dialpad.")
			}
			s.tap("Start")
		})
		want := 3
		if remove {
			want = 225
		}
		if got := agent.chosen[0]; got.KeepExtra == remove || got.Removals != want {
			t.Errorf("remove %v: %+v", remove, got)
		}
	}
}

// What a person agreed to for one plan says nothing about the next.
func TestRemovingIsAgreedToAnew(t *testing.T) {
	agent := atChoose(func(f *fakeAgent) { f.plan = planned(local.Plan{Total: 10, Extra: 5}) })()
	play(t, just(agent), setting{}, func(s *stage) {
		s.pass(planPause)
		s.tick("Remove them")
		s.row("Coffee")
		s.pass(planPause)
		s.reads("Nothing will be removed.")
		s.tap("Start")
	})
	if got := agent.chosen[0]; !got.KeepExtra || got.Removals != 0 {
		t.Errorf("%+v", got)
	}
}

func TestAPlanThatFails(t *testing.T) {
	for name, plan := range map[string]func(context.Context, local.ChooseRequest, func(local.PlanStep)) error{
		"with a problem": planFails(problem(source.Transient, source.CodeOffline, "source")),
		"with an error": func(context.Context, local.ChooseRequest, func(local.PlanStep)) error {
			return failure(source.Transient, source.CodeOffline, "source")
		},
	} {
		agent := atChoose(func(f *fakeAgent) { f.plan = plan })()
		play(t, just(agent), setting{}, func(s *stage) {
			s.pass(planPause)
			s.reads("It is not known yet what would be copied.", "No internet. Nothing was changed.")
			if !s.button("Start").Disabled() {
				t.Errorf("%s: it can be started", name)
			}
			agent.plan = nil
			s.tap("Try again")
			s.pass(planPause)
			s.reads("902 answers will be copied")
			s.readsNot("No internet")
		})
	}
	agent := atChoose(func(f *fakeAgent) {
		f.plan = func(context.Context, local.ChooseRequest, func(local.PlanStep)) error { return nil }
	})()
	play(t, just(agent), setting{}, func(s *stage) {
		s.pass(planPause)
		s.reads("Something in Dialpad Sync failed")
	})
}

func TestASample(t *testing.T) {
	agent := atChoose(nil)()
	play(t, just(agent), setting{}, func(s *stage) {
		s.pass(planPause)
		s.row("Wholesale")
		s.pass(planPause)
		s.tap("Show one")
		s.reads("Choose a grind", "This is how it will look in Dialpad.", "Picture: Five grind sizes")
		s.tap("Open the original")
		if len(s.pages) != 1 {
			t.Errorf("opened %v", s.pages)
		}
		s.press(fyne.KeyEscape)
		s.reads("What should Dialpad know?", "902 answers")
		agent.sample = func(context.Context, local.ChooseRequest) (local.Sample, error) {
			return local.Sample{}, failure(source.Transient, source.CodeDown, "source")
		}
		s.tap("Show one")
		s.reads("Zendesk is not answering. Nothing was changed.")
		agent.sample = func(ctx context.Context, _ local.ChooseRequest) (local.Sample, error) {
			<-ctx.Done()
			return local.Sample{}, ctx.Err()
		}
		s.tap("Try again")
		s.reads("Reading an answer…")
		s.tap("Back")
		s.readsNot("Reading an answer…")
	})
}

func TestStartThatFails(t *testing.T) {
	agent := atChoose(func(f *fakeAgent) {
		f.choose = func(context.Context, local.ChooseRequest) error {
			return failure(source.Fatal, source.CodeDiskFull, "")
		}
	})()
	play(t, just(agent), setting{}, func(s *stage) {
		s.pass(planPause)
		s.tap("Start")
		s.reads("The disk is full. Make room, then try again.")
		if len(s.finished) != 0 {
			t.Error("it is finished all the same")
		}
		agent.choose = nil
		s.tap("Try again")
		if len(s.finished) != 1 {
			t.Error("it is not finished")
		}
	})
}

func TestStartTwiceIsOnce(t *testing.T) {
	ended := 0
	agent := atChoose(func(f *fakeAgent) {
		f.choose = func(ctx context.Context, _ local.ChooseRequest) error {
			<-ctx.Done()
			ended++
			return ctx.Err()
		}
	})()
	play(t, just(agent), setting{}, func(s *stage) {
		s.pass(planPause)
		b := s.button("Start")
		b.Tapped(nil)
		b.Tapped(nil)
		s.settle()
		s.wizard.Key(&fyne.KeyEvent{Name: fyne.KeyReturn})
		s.settle()
		s.reads("Starting…")
		s.press(fyne.KeyEscape)
		s.settle()
		s.readsNot("Starting…")
		if ended != 1 || agent.asked("choose") != 1 || len(s.finished) != 0 {
			t.Errorf("started %d times, %d ended, finished %v", agent.asked("choose"), ended, s.finished)
		}
	})
}

func TestChoicesThatCannotBeRead(t *testing.T) {
	agent := atChoose(func(f *fakeAgent) {
		f.choices = func(context.Context, string) (local.Choices, error) {
			return local.Choices{}, failure(source.SignIn, "", "source")
		}
	})()
	play(t, just(agent), setting{}, func(s *stage) {
		s.reads("Zendesk wants you to sign in again.")
		s.readsNot("Start", "Search")
		agent.choices = nil
		s.tap("Reconnect") // the first step does it, and comes back
		s.reads("What should Dialpad know?", "Orders and delivery")
	})
	if got := agent.connects[0]; got.Account != "help-center" {
		t.Errorf("%+v", got)
	}
}

func TestASignInThatEndedIsRenewedFromTheChoice(t *testing.T) {
	agent := newFake()
	agent.setup = connectedSetup(true)
	agent.plan = planFails(problem(source.SignIn, source.CodeWrongSecret, "dialpad"))
	play(t, just(agent), setting{task: Task{Goal: ChooseAgain, Account: "help-center"}}, func(s *stage) {
		s.row("Coffee")
		s.pass(planPause)
		s.reads("does not know this ID and secret")
		agent.plan = nil
		s.tap("Check sign-in")
		s.reads("Where is your Dialpad?")
		s.readsNot("You are signed in to Dialpad.", "Next")
		s.keys("new")
		s.tap("Test")
		s.tap("Next")
		s.pass(planPause)
		s.reads("902 answers will be copied")
		if got := s.wizard.choose.what.list.tree.byID["category:3"].tick(); got != off {
			t.Error("what was ticked is forgotten")
		}
		s.tap("Save")
		if len(s.finished) != 1 {
			t.Error("not finished")
		}
	})
}

func TestReadingTheChoicesIsCancelled(t *testing.T) {
	agent := atChoose(func(f *fakeAgent) { f.choices = neverChoices })()
	play(t, just(agent), setting{}, func(s *stage) {
		s.reads("Reading what Zendesk has…")
		s.press(fyne.KeyEscape)
		s.reads("You are signed in to Dialpad.")
		agent.choices = nil
		s.tap("Next")
		s.reads("Orders and delivery")
	})
}

func TestBackKeepsWhatWasTicked(t *testing.T) {
	agent := atChoose(nil)()
	play(t, just(agent), setting{}, func(s *stage) {
		s.row("Wholesale")
		s.tick("German")
		s.write(s.wizard.choose.what.search, "ship")
		s.tick("Start with this computer")
		s.tap("Back")
		s.tap("Back")
		s.tap("Next")
		s.reads("What should Dialpad know?", "Shipping")
		s.readsNot("Placing an order")
		s.pass(planPause)
		s.tap("Start")
	})
	got := agent.chosen[0]
	if strings.Join(got.Selection.Collections, " ") != "category:1 category:3" || len(got.Selection.Locales) != 2 || got.StartAtLogin {
		t.Errorf("%+v", got)
	}
	if n := agent.asked("choices"); n != 1 {
		t.Errorf("the choices were read %d times", n)
	}
}

func TestTheTreeByKeyboard(t *testing.T) {
	agent := atChoose(nil)()
	play(t, just(agent), setting{}, func(s *stage) {
		what := s.wizard.choose.what
		s.keys("")
		if s.window.Canvas().Focused() != what.search {
			t.Fatal("the search does not have the focus")
		}
		s.keys("ship\n") // to what was found, and does not start anything
		if s.window.Canvas().Focused() != what.list || len(agent.chosen) != 0 {
			t.Fatal("Enter in the search did something else")
		}
		s.press(fyne.KeyDown)
		s.press(fyne.KeySpace)
		if got := what.list.tree.byID["section:12"].tick(); got != off {
			t.Errorf("Shipping is %v", got)
		}
		s.press(fyne.KeyReturn)
		s.write(what.search, "")
		s.window.Canvas().Focus(what.list)
		for range 3 {
			s.press(fyne.KeyUp)
		}
		s.press(fyne.KeyLeft)
		s.readsNot("Placing an order")
		s.press(fyne.KeyRight)
		s.reads("Placing an order")
		for range 20 {
			s.press(fyne.KeyDown)
		}
		s.press(fyne.KeySpace)
		if got := what.list.tree.byID["category:3"].tick(); got != off {
			t.Errorf("Coffee, the last, is %v", got)
		}
	})
}

func TestFoldingWithTheMouse(t *testing.T) {
	play(t, atChoose(nil), setting{}, func(s *stage) {
		var first *arrow
		s.walk(func(o fyne.CanvasObject) {
			if a, ok := o.(*arrow); ok && first == nil {
				first = a
			}
		})
		first.Tapped(nil)
		s.settle()
		s.readsNot("Placing an order")
		if got := s.wizard.choose.what.list.tree.byID["category:1"].tick(); got != on {
			t.Error("folding ticks")
		}
		first.Tapped(nil)
		s.settle()
		s.reads("Placing an order")
	})
}

func TestOneLanguageNeedsNoBox(t *testing.T) {
	agent := atChoose(func(f *fakeAgent) {
		f.choices = func(context.Context, string) (local.Choices, error) {
			c := someChoices()
			c.Collections = append(c.Collections[:1:1], source.Collection{ID: "locale:fr", Name: "fr", Count: 5})
			c.Chosen = local.Selection{Locales: []string{"fr"}}
			c.Idle = 36 * time.Hour
			return c, nil
		}
	})()
	play(t, just(agent), setting{}, func(s *stage) {
		s.readsNot("French", "Also drafts")
		s.reads("ends when this computer is off for over a day")
		s.pass(planPause)
		s.tap("Start")
	})
	if got := agent.chosen[0].Selection.Locales; len(got) != 1 || got[0] != "fr" {
		t.Errorf("%v", got)
	}
}

func TestASignInThatDoesNotEndIsNotMentioned(t *testing.T) {
	play(t, atChoose(func(f *fakeAgent) {
		f.choices = func(context.Context, string) (local.Choices, error) {
			c := someChoices()
			c.Idle = 0
			return c, nil
		}
	}), setting{}, func(s *stage) { s.readsNot("The sign-in to") })
}

func TestChoosingAgain(t *testing.T) {
	agent := newFake()
	agent.setup = connectedSetup(true)
	agent.choices = func(_ context.Context, account string) (local.Choices, error) {
		c := someChoices()
		c.Chosen.Collections = []string{"category:2"}
		return c, nil
	}
	play(t, just(agent), setting{task: Task{Goal: ChooseAgain, Account: "help-center"}}, func(s *stage) {
		s.readsNot("1 Connect", "Start with this computer")
		s.pass(planPause)
		if got := s.wizard.choose.what.list.tree.chosen(); strings.Join(got, " ") != "category:2" {
			t.Errorf("ticked: %v", got)
		}
		s.row("Coffee")
		s.pass(planPause)
		s.tap("Save")
		if len(s.finished) != 1 {
			t.Error("not finished")
		}
	})
	if got := agent.chosen[0]; got.StartAtLogin || got.Account != "help-center" {
		t.Errorf("%+v", got)
	}
}

func TestAnAgentWithoutWordsIsADefect(t *testing.T) {
	play(t, atChoose(func(f *fakeAgent) {
		f.choices = func(context.Context, string) (local.Choices, error) { return local.Choices{}, errors.New("gone") }
	}), setting{}, func(s *stage) {
		s.reads("Something in Dialpad Sync failed", "Copy details", "Try again")
	})
}

func TestTheNumbersAreThoseOfTheTickedLanguages(t *testing.T) {
	agent := atChoose(func(f *fakeAgent) {
		f.choices = func(context.Context, string) (local.Choices, error) {
			return local.Choices{
				Collections: []source.Collection{
					{ID: "category:1", Name: "Orders", Count: 1102, ByLocale: map[string]source.Tally{"en-us": {Count: 1102}, "de": {Count: 310, Restricted: 4}}},
					{ID: "locale:en-us", Name: "en-us", Count: 1102}, {ID: "locale:de", Name: "de", Count: 310},
				},
				Chosen: local.Selection{Locales: []string{"EN-US"}},
			}, nil
		}
	})()
	play(t, just(agent), setting{}, func(s *stage) {
		s.reads("Orders\n1,102")
		s.readsNot("signed-in customers")
		s.tick("German")
		s.reads("Orders\n1,412", "signed-in customers may read (4)")
		s.tick("English")
		s.reads("Orders\n310")
	})
}
