package window

import (
	"context"

	"dialpadsync.app/sync/local"
)

// Agent is a running agent as the window needs it; *local.Client is one. Each
// page declares its own part.
type Agent interface {
	followed
	beginner
	overviewAgent
	activityAgent
	problemsAgent
	settingsAgent
	forgetter
}

// followed can be followed.
type followed interface {
	// WatchAsWindow calls f with every picture until ctx ends or the agent goes.
	WatchAsWindow(ctx context.Context, f func(local.Picture)) error
	// Came answers a wish to see the window.
	Came(ctx context.Context, count int) error
	// Close lets go of the connection.
	Close()
	// Stop ends the agent.
	Stop(ctx context.Context) error
}

// beginner tells what the window looks like before anything is drawn.
type beginner interface {
	Setup(ctx context.Context) (local.Setup, error)
	Preferences(ctx context.Context) (local.Preferences, error)
}

// Agents finds and starts the agent of one home.
type Agents interface {
	// Find returns the running agent, local.ErrNoAgent where none runs, or
	// local.ErrOtherVersion.
	Find(ctx context.Context) (Agent, error)
	// Start is Find that starts an agent where none runs and waits for it.
	Start(ctx context.Context) (Agent, error)
	// Replace ends an agent of another version and starts this one's.
	Replace(ctx context.Context) (Agent, error)
}
