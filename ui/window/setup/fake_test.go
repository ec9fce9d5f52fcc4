package setup

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

// fakeAgent answers as the agent does. What a test sets to something else is
// answered instead.
type fakeAgent struct {
	setup   local.Setup
	sources []local.SourceCard

	setupErr error
	address  func(context.Context, local.AddressRequest) (local.Address, error)
	connect  func(context.Context, local.ConnectRequest, func(local.ConnectStep)) error
	again    func(context.Context) error
	dialpad  func(context.Context, local.DialpadRequest) (local.DialpadAnswer, error)
	choices  func(context.Context, string) (local.Choices, error)
	plan     func(context.Context, local.ChooseRequest, func(local.PlanStep)) error
	sample   func(context.Context, local.ChooseRequest) (local.Sample, error)
	choose   func(context.Context, local.ChooseRequest) error

	mu       sync.Mutex
	calls    []string
	connects []local.ConnectRequest
	dialpads []local.DialpadRequest
	plans    []local.ChooseRequest
	chosen   []local.ChooseRequest
}

var (
	zendesk = local.SourceCard{Name: "zendesk", Title: "Zendesk"}
	magento = local.SourceCard{Name: "magento", Title: "Magento"}
)

func newFake() *fakeAgent { return &fakeAgent{sources: []local.SourceCard{zendesk}} }

func (f *fakeAgent) note(call string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, call)
}

// asked counts the calls of a kind.
func (f *fakeAgent) asked(call string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.calls {
		if c == call || strings.HasPrefix(c, call+" ") {
			n++
		}
	}
	return n
}

func (f *fakeAgent) Sources(context.Context) ([]local.SourceCard, error) { return f.sources, nil }

func (f *fakeAgent) Setup(context.Context) (local.Setup, error) {
	f.note("setup")
	return f.setup, f.setupErr
}

func (f *fakeAgent) Address(ctx context.Context, ask local.AddressRequest) (local.Address, error) {
	f.note("address " + ask.Text)
	if f.address != nil {
		return f.address(ctx, ask)
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(ask.Text), "https://"), ".")
	if name == "" || strings.ContainsAny(name, " @/") {
		return local.Address{}, failure(source.Fatal, source.CodeAddress, "source")
	}
	host := name + ".zendesk.com"
	return local.Address{URL: "https://" + host, Host: host, ClientID: "built-in", Registration: registration}, nil
}

var registration = local.Registration{
	Page: "https://acme.zendesk.com/admin", Name: "Dialpad Sync", Identifier: "dialpad_sync",
	Steps: []string{"one", "two", "three", "four", "five", "six", "seven", "eight"},
	Redirects: []string{
		"http://127.0.0.1:47111/callback", "http://127.0.0.1:47112/callback", "http://127.0.0.1:47113/callback",
	},
}

// unknown is an address whose source does not know this program yet.
func unknown(context.Context, local.AddressRequest) (local.Address, error) {
	return local.Address{URL: "https://acme.zendesk.com", Host: "acme.zendesk.com", Registration: registration}, nil
}

func (f *fakeAgent) Connect(ctx context.Context, ask local.ConnectRequest, tell func(local.ConnectStep)) error {
	f.note("connect")
	f.mu.Lock()
	f.connects = append(f.connects, ask)
	f.mu.Unlock()
	if f.connect != nil {
		return f.connect(ctx, ask, tell)
	}
	tell(local.ConnectStep{Stage: local.ConnectDone, Account: "help-center", Who: &local.Person{Name: "Ada Admin", Role: "admin"}})
	return nil
}

// waiting is a sign-in that waits in the browser, then says what its channel is
// sent.
type waiting struct {
	says      chan local.ConnectStep
	notOpened bool
	cancelled chan struct{}
}

func newWaiting() *waiting {
	return &waiting{says: make(chan local.ConnectStep), cancelled: make(chan struct{})}
}

func (w *waiting) connect(ctx context.Context, _ local.ConnectRequest, tell func(local.ConnectStep)) error {
	tell(local.ConnectStep{
		Stage: local.ConnectOpened, URL: "https://acme.zendesk.com/oauth/authorizations/new?x=1",
		Until: time.Now().Add(5 * time.Minute), NotOpened: w.notOpened,
	})
	for {
		select {
		case step := <-w.says:
			tell(step)
			if step.Stage != local.ConnectFinishing {
				return nil
			}
		case <-ctx.Done():
			close(w.cancelled)
			return ctx.Err()
		}
	}
}

func (f *fakeAgent) OpenAgain(ctx context.Context) error {
	f.note("again")
	if f.again != nil {
		return f.again(ctx)
	}
	return nil
}

func (f *fakeAgent) Dialpad(ctx context.Context, ask local.DialpadRequest) (local.DialpadAnswer, error) {
	f.note("dialpad")
	f.mu.Lock()
	f.dialpads = append(f.dialpads, ask)
	f.mu.Unlock()
	if f.dialpad != nil {
		return f.dialpad(ctx, ask)
	}
	return local.DialpadAnswer{Version: "v2.2", Elsewhere: 36}, nil
}

func (f *fakeAgent) Choices(ctx context.Context, account string) (local.Choices, error) {
	f.note("choices " + account)
	if f.choices != nil {
		return f.choices(ctx, account)
	}
	return someChoices(), nil
}

func someChoices() local.Choices {
	return local.Choices{
		Collections: []source.Collection{
			{ID: "category:1", Name: "Orders and delivery", Count: 520, Restricted: 41},
			{ID: "section:11", Parent: "category:1", Name: "Placing an order", Count: 214},
			{ID: "section:12", Parent: "category:1", Name: "Shipping", Count: 306, Restricted: 41},
			{ID: "category:2", Name: "Wholesale", Count: 88, Drafts: 7},
			{ID: "section:21", Parent: "category:2", Name: "Becoming a partner", Count: 88, Drafts: 7},
			{ID: "category:3", Name: "Coffee", Count: 494},
			{ID: "locale:de", Name: "de", Count: 310},
			{ID: "locale:en-us", Name: "en-us", Count: 1102},
		},
		Chosen: local.Selection{Locales: []string{"en-us"}},
		Idle:   8 * 7 * 24 * time.Hour,
	}
}

func (f *fakeAgent) Plan(ctx context.Context, ask local.ChooseRequest, tell func(local.PlanStep)) error {
	f.note("plan")
	f.mu.Lock()
	f.plans = append(f.plans, ask)
	f.mu.Unlock()
	if f.plan != nil {
		return f.plan(ctx, ask, tell)
	}
	tell(local.PlanStep{Counted: 100})
	plan := local.Plan{ByLocale: map[string]int{"en-us": 902, "de": 112}, Total: 1014, Add: 1014}
	if !slices.Contains(ask.Selection.Locales, "de") {
		plan = local.Plan{ByLocale: map[string]int{"en-us": 902}, Total: 902, Add: 902}
	}
	tell(local.PlanStep{Plan: &plan})
	return nil
}

// planned answers every question about a plan with this one.
func planned(p local.Plan) func(context.Context, local.ChooseRequest, func(local.PlanStep)) error {
	return func(_ context.Context, _ local.ChooseRequest, tell func(local.PlanStep)) error {
		tell(local.PlanStep{Plan: &p})
		return nil
	}
}

func (f *fakeAgent) Sample(ctx context.Context, ask local.ChooseRequest) (local.Sample, error) {
	f.note("sample")
	if f.sample != nil {
		return f.sample(ctx, ask)
	}
	return local.Sample{Title: "Choose a grind", URL: "https://acme.zendesk.com/hc/en-us/articles/1", Locale: "en-us", HTML: sampleHTML}, nil
}

const sampleHTML = `<h2>Which grind fits</h2><p>For <strong>espresso</strong> choose <em>fine</em>, for a French press <a href="https://acme.zendesk.com/hc/coarse">coarse</a>.</p>
<ul><li>Espresso: fine</li><li>Filter: medium</li></ul><p><img src="https://acme.zendesk.com/grind.png" alt="Five grind sizes"></p>
<table><tr><th>Brewer</th><th>Grind</th></tr><tr><td>Moka</td><td>Medium fine</td></tr></table>`

func (f *fakeAgent) Choose(ctx context.Context, ask local.ChooseRequest) error {
	f.note("choose")
	f.mu.Lock()
	f.chosen = append(f.chosen, ask)
	f.mu.Unlock()
	if f.choose != nil {
		return f.choose(ctx, ask)
	}
	return nil
}

// failure is an error of a class, as the client of the agent returns it.
func failure(kind source.Kind, code source.Code, side string) error {
	return &source.Error{Kind: kind, Code: code, Side: side, Op: "ask", Err: errors.New("no")}
}

// problem is the same in a step of a stream.
func problem(kind source.Kind, code source.Code, side string) *engine.Problem {
	return &engine.Problem{Kind: kind, Code: code, Side: side}
}

// connectedSetup is what an earlier set-up left: the source, and Dialpad too
// where with is.
func connectedSetup(with bool) local.Setup {
	s := local.Setup{
		Accounts: []local.Account{{ID: "help-center", Source: "zendesk", Title: "Zendesk", URL: "https://acme.zendesk.com", Host: "acme.zendesk.com"}},
		SignedIn: []string{"help-center"},
	}
	if with {
		s.Dialpad = &local.DialpadRequest{Region: "eu", ClientID: "cid"}
		s.SignedIn = append(s.SignedIn, "dialpad")
	}
	return s
}

// fails is a sign-in that ends with this step.
func fails(end local.ConnectStep) func(context.Context, local.ConnectRequest, func(local.ConnectStep)) error {
	return func(_ context.Context, _ local.ConnectRequest, tell func(local.ConnectStep)) error {
		end.Stage = local.ConnectFailed
		tell(end)
		return nil
	}
}

// wrongIn is a Dialpad that knows the credentials everywhere but in a region.
func wrongIn(region string) func(context.Context, local.DialpadRequest) (local.DialpadAnswer, error) {
	return func(_ context.Context, ask local.DialpadRequest) (local.DialpadAnswer, error) {
		if ask.Region == region {
			return local.DialpadAnswer{}, failure(source.SignIn, source.CodeWrongSecret, "dialpad")
		}
		return local.DialpadAnswer{Elsewhere: 36}, nil
	}
}

func neverDialpad(ctx context.Context, _ local.DialpadRequest) (local.DialpadAnswer, error) {
	<-ctx.Done()
	return local.DialpadAnswer{}, ctx.Err()
}

func neverChoices(ctx context.Context, _ string) (local.Choices, error) {
	<-ctx.Done()
	return local.Choices{}, ctx.Err()
}

func planFails(p *engine.Problem) func(context.Context, local.ChooseRequest, func(local.PlanStep)) error {
	return func(_ context.Context, _ local.ChooseRequest, tell func(local.PlanStep)) error {
		tell(local.PlanStep{Problem: p})
		return nil
	}
}

// just is an agent that was made before the window opens. One with channels is
// made inside the bubble instead.
func just(f *fakeAgent) func() *fakeAgent { return func() *fakeAgent { return f } }
