package local_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

func (f *fakeEngine) Retry(_ context.Context, ask local.DocumentRequest) error {
	f.note("retry " + string(ask.Key))
	return nil
}

func (f *fakeEngine) Setup(context.Context) (local.Setup, error) {
	return local.Setup{SignedIn: []string{"dialpad"}}, nil
}

func (f *fakeEngine) Address(_ context.Context, ask local.AddressRequest) (local.Address, error) {
	if ask.Text == "" {
		return local.Address{}, &source.Error{Kind: source.Fatal, Code: source.CodeAddress, Side: "source", Host: "nowhere", Err: errors.New("nothing typed")}
	}
	return local.Address{Host: ask.Text + ".zendesk.com"}, nil
}

func (f *fakeEngine) Connect(ctx context.Context, ask local.ConnectRequest, tell func(local.ConnectStep)) {
	tell(local.ConnectStep{Stage: local.ConnectOpened, URL: "https://example.com", Until: time.Now().Add(time.Minute)})
	if ask.Account == "waits" {
		<-ctx.Done()
		f.note("cancelled")
		close(f.entered)
		return
	}
	tell(local.ConnectStep{Stage: local.ConnectDone, Account: "help-center"})
}

func (f *fakeEngine) Dialpad(_ context.Context, ask local.DialpadRequest) (local.DialpadAnswer, error) {
	if ask.ClientSecret != "right" {
		return local.DialpadAnswer{}, &source.Error{Kind: source.SignIn, Code: source.CodeWrongSecret, Side: "dialpad"}
	}
	return local.DialpadAnswer{Elsewhere: 36}, nil
}

func (f *fakeEngine) Choices(_ context.Context, account string) (local.Choices, error) {
	return local.Choices{Collections: []source.Collection{{ID: "category:1", Name: account}}}, nil
}

func (f *fakeEngine) Plan(_ context.Context, _ local.ChooseRequest, tell func(local.PlanStep)) {
	tell(local.PlanStep{Counted: 100})
	tell(local.PlanStep{Plan: &local.Plan{Total: 142, Add: 142}})
}

func (f *fakeEngine) Sample(context.Context, local.ChooseRequest) (local.Sample, error) {
	return local.Sample{Title: "Returns"}, nil
}

func (f *fakeEngine) Choose(_ context.Context, ask local.ChooseRequest) error {
	f.note("choose " + strings.Join(ask.Selection.Collections, ","))
	return nil
}

func (f *fakeEngine) Sources() []local.SourceCard {
	return []local.SourceCard{{Name: "zendesk", Title: "Zendesk"}}
}

func (f *fakeEngine) Forget(_ context.Context, ask local.ForgetRequest, tell func(local.ForgetStep)) {
	f.note("forget " + ask.Account)
	tell(local.ForgetStep{Done: true})
}

func (f *fakeEngine) Preferences(context.Context) (local.Preferences, error) {
	return local.Preferences{Interval: time.Hour}, nil
}

func (f *fakeEngine) SetPreferences(_ context.Context, p local.Preferences) error {
	f.note("every " + p.Interval.String())
	return nil
}

func (f *fakeEngine) Activity(after int64) []local.ActivityRow {
	return []local.ActivityRow{{Number: after + 1, Title: "Returns", Deed: engine.Created}}
}

func (f *fakeEngine) History(context.Context) ([]local.Day, error) {
	return []local.Day{{Created: 3}}, nil
}
func (f *fakeEngine) Diagnostics(context.Context) (string, error) { return "version 1.2.3", nil }
func (f *fakeEngine) OpenAgain() error                            { f.note("open again"); return nil }

func (f *fakeEngine) OpenDocument(_ context.Context, ask local.DocumentRequest) error {
	f.note("open " + string(ask.Key))
	return nil
}

func (f *fakeEngine) Came(count int) { f.note(fmt.Sprintf("came %d", count)) }

func (f *fakeEngine) Show(want local.Show) error {
	f.note("show " + string(want.Page))
	return nil
}

func TestTheSetUpIsAsked(t *testing.T) {
	f := &fakeEngine{}
	c := dial(t, serve(t, f))
	ctx := t.Context()
	if cards, err := c.Sources(ctx); err != nil || cards[0].Title != "Zendesk" {
		t.Error(cards, err)
	}
	if s, err := c.Setup(ctx); err != nil || s.SignedIn[0] != "dialpad" {
		t.Error(s, err)
	}
	if a, err := c.Address(ctx, local.AddressRequest{Text: "acme"}); err != nil || a.Host != "acme.zendesk.com" {
		t.Error(a, err)
	}
	if a, err := c.Dialpad(ctx, local.DialpadRequest{ClientSecret: "right"}); err != nil || a.Elsewhere != 36 {
		t.Error(a, err)
	}
	if choices, err := c.Choices(ctx, "a&b=1"); err != nil || choices.Collections[0].Name != "a&b=1" {
		t.Error(choices, err)
	}
	if s, err := c.Sample(ctx, local.ChooseRequest{}); err != nil || s.Title != "Returns" {
		t.Error(s, err)
	}
	if p, err := c.Preferences(ctx); err != nil || p.Interval != time.Hour {
		t.Error(p, err)
	}
	if rows, err := c.Activity(ctx, 41); err != nil || rows[0].Number != 42 {
		t.Error(rows, err)
	}
	if days, err := c.History(ctx); err != nil || days[0].Created != 3 {
		t.Error(days, err)
	}
	if text, err := c.Diagnostics(ctx); err != nil || text != "version 1.2.3" {
		t.Error(text, err)
	}
	for _, call := range []func() error{
		func() error {
			return c.Choose(ctx, local.ChooseRequest{Selection: local.Selection{Collections: []string{"category:1"}}})
		},
		func() error { return c.SetPreferences(ctx, local.Preferences{Interval: time.Hour}) },
		func() error { return c.Retry(ctx, local.DocumentRequest{Key: "1:de"}) },
		func() error { return c.OpenDocument(ctx, local.DocumentRequest{Key: "2:de"}) },
		func() error { return c.OpenAgain(ctx) },
		func() error { return c.Show(ctx, local.PageProblems, "") },
	} {
		if err := call(); err != nil {
			t.Error(err)
		}
	}
	want := "choose category:1, every 1h0m0s, retry 1:de, open 2:de, open again, show problems"
	if got := strings.Join(f.asked, ", "); got != want {
		t.Errorf("the agent heard %q, want %q", got, want)
	}
}

func TestNewsComeStepByStep(t *testing.T) {
	c := dial(t, serve(t, &fakeEngine{}))
	var stages []string
	err := c.Connect(t.Context(), local.ConnectRequest{Source: "zendesk"}, func(s local.ConnectStep) { stages = append(stages, string(s.Stage)) })
	if got := strings.Join(stages, ", "); err != nil || got != "opened, done" {
		t.Error(got, err)
	}
	var plan *local.Plan
	counted := 0
	err = c.Plan(t.Context(), local.ChooseRequest{}, func(s local.PlanStep) { counted, plan = counted+s.Counted, s.Plan })
	if err != nil || counted != 100 || plan == nil || plan.Add != 142 {
		t.Error(counted, plan, err)
	}
	gone := false
	if err := c.Forget(t.Context(), local.ForgetRequest{Account: "a"}, func(s local.ForgetStep) { gone = s.Done }); err != nil || !gone {
		t.Error(gone, err)
	}
}

func TestASignInEndsWithItsClient(t *testing.T) {
	f := &fakeEngine{entered: make(chan struct{})}
	c := dial(t, serve(t, f))
	ctx, cancel := context.WithCancel(t.Context())
	err := c.Connect(ctx, local.ConnectRequest{Account: "waits"}, func(local.ConnectStep) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-f.entered
}

func TestAFailureKeepsItsClassAndPlace(t *testing.T) {
	c := dial(t, serve(t, &fakeEngine{}))
	_, err := c.Address(t.Context(), local.AddressRequest{})
	p := engine.ProblemOf(err)
	if p.Code != source.CodeAddress || p.Kind != source.Fatal || p.Side != "source" || p.Host != "nowhere" {
		t.Errorf("%+v", p)
	}
	if _, err := c.Dialpad(t.Context(), local.DialpadRequest{}); source.CodeOf(err) != source.CodeWrongSecret {
		t.Error(err)
	}
}

func TestTheWindowIsAskedForward(t *testing.T) {
	c := dial(t, serve(t, &fakeEngine{}))
	ctx, cancel := context.WithCancel(t.Context())
	var seen local.Picture
	_ = c.WatchAsWindow(ctx, func(p local.Picture) { seen = p; cancel() }) // ended on purpose
	if seen.Show.Count != 1 || seen.Show.Page != local.PageProblems {
		t.Errorf("%+v", seen.Show)
	}
}

func TestTheWindowAnswersThatItCame(t *testing.T) {
	f := &fakeEngine{}
	c := dial(t, serve(t, f))
	if err := c.Came(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Equal(f.asked, []string{"came 7"}) {
		t.Errorf("%q", f.asked)
	}
}
