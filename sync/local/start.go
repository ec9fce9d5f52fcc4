package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"dialpadsync.app/sync/settings/atomicfile"
	"dialpadsync.app/sync/source"
)

// agentStarts bounds the wait for an agent that was started.
const agentStarts = 15 * time.Second

// Start starts an agent of this home in the background and waits until it
// answers. program is the agent's file, args what stands before "agent" in its
// call. What it says at the start goes to a file beside its log. A folder that
// may not be written is CodeNotWritable, a full disk CodeDiskFull.
func (h Home) Start(ctx context.Context, program string, args ...string) (*Client, error) {
	if err := os.MkdirAll(h.LogFolder(), 0o700); err != nil {
		return nil, atomicfile.Failure(h.State, "make the home folder", err)
	}
	said := filepath.Join(h.LogFolder(), "start.txt")
	out, err := os.OpenFile(said, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, atomicfile.Failure(h.State, "start the agent", err)
	}
	defer func() { _ = out.Close() }()                     // the agent has its own
	cmd := exec.Command(program, append(args, "agent")...) //nolint:noctx // it outlives this call
	cmd.Stdout, cmd.Stderr = out, out
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the agent: %w", err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }() // it ends with the agent, or with this program
	ctx, cancel := context.WithTimeout(ctx, agentStarts)
	defer cancel()
	for {
		agent, err := h.Agent(ctx)
		if !errors.Is(err, ErrNoAgent) {
			return agent, err
		}
		select {
		case <-ended:
			if agent, err := h.Agent(ctx); err == nil {
				return agent, nil // it left the home to another one
			}
			text, _ := os.ReadFile(said) // empty is said too
			return nil, fmt.Errorf("the agent ended at its start: %s", text)
		case <-ctx.Done():
			return nil, &source.Error{Kind: source.Transient, Code: source.CodeBusy, Op: "wait for the agent", Err: ctx.Err()}
		case <-time.After(20 * time.Millisecond):
		}
	}
}
