package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Client speaks to a running agent.
type Client struct {
	http  *http.Client
	token string
	// Agent is what the agent said about itself.
	Agent Hello
}

// ErrOtherVersion is returned by Dial when agent and client do not speak the
// same version of the API.
var ErrOtherVersion = errors.New("the running agent is of another version")

// Dial finds the agent of a socket, or returns ErrNoAgent. One that does not
// answer is CodeBusy.
func Dial(ctx context.Context, path string) (*Client, error) {
	c, err := greet(ctx, path)
	if err == nil && c.Agent.API != Version {
		c.Close()
		return nil, fmt.Errorf("%w: it speaks %d, this program %d", ErrOtherVersion, c.Agent.API, Version)
	}
	return c, err
}

// greet finds an agent of any version. An agent that starts meanwhile has a new
// token.
func greet(ctx context.Context, path string) (*Client, error) {
	before := ""
	for {
		if _, err := os.Lstat(tokenFile(path)); err != nil {
			return nil, noAgentIfGone(fmt.Errorf("look for the agent's token: %w", err))
		}
		if err := private(filepath.Dir(path)); err != nil { // before anything there is read
			return nil, noAgentIfGone(err)
		}
		token, err := os.ReadFile(tokenFile(path))
		if err != nil {
			return nil, noAgentIfGone(fmt.Errorf("read the agent's token: %w", err))
		}
		c := &Client{token: string(token), http: &http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, path) },
		}}}
		err = c.hello(ctx)
		if err == nil {
			return c, nil
		}
		c.Close()
		if !errors.Is(err, errToken) || c.token == before {
			return nil, err
		}
		before = c.token
	}
}

func noAgentIfGone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return ErrNoAgent
	}
	return err
}

// answers is how long an agent has to say hello.
const answers = 3 * time.Second

func (c *Client) hello(ctx context.Context) error {
	soon, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	err := c.call(soon, http.MethodGet, helloPath, nil, &c.Agent)
	var refused *net.OpError
	switch {
	case err != nil && soon.Err() != nil && ctx.Err() == nil:
		return &source.Error{Kind: source.Transient, Code: source.CodeBusy, Op: "greet the agent", Err: err}
	case errors.As(err, &refused):
		return ErrNoAgent
	}
	return noAgentIfGone(err)
}

func dial(ctx context.Context, path string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := samePerson(conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// Close lets the connections go.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Status returns the picture as it is now.
func (c *Client) Status(ctx context.Context) (Picture, error) {
	var p Picture
	return p, c.call(ctx, http.MethodGet, "/v2/status", nil, &p)
}

// Watch calls f with every picture until ctx ends or the agent goes.
func (c *Client) Watch(ctx context.Context, f func(Picture)) error {
	return stream(ctx, c, http.MethodGet, "/v2/watch", nil, f)
}

// WatchAsWindow is Watch for the window: the agent knows meanwhile that one is
// open and asks it to come forward instead of starting another. A window that
// does not answer with Came hangs: its process is ended.
func (c *Client) WatchAsWindow(ctx context.Context, f func(Picture)) error {
	return stream(ctx, c, http.MethodGet, "/v2/watch?window="+strconv.Itoa(os.Getpid()), nil, f)
}

// Came answers a wish to see the window: Show.Count of the picture that had it.
func (c *Client) Came(ctx context.Context, count int) error {
	return c.call(ctx, http.MethodPost, "/v2/came", Show{Count: count}, nil)
}

// Sync asks for a pass and returns when it is finished. Ending ctx ends it
// unless it stays.
func (c *Client) Sync(ctx context.Context, ask SyncRequest) ([]engine.Outcome, error) {
	var outs []engine.Outcome
	return outs, c.call(ctx, http.MethodPost, "/v2/sync", ask, &outs)
}

// Pause pauses the agent.
func (c *Client) Pause(ctx context.Context, until time.Time) error {
	return c.call(ctx, http.MethodPost, "/v2/pause", PauseRequest{Until: until}, nil)
}

// Resume ends a pause.
func (c *Client) Resume(ctx context.Context) error {
	return c.call(ctx, http.MethodPost, "/v2/resume", struct{}{}, nil)
}

// Stop ends the agent.
func (c *Client) Stop(ctx context.Context) error {
	return c.call(ctx, http.MethodPost, stopPath, struct{}{}, nil)
}

// Failures lists the documents that could not be copied.
func (c *Client) Failures(ctx context.Context, account string) ([]engine.Failure, error) {
	var failures []engine.Failure
	return failures, c.call(ctx, http.MethodGet, "/v2/failures?account="+url.QueryEscape(account), nil, &failures)
}

// Held lists the removals that wait for the person.
func (c *Client) Held(ctx context.Context, account string) ([]engine.HeldRemoval, error) {
	var held []engine.HeldRemoval
	return held, c.call(ctx, http.MethodGet, "/v2/deletions?account="+url.QueryEscape(account), nil, &held)
}

// Decide tells the person's word about the removals that waited at the moment
// seen. It is carried out whatever becomes of ctx.
func (c *Client) Decide(ctx context.Context, account string, d engine.Decision, seen time.Time) (engine.Outcome, error) {
	var out engine.Outcome
	return out, c.call(ctx, http.MethodPost, "/v2/deletions", DecideRequest{Account: account, Decision: d, Seen: seen}, &out)
}
