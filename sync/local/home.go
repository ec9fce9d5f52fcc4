package local

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

// Home is where an installation keeps its things, as far as every program of
// ours has to know.
type Home struct {
	// Settings is settings.toml, State the folder of records, lock and log.
	Settings string
	State    string
	// Dir is the folder given with --home, absolute, or empty.
	Dir string
}

// FindHome finds the folders: all under dir where one is given, else where the
// platform keeps such things. Nothing is made yet.
func FindHome(dir string) (Home, error) {
	if dir == "" {
		return Home{
			Settings: filepath.Join(xdg.ConfigHome, "dialpad-sync", "settings.toml"),
			State:    filepath.Join(xdg.StateHome, "dialpad-sync"),
		}, nil
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Home{}, fmt.Errorf("find the home: %w", err)
	}
	return Home{Settings: filepath.Join(abs, "settings.toml"), State: abs, Dir: abs}, nil
}

// Socket is where an agent of this home listens. Symbolic links are followed,
// so that every way to the folder leads to one agent.
func (h Home) Socket() (string, error) { return Socket(h.real()) }

func (h Home) real() string {
	if real, err := filepath.EvalSymlinks(h.State); err == nil {
		return real
	}
	return h.State
}

// AgentFile tells where the running agent listens, also to callers whose
// environment names another runtime folder (cron, sudo).
func (h Home) AgentFile() string { return filepath.Join(h.State, "agent") }

// LogFolder is where the programs of this home log.
func (h Home) LogFolder() string { return filepath.Join(h.State, "log") }

// Agent finds the running agent of this home, or ErrNoAgent.
func (h Home) Agent(ctx context.Context) (*Client, error) {
	c, err := h.greet(ctx)
	if err != nil {
		return nil, err
	}
	if c.Agent.API != Version {
		c.Close()
		return nil, fmt.Errorf("%w: it speaks %d, this program %d", ErrOtherVersion, c.Agent.API, Version)
	}
	return c, nil
}

// Stop ends the running agent of this home, of whatever version it is.
func (h Home) Stop(ctx context.Context) error {
	c, err := h.greet(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Stop(ctx)
}

// greet finds the agent where the file says, else where this environment would
// put it. A file that came with a copied folder tells of another home's agent.
func (h Home) greet(ctx context.Context) (*Client, error) {
	own, err := h.Socket()
	if err != nil {
		return nil, err
	}
	if told, err := os.ReadFile(h.AgentFile()); err == nil && string(told) != own {
		c, err := greet(ctx, string(told))
		if err == nil && h.is(c.Agent.Home) {
			return c, nil
		}
		if err == nil {
			c.Close()
		}
	}
	return greet(ctx, own)
}

func (h Home) is(folder string) bool {
	here, err := os.Stat(h.State)
	if err != nil {
		return false
	}
	there, err := os.Stat(folder)
	return err == nil && os.SameFile(here, there)
}
