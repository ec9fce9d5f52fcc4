package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

type openCommand struct{}

// Run starts the agent where none runs and shows its window.
func (c *openCommand) Run(ctx context.Context, t terminal, h *home) error {
	agent, err := h.Agent(ctx)
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

// startAgent starts the agent of this home in the background.
func (h *home) startAgent(ctx context.Context) (*local.Client, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	return h.Start(ctx, self, h.args()...)
}
