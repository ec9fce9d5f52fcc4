package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// stream calls f with every line of an answer until it ends or ctx does.
func stream[T any](ctx context.Context, c *Client, method, path string, body any, f func(T)) error {
	response, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	lines := json.NewDecoder(response.Body)
	for {
		var line T
		if err := lines.Decode(&line); err != nil {
			if errors.Is(err, io.EOF) || ctx.Err() != nil {
				return ctx.Err()
			}
			return cutOff("follow the agent", err)
		}
		f(line)
	}
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
		return cutOff("read the agent's answer", err)
	}
	return nil
}

// cutOff is the class of an answer that does not come: the agent has ended. An
// end of the caller's own stays one.
func cutOff(op string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", op, err)
	}
	return &source.Error{Kind: source.Transient, Code: source.CodeStopped, Op: op, Err: err}
}

// errToken says that the token is of another start of the agent.
var errToken = errors.New("the agent does not know this program")

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
		return nil, cutOff("ask the agent", err)
	}
	if response.StatusCode == http.StatusOK {
		return response, nil
	}
	defer response.Body.Close()
	var f failure
	if json.NewDecoder(io.LimitReader(response.Body, 64<<10)).Decode(&f) != nil || f.Error == "" {
		f.Error = response.Status
	}
	if response.StatusCode == http.StatusForbidden {
		return nil, errToken
	}
	if response.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%w (%s)", engine.ErrUnknownAccount, f.Error)
	}
	if f.Problem != nil {
		return nil, f.Problem.AsError()
	}
	return nil, fmt.Errorf("the agent said: %s", f.Error)
}
