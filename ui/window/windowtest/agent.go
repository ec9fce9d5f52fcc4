// Package windowtest stands in for what surrounds the window: an agent that
// says what it was told to say, a UI thread that a test turns by hand, and
// fingers and eyes that find things by what stands on them. Tests and the
// storybook use it.
package windowtest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/window"
)

// Agent is an agent that answers what its fields say and writes down what it
// was asked to do. Fields are set before it is used, or through Change.
type Agent struct {
	Shown       local.Picture
	SetupState  local.Setup
	Prefs       local.Preferences
	Failed      map[string][]engine.Failure
	Removals    map[string][]engine.HeldRemoval
	Rows        []local.ActivityRow
	Days        []local.Day
	Details     string
	ForgetSteps []local.ForgetStep
	// Errors makes calls fail: the name of the method, and why.
	Errors map[string]error
	// OnCall is told of every call; it may be nil.
	OnCall func()
	// Block makes calls of a method wait until the channel is closed.
	Block map[string]chan struct{}

	mu       sync.Mutex
	calls    []string
	watchers map[chan struct{}]struct{}
	gone     bool
}

// Change changes what the agent says; whoever follows it hears of it at once.
func (a *Agent) Change(change func(*Agent)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(a)
	for w := range a.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

// Go ends the agent: whoever follows it loses it.
func (a *Agent) Go() { a.Change(func(a *Agent) { a.gone = true }) }

// Calls are what the agent was asked to do so far, without questions.
func (a *Agent) Calls() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.calls...)
}

// called notes a call and returns how it ends.
func (a *Agent) called(ctx context.Context, method, note string) error {
	a.mu.Lock()
	if note != "" {
		a.calls = append(a.calls, note)
	}
	err, block, told := a.Errors[method], a.Block[method], a.OnCall
	a.mu.Unlock()
	if told != nil {
		told()
	}
	if block != nil {
		select {
		case <-block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

// read returns a field's value.
func read[T any](ctx context.Context, a *Agent, method string, field func() T) (T, error) {
	err := a.called(ctx, method, "")
	a.mu.Lock()
	defer a.mu.Unlock()
	return field(), err
}

// WatchAsWindow implements window.Agent.
func (a *Agent) WatchAsWindow(ctx context.Context, f func(local.Picture)) error {
	news := make(chan struct{}, 1)
	a.mu.Lock()
	if a.watchers == nil {
		a.watchers = map[chan struct{}]struct{}{}
	}
	a.watchers[news] = struct{}{}
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		delete(a.watchers, news)
		a.mu.Unlock()
	}()
	for {
		a.mu.Lock()
		picture, gone := a.Shown, a.gone
		a.mu.Unlock()
		if gone {
			return nil
		}
		f(picture)
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Came implements window.Agent.
func (a *Agent) Came(ctx context.Context, count int) error {
	return a.called(ctx, "Came", fmt.Sprintf("came %d", count))
}

// Close implements window.Agent.
func (a *Agent) Close() {}

// Stop implements window.Agent: whoever follows sees the end.
func (a *Agent) Stop(ctx context.Context) error {
	if err := a.called(ctx, "Stop", "stop"); err != nil {
		return err
	}
	a.Change(func(a *Agent) { a.Shown.Ending = true })
	return nil
}

// Setup implements window.Agent.
func (a *Agent) Setup(ctx context.Context) (local.Setup, error) {
	return read(ctx, a, "Setup", func() local.Setup { return a.SetupState })
}

// Preferences implements window.Agent.
func (a *Agent) Preferences(ctx context.Context) (local.Preferences, error) {
	return read(ctx, a, "Preferences", func() local.Preferences { return a.Prefs })
}

// SetPreferences implements window.Agent.
func (a *Agent) SetPreferences(ctx context.Context, p local.Preferences) error {
	note := fmt.Sprintf("preferences %s battery=%v metered=%v login=%v theme=%q language=%q",
		p.Interval, p.PauseOnBattery, p.PauseOnMetered, p.StartAtLogin, p.Theme, p.Language)
	if err := a.called(ctx, "SetPreferences", note); err != nil {
		return err
	}
	a.Change(func(a *Agent) {
		p.Folders = a.Prefs.Folders
		a.Prefs = p
	})
	return nil
}

// Diagnostics implements window.Agent.
func (a *Agent) Diagnostics(ctx context.Context) (string, error) {
	return read(ctx, a, "Diagnostics", func() string { return a.Details })
}

// Sync implements window.Agent.
func (a *Agent) Sync(ctx context.Context, ask local.SyncRequest) ([]engine.Outcome, error) {
	return nil, a.called(ctx, "Sync", fmt.Sprintf("sync %q full=%v stays=%v", ask.Account, ask.Full, ask.Stays))
}

// Pause implements window.Agent.
func (a *Agent) Pause(ctx context.Context, until time.Time) error {
	return a.called(ctx, "Pause", "pause until "+until.Format("2006-01-02 15:04"))
}

// Resume implements window.Agent.
func (a *Agent) Resume(ctx context.Context) error { return a.called(ctx, "Resume", "resume") }

// History implements window.Agent.
func (a *Agent) History(ctx context.Context) ([]local.Day, error) {
	return read(ctx, a, "History", func() []local.Day { return a.Days })
}

// Activity implements window.Agent.
func (a *Agent) Activity(ctx context.Context, after int64) ([]local.ActivityRow, error) {
	return read(ctx, a, "Activity", func() []local.ActivityRow {
		var rows []local.ActivityRow
		for _, row := range a.Rows {
			if row.Number > after {
				rows = append(rows, row)
			}
		}
		return rows
	})
}

// OpenDocument implements window.Agent.
func (a *Agent) OpenDocument(ctx context.Context, ask local.DocumentRequest) error {
	return a.called(ctx, "OpenDocument", fmt.Sprintf("open %s %s", ask.Account, ask.Key))
}

// Failures implements window.Agent.
func (a *Agent) Failures(ctx context.Context, account string) ([]engine.Failure, error) {
	return read(ctx, a, "Failures", func() []engine.Failure { return a.Failed[account] })
}

// Held implements window.Agent.
func (a *Agent) Held(ctx context.Context, account string) ([]engine.HeldRemoval, error) {
	return read(ctx, a, "Held", func() []engine.HeldRemoval { return a.Removals[account] })
}

// Decide implements window.Agent.
func (a *Agent) Decide(ctx context.Context, account string, d engine.Decision, seen time.Time) (engine.Outcome, error) {
	return engine.Outcome{}, a.called(ctx, "Decide", fmt.Sprintf("decide %s %s seen %s", account, d, seen.Format("15:04:05")))
}

// Retry implements window.Agent.
func (a *Agent) Retry(ctx context.Context, ask local.DocumentRequest) error {
	return a.called(ctx, "Retry", fmt.Sprintf("retry %s %s", ask.Account, ask.Key))
}

// Forget implements window.Agent.
func (a *Agent) Forget(ctx context.Context, ask local.ForgetRequest, f func(local.ForgetStep)) error {
	note := fmt.Sprintf("forget %q everything=%v documents=%v anyway=%v", ask.Account, ask.Everything, ask.DeleteDocuments, ask.Anyway)
	if !ask.Stays {
		note += " while the window is open"
	}
	if err := a.called(ctx, "Forget", note); err != nil {
		return err
	}
	a.mu.Lock()
	steps := a.ForgetSteps
	a.mu.Unlock()
	for _, step := range steps {
		f(step)
	}
	return nil
}

// Agents finds one agent.
type Agents struct {
	mu      sync.Mutex
	running *Agent
	finds   error
	starts  func() (*Agent, error)
	started int
}

// NewAgents has an agent that runs.
func NewAgents(running *Agent) *Agents { return &Agents{running: running} }

// Set changes what is found: an agent, or why there is none.
func (a *Agents) Set(running *Agent, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running, a.finds = running, err
}

// OnStart says what a start brings; without it a start finds what runs.
func (a *Agents) OnStart(f func() (*Agent, error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.starts = f
}

// Started is how often an agent was started.
func (a *Agents) Started() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.started
}

// Find implements window.Agents.
func (a *Agents) Find(context.Context) (window.Agent, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return found(a.running, a.finds)
}

// Start implements window.Agents.
func (a *Agents) Start(context.Context) (window.Agent, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.starts == nil {
		return found(a.running, a.finds)
	}
	a.started++
	running, err := a.starts()
	if err == nil {
		a.running, a.finds = running, nil
	}
	return found(running, err)
}

// Replace implements window.Agents.
func (a *Agents) Replace(ctx context.Context) (window.Agent, error) { return a.Start(ctx) }

func found(running *Agent, err error) (window.Agent, error) {
	if err != nil {
		return nil, err
	}
	if running == nil {
		return nil, local.ErrNoAgent
	}
	return running, nil
}
