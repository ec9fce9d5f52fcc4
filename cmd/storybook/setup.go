package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/setup"
	"dialpadsync.app/ui/window/windowtest"
)

// newcomer is an agent that also answers what the set-up asks.
type newcomer struct {
	*windowtest.Agent
	// known says that the source knows this program.
	known   bool
	shop    bool // it is a shop that is connected
	connect []local.ConnectStep
	dialpad error
	plan    local.Plan
}

// Sources implements setup.Agent.
func (n *newcomer) Sources(context.Context) ([]local.SourceCard, error) {
	if n.shop {
		return []local.SourceCard{{Name: "magento", Title: "Magento", Keys: []string{"Consumer Key", "Consumer Secret", "Access Token", "Access Token Secret"}}}, nil
	}
	return []local.SourceCard{{Name: "zendesk", Title: "Zendesk"}}, nil
}

// Address implements setup.Agent.
func (n *newcomer) Address(_ context.Context, ask local.AddressRequest) (local.Address, error) {
	if strings.Contains(ask.Text, "@") {
		return local.Address{}, &source.Error{Kind: source.Fatal, Code: source.CodeAddress, Side: "source", Err: errors.New("no address")}
	}
	if n.shop {
		return local.Address{URL: "https://www.example.com", Host: "www.example.com", Registration: local.Registration{
			Page: "https://www.example.com/admin", Name: "Dialpad Sync", Steps: []string{"", "", "", "", "", ""},
		}}, nil
	}
	a := local.Address{URL: "https://acme.zendesk.com", Host: "acme.zendesk.com", Registration: local.Registration{
		Page: "https://acme.zendesk.com/admin", Name: "Dialpad Sync", Identifier: "dialpad_sync", Steps: []string{"", "", "", "", "", "", "", ""},
		Redirects: []string{"http://127.0.0.1:47111/callback", "http://127.0.0.1:47112/callback", "http://127.0.0.1:47113/callback"},
	}}
	if n.known {
		a.ClientID = "built-in"
	}
	return a, nil
}

// Connect implements setup.Agent: it tells its steps and waits.
func (n *newcomer) Connect(ctx context.Context, _ local.ConnectRequest, tell func(local.ConnectStep)) error {
	for _, step := range n.connect {
		tell(step)
		if step.Stage == local.ConnectFailed {
			return nil
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

// OpenAgain implements setup.Agent.
func (n *newcomer) OpenAgain(context.Context) error { return nil }

// Dialpad implements setup.Agent.
func (n *newcomer) Dialpad(context.Context, local.DialpadRequest) (local.DialpadAnswer, error) {
	return local.DialpadAnswer{Version: "v2.2", Elsewhere: 36}, n.dialpad
}

// Choices implements setup.Agent.
func (n *newcomer) Choices(context.Context, string) (local.Choices, error) {
	return local.Choices{
		Collections: []source.Collection{
			{ID: "category:1", Name: "Orders and delivery", Count: 520, Restricted: 41},
			{ID: "section:11", Parent: "category:1", Name: "Placing an order", Count: 214},
			{ID: "section:12", Parent: "category:1", Name: "Shipping", Count: 306, Restricted: 41},
			{ID: "category:2", Name: "Wholesale", Count: 88, Drafts: 7},
			{ID: "category:3", Name: "Coffee", Count: 494},
			{ID: "locale:de", Name: "de", Count: 310}, {ID: "locale:en-us", Name: "en-us", Count: 1102},
		},
		Chosen: local.Selection{Locales: []string{"en-us"}}, Idle: 8 * 7 * 24 * time.Hour,
	}, nil
}

// Plan implements setup.Agent.
func (n *newcomer) Plan(_ context.Context, _ local.ChooseRequest, tell func(local.PlanStep)) error {
	tell(local.PlanStep{Plan: &n.plan})
	return nil
}

// Sample implements setup.Agent.
func (n *newcomer) Sample(context.Context, local.ChooseRequest) (local.Sample, error) {
	return local.Sample{
		Title: "Choose a grind", URL: "https://acme.zendesk.com/hc/en-us/articles/1", Locale: "en-us",
		HTML: "<h2>Which grind fits</h2><p>For <strong>espresso</strong> choose <em>fine</em>, for a French press coarse.</p><ul><li>Espresso: fine</li><li>Filter: medium</li></ul>",
	}, nil
}

// Choose implements setup.Agent.
func (n *newcomer) Choose(context.Context, local.ChooseRequest) error { return nil }

// guideFor opens the set-up on a scene's newcomer.
func (s scene) guideFor(app fyne.App, a *windowtest.Agent) func(window.Opening) window.Guide {
	return func(o window.Opening) window.Guide {
		n := s.setup
		n.Agent = a
		return setup.New(&n, o.Words, setup.Host{
			Canvas: o.Window.Canvas(), Clipboard: app.Clipboard(), Do: o.Post, Finished: func(string) { o.Finished() }, Left: o.Left,
		}, o.Task)
	}
}

// begun is an agent whose set-up was broken off: nothing, the source, or Dialpad
// too is connected.
func begun(steps int) func(string) *windowtest.Agent {
	return func(string) *windowtest.Agent {
		a := &windowtest.Agent{}
		if steps > 0 {
			a.SetupState.Accounts = []local.Account{{ID: "help-center", Source: "zendesk", Title: "Zendesk", URL: "https://acme.zendesk.com", Host: "acme.zendesk.com"}}
			a.SetupState.SignedIn = []string{"help-center"}
		}
		if steps > 1 {
			a.SetupState.Dialpad = &local.DialpadRequest{Region: "eu", ClientID: "cid"}
			a.SetupState.SignedIn = append(a.SetupState.SignedIn, "dialpad")
		}
		return a
	}
}

// write types into the n-th field.
func (st *stage) write(n int, text string) error {
	for _, o := range st.Objects() {
		if e, ok := o.(*control.Entry); ok {
			if n == 0 {
				e.SetText(text)
				return nil
			}
			n--
		}
	}
	return errors.New("there is no such field")
}

func setups() []scene {
	connecting := func(steps ...local.ConnectStep) newcomer { return newcomer{known: true, connect: steps} }
	address := func(st *stage) error {
		return after(
			func() error { return st.shows("source.any_form") },
			func() error { return st.write(0, "acme") },
			func() error { return st.shows("source.we_open", view.Args{"host": "acme.zendesk.com"}) })
	}
	connect := func(then string) func(*stage) error {
		return func(st *stage) error {
			return after(func() error { return address(st) }, func() error { return st.press("source.connect") }, func() error { return st.shows(then) })
		}
	}
	test := func(then string, args ...view.Args) func(*stage) error {
		return func(st *stage) error {
			return after(
				func() error { return st.shows("credentials.where") },
				func() error {
					europe, ok := windowtest.Find[*control.Radio](st.Screen)
					if !ok {
						return errors.New("there is no region to choose")
					}
					europe.SetChecked(true)
					return errors.Join(st.write(0, "cid"), st.write(1, "shh"))
				},
				func() error { return st.press("credentials.test") },
				func() error { return st.shows(then, args...) })
		}
	}
	planned := func(st *stage) error { return st.shows("choose.nothing_removed") }
	plan := local.Plan{Total: 1014, ByLocale: map[string]int{"en-us": 902, "de": 112}, Add: 1014}
	earlier := local.Plan{Total: 1014, ByLocale: map[string]int{"en-us": 902, "de": 112}, Already: 982, Add: 32, Extra: 222}
	failed := func(p engine.Problem) local.ConnectStep {
		return local.ConnectStep{Stage: local.ConnectFailed, Problem: &p}
	}
	return []scene{
		{name: "setup-1-address", title: "Set-up: where is it?", agent: begun(0), act: func(st *stage) error { return st.shows("source.any_form") }},
		{name: "setup-1-found", title: "Set-up: the address", agent: begun(0), setup: connecting(), act: address},
		{name: "setup-1-register", title: "Set-up: the source has to know this app", agent: begun(0), act: func(st *stage) error {
			return after(func() error { return address(st) }, func() error { return st.shows("source.open_admin") })
		}},
		{name: "setup-1-keys", title: "Set-up: the keys of a shop", agent: begun(0), setup: newcomer{shop: true}, act: func(st *stage) error {
			return after(
				func() error { return st.shows("source.any_form") },
				func() error { return st.write(0, "www.example.com") },
				func() error { return st.shows("source.open_shop_admin") })
		}},
		{
			name: "setup-1-waiting", title: "Set-up: the browser is open", agent: begun(0), act: connect("setup.copy_link"),
			setup: connecting(local.ConnectStep{Stage: local.ConnectOpened, URL: "https://acme.zendesk.com/oauth", Until: time.Now().Add(time.Hour)}),
		},
		{
			name: "setup-1-declined", title: "Set-up: the sign-in was declined", agent: begun(0), act: connect("action.try_again"),
			setup: connecting(failed(engine.Problem{Kind: source.SignIn, Code: source.CodeDeclined, Side: "source"})),
		},
		{name: "setup-2-dialpad", title: "Set-up: Dialpad", agent: begun(1), act: func(st *stage) error { return st.shows("credentials.where") }},
		{name: "setup-2-answered", title: "Set-up: Dialpad answered", agent: begun(1), act: test("setup.next")},
		{
			name: "setup-2-wrong", title: "Set-up: the other region?", agent: begun(1),
			setup: newcomer{dialpad: &source.Error{Kind: source.SignIn, Code: source.CodeWrongSecret, Side: "dialpad", Host: "api.eu.karehq.com", Err: errors.New("no")}},
			act: func(st *stage) error {
				return test("credentials.try_region", view.Args{"region": st.words.Text("noun.united_states")})(st)
			},
		},
		{name: "setup-3-choose", title: "Set-up: what to copy", agent: begun(2), setup: newcomer{plan: plan}, act: planned},
		{name: "setup-3-earlier", title: "Set-up: what an earlier one left", agent: begun(2), setup: newcomer{plan: earlier}, act: planned},
		{name: "setup-3-sample", title: "Set-up: one answer as it will look", agent: begun(2), setup: newcomer{plan: plan}, act: func(st *stage) error {
			return after(func() error { return planned(st) }, func() error { return st.press("choose.show_one") }, func() error { return st.until("Choose a grind") })
		}},
	}
}
