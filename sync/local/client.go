package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
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

// Dial finds the agent of a socket, or returns ErrNoAgent.
func Dial(ctx context.Context, path string) (*Client, error) {
	token, err := os.ReadFile(path + ".token")
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrNoAgent
	}
	if err != nil {
		return nil, fmt.Errorf("read the agent's token: %w", err)
	}
	if err := private(filepath.Dir(path)); err != nil {
		return nil, err
	}
	c := &Client{token: string(token), http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, path) },
	}}}
	hello, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := c.call(hello, http.MethodGet, "/v1/hello", nil, &c.Agent); err != nil {
		var refused *net.OpError
		if errors.As(err, &refused) || errors.Is(err, os.ErrNotExist) {
			return nil, ErrNoAgent
		}
		return nil, err
	}
	if c.Agent.API != Version {
		return nil, fmt.Errorf("%w: it speaks %d, this program %d", ErrOtherVersion, c.Agent.API, Version)
	}
	return c, nil
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
func (c *Client) Status(ctx context.Context) (engine.Status, error) {
	var s engine.Status
	return s, c.call(ctx, http.MethodGet, "/v1/status", nil, &s)
}

// Watch calls f with every picture until ctx ends or the agent goes.
func (c *Client) Watch(ctx context.Context, f func(engine.Status)) error {
	response, err := c.send(ctx, http.MethodGet, "/v1/watch", nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	lines := json.NewDecoder(response.Body)
	for {
		var s engine.Status
		if err := lines.Decode(&s); err != nil {
			if errors.Is(err, io.EOF) || ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("follow the agent: %w", err)
		}
		f(s)
	}
}

// Sync asks for a pass and returns when it is finished. Ending ctx ends it.
func (c *Client) Sync(ctx context.Context, ask SyncRequest) ([]engine.Outcome, error) {
	var outs []engine.Outcome
	return outs, c.call(ctx, http.MethodPost, "/v1/sync", ask, &outs)
}

// Pause pauses the agent.
func (c *Client) Pause(ctx context.Context, until time.Time) error {
	return c.call(ctx, http.MethodPost, "/v1/pause", PauseRequest{Until: until}, nil)
}

// Resume ends a pause.
func (c *Client) Resume(ctx context.Context) error {
	return c.call(ctx, http.MethodPost, "/v1/resume", struct{}{}, nil)
}

// Stop ends the agent.
func (c *Client) Stop(ctx context.Context) error {
	return c.call(ctx, http.MethodPost, "/v1/stop", struct{}{}, nil)
}

// Failures lists the documents that could not be copied.
func (c *Client) Failures(ctx context.Context, account string) ([]engine.Failure, error) {
	var failures []engine.Failure
	return failures, c.call(ctx, http.MethodGet, "/v1/failures?account="+account, nil, &failures)
}

// Held lists the removals that wait for the person.
func (c *Client) Held(ctx context.Context, account string) ([]engine.HeldRemoval, error) {
	var held []engine.HeldRemoval
	return held, c.call(ctx, http.MethodGet, "/v1/deletions?account="+account, nil, &held)
}

// Decide tells the person's word about the removals that waited at the moment
// seen.
func (c *Client) Decide(ctx context.Context, account string, d engine.Decision, seen time.Time) (engine.Outcome, error) {
	var out engine.Outcome
	return out, c.call(ctx, http.MethodPost, "/v1/deletions", DecideRequest{Account: account, Decision: d, Seen: seen}, &out)
}

func (c *Client) call(ctx context.Context, method, path string, body, into any) error {
	response, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if into == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		return fmt.Errorf("read the agent's answer: %w", err)
	}
	return nil
}

func (c *Client) send(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("ask the agent: %w", err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://agent"+path, content)
	if err != nil {
		return nil, fmt.Errorf("ask the agent: %w", err)
	}
	request.Header.Set("Dialpad-Sync-Token", c.token)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the agent: %w", err)
	}
	if response.StatusCode == http.StatusOK {
		return response, nil
	}
	defer response.Body.Close()
	var f failure
	if json.NewDecoder(io.LimitReader(response.Body, 64<<10)).Decode(&f) != nil || f.Error == "" {
		f.Error = response.Status
	}
	if response.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%w (%s)", engine.ErrUnknownAccount, f.Error)
	}
	if f.Kind != source.Unclassified {
		return nil, &source.Error{Kind: f.Kind, Code: f.Code, Side: f.Side, Op: "ask the agent", Err: errors.New(f.Error)}
	}
	return nil, fmt.Errorf("the agent said: %s", f.Error)
}
