package setup

import (
	"fmt"
	"os"
	"testing"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/window/look"
)

// scene is one state of the set-up as a person may see it.
type scene struct {
	name  string
	agent func() *fakeAgent
	task  Task
	play  func(s *stage)
}

// labels of buttons in the language of the stage.
func (s *stage) press2(key string) { s.tap(s.wizard.words.Text(key)) }

func (s *stage) toDialpad() {
	s.write(s.wizard.connect.address.entry, "acme")
	s.pass(typingPause)
	s.press2("source.connect")
}

func (s *stage) credentials() {
	s.tick(s.wizard.words.Text("noun.europe"))
	s.write(s.wizard.dialpad.form.id, "cid")
	s.write(s.wizard.dialpad.form.secret, "shh")
}

func with(change func(f *fakeAgent)) func() *fakeAgent {
	return func() *fakeAgent {
		f := newFake()
		change(f)
		return f
	}
}

func refusing(p local.ConnectStep) func() *fakeAgent {
	return with(func(f *fakeAgent) {
		f.connect = fails(p)
	})
}

var scenes = []scene{
	{name: "1-address", agent: newFake, play: func(s *stage) {}},
	{name: "1-found", agent: newFake, play: func(s *stage) {
		s.write(s.wizard.connect.address.entry, "acme")
		s.pass(typingPause)
	}},
	{name: "1-wrong", agent: newFake, play: func(s *stage) {
		s.write(s.wizard.connect.address.entry, "ada@acme.com")
		s.pass(typingPause)
	}},
	{name: "1-cards", agent: with(func(f *fakeAgent) { f.sources = append(f.sources, magento) }), play: func(s *stage) {}},
	{name: "1-register", agent: with(func(f *fakeAgent) { f.address = unknown }), play: func(s *stage) {
		s.write(s.wizard.connect.address.entry, "acme")
		s.pass(typingPause)
	}},
	{name: "1-waiting", agent: with(func(f *fakeAgent) { f.connect = newWaiting().connect }), play: func(s *stage) {
		s.toDialpad()
		s.pass(29e9)
	}},
	{name: "1-declined", agent: refusing(local.ConnectStep{Problem: problem(source.SignIn, source.CodeDeclined, "source")}), play: (*stage).toDialpad},
	{name: "1-role", agent: refusing(local.ConnectStep{
		Problem: problem(source.Forbidden, source.CodeRole, "source"), Who: &local.Person{Name: "Eve Example", Role: "end-user"},
	}), play: (*stage).toDialpad},
	{name: "1-keyring", agent: refusing(local.ConnectStep{Problem: problem(source.Fatal, source.CodeKeyringMissing, "")}), play: func(s *stage) {
		s.toDialpad()
		s.press2("action.what_to_do")
	}},
	{name: "2-empty", agent: newFake, play: (*stage).toDialpad},
	{name: "2-panels", agent: newFake, play: func(s *stage) {
		s.toDialpad()
		s.tick(s.wizard.words.Text("credentials.other_address"))
		s.press2("credentials.who")
		s.press2("credentials.more")
	}},
	{name: "2-answered", agent: newFake, play: func(s *stage) {
		s.toDialpad()
		s.credentials()
		s.press2("credentials.test")
	}},
	{name: "2-wrong", agent: with(func(f *fakeAgent) { f.dialpad = wrongIn("eu") }), play: func(s *stage) {
		s.toDialpad()
		s.credentials()
		s.press2("credentials.test")
	}},
	{name: "2-asking", agent: with(func(f *fakeAgent) { f.dialpad = neverDialpad }), play: func(s *stage) {
		s.toDialpad()
		s.credentials()
		s.press2("credentials.test")
	}},
	{name: "3-reading", agent: with(func(f *fakeAgent) { f.setup = connectedSetup(true); f.choices = neverChoices }), play: func(s *stage) {}},
	{name: "3-counting", agent: with(func(f *fakeAgent) { f.setup = connectedSetup(true) }), play: func(s *stage) {}},
	{name: "3-planned", agent: with(func(f *fakeAgent) { f.setup = connectedSetup(true) }), play: func(s *stage) {
		s.row("Wholesale")
		s.row("Shipping")
		s.pass(planPause)
	}},
	{name: "3-extra", agent: with(func(f *fakeAgent) {
		f.setup = connectedSetup(true)
		f.plan = planned(local.Plan{Total: 1014, ByLocale: map[string]int{"en-us": 902, "de": 112}, Already: 982, Add: 32, Extra: 222, Remove: 3})
	}), play: func(s *stage) { s.pass(planPause) }},
	{name: "3-sample", agent: with(func(f *fakeAgent) { f.setup = connectedSetup(true) }), play: func(s *stage) {
		s.pass(planPause)
		s.press2("choose.show_one")
	}},
	{name: "3-failed", agent: with(func(f *fakeAgent) {
		f.setup = connectedSetup(true)
		f.plan = planFails(problem(source.Transient, source.CodeOffline, "source"))
	}), play: func(s *stage) { s.pass(planPause) }},
	{name: "3-again", agent: with(func(f *fakeAgent) { f.setup = connectedSetup(true) }), task: Task{Goal: ChooseAgain, Account: "help-center"}, play: func(s *stage) {
		s.pass(planPause)
	}},
	{name: "1-again", agent: with(func(f *fakeAgent) { f.setup = connectedSetup(true) }), task: Task{Goal: SignInAgain, Account: "help-center"}, play: func(s *stage) {}},
	{name: "0-start", agent: with(func(f *fakeAgent) { f.setupErr = failure(source.Unclassified, "", "") }), play: func(s *stage) {}},
}

// languages and variants in which every scene is drawn where SETUP_SHOTS asks
// for pictures.
var drawn = []setting{
	{language: "en", look: look.Options{Variant: "light"}}, {language: "en", look: look.Options{Variant: "dark"}},
	{language: "de", look: look.Options{Variant: "light"}}, {language: "de", look: look.Options{Variant: "dark"}},
	{language: "de", look: look.Options{Variant: "light", TextScale: 2}},
}

func TestScenesAreDrawn(t *testing.T) {
	if os.Getenv("SETUP_SHOTS") == "" {
		drawn = drawn[:1]
		scenes = scenes[:1]
	}
	for _, set := range drawn {
		for _, sc := range scenes {
			name := fmt.Sprintf("%s-%s-%v-%s", set.language, set.look.Variant, max(1, set.look.TextScale), sc.name)
			set.task = sc.task
			play(t, sc.agent, set, func(s *stage) {
				sc.play(s)
				s.shoot(name)
				if len(s.words()) == 0 {
					t.Errorf("%s: nothing can be read", name)
				}
			})
		}
	}
}
