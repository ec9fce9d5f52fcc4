package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/window"
)

// agents finds and starts the agent of a home; it implements window.Agents.
type agents struct {
	home local.Home
	args []string // that lead an agent to the home
	// beside finds the agent's program.
	beside func() (string, error)
}

func agentsOf(home local.Home, secrets string) *agents {
	a := &agents{home: home, beside: besideThis}
	if home.Dir != "" {
		a.args = append(a.args, "--home", home.Dir)
	}
	if secrets != "" {
		a.args = append(a.args, "--secrets", secrets)
	}
	return a
}

// Find implements window.Agents.
func (a *agents) Find(ctx context.Context) (window.Agent, error) {
	client, err := a.home.Agent(ctx)
	if err != nil {
		return nil, err
	}
	return client, nil
}

// Start implements window.Agents.
func (a *agents) Start(ctx context.Context) (window.Agent, error) {
	found, err := a.Find(ctx)
	if !errors.Is(err, local.ErrNoAgent) {
		return found, err
	}
	program, err := a.beside()
	if err != nil {
		return nil, err
	}
	client, err := a.home.Start(ctx, program, a.args...)
	if err != nil {
		return nil, err
	}
	return client, nil
}

// Replace implements window.Agents.
func (a *agents) Replace(ctx context.Context) (window.Agent, error) {
	if err := a.home.Stop(ctx); err != nil && !errors.Is(err, local.ErrNoAgent) {
		return nil, err
	}
	for {
		found, err := a.Find(ctx)
		if errors.Is(err, local.ErrNoAgent) {
			return a.Start(ctx)
		}
		if !errors.Is(err, local.ErrOtherVersion) {
			return found, err
		}
		select {
		case <-time.After(50 * time.Millisecond): // it ends what it does
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// besideThis finds the agent's program in the folder of this one. On Windows it
// is the one that opens no console, where there is one.
func besideThis() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	if real, err := filepath.EvalSymlinks(self); err == nil {
		self = real
	}
	names := []string{"dialpad-sync"}
	if runtime.GOOS == "windows" {
		names = []string{"dialpad-sync-agent.exe", "dialpad-sync.exe"}
	}
	for _, name := range names {
		path := filepath.Join(filepath.Dir(self), name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is not beside this program in %s: %w", names[0], filepath.Dir(self), fs.ErrNotExist)
}
