package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

type openCommand struct{}

// Run starts the agent where none runs and shows its window.
func (c *openCommand) Run(ctx context.Context, t terminal, h *home) error {
	agent, err := h.agent(ctx)
	if errors.Is(err, local.ErrNoAgent) {
		agent, err = h.startAgent(ctx)
	}
	if err != nil {
		return err
	}
	defer agent.Close()
	err = agent.Show(ctx, "", "")
	if source.CodeOf(err) == source.CodeNoWindow {
		fmt.Fprintln(t.Err, t.text("cli.no_window"))
	}
	return err
}

// agentStarts bounds the wait for an agent that was started.
const agentStarts = 15 * time.Second

// startAgent starts the agent of this home in the background and waits until it
// answers. What it says at the start goes to a file beside its log.
func (h *home) startAgent(ctx context.Context) (*local.Client, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	if err := makeFolder(filepath.Join(h.State, "log")); err != nil {
		return nil, err
	}
	said := filepath.Join(h.State, "log", "start.txt")
	out, err := os.OpenFile(said, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, notWritable(h.State, "start the agent", err)
	}
	defer func() { _ = out.Close() }()                      // the agent has its own
	cmd := exec.Command(self, append(h.args(), "agent")...) //nolint:noctx // it outlives this call
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
		agent, err := h.agent(ctx)
		if !errors.Is(err, local.ErrNoAgent) {
			return agent, err
		}
		select {
		case <-ended:
			text, _ := os.ReadFile(said) // empty is said too
			return nil, fmt.Errorf("the agent ended at its start: %s", text)
		case <-ctx.Done():
			return nil, &source.Error{Kind: source.Transient, Code: source.CodeBusy, Op: "wait for the agent", Err: ctx.Err()}
		case <-time.After(20 * time.Millisecond):
		}
	}
}
