package main

import (
	"errors"
	"fmt"
	"io/fs"

	"dialpadsync.app/sync/login"
	"dialpadsync.app/sync/settings/atomicfile"
)

type loginCommand struct {
	Start string `arg:"" optional:"" enum:"on,off,show" default:"show" help:"help.login_start"`
}

// Run makes this computer start the agent of this home when the person logs
// in, or not, and says how it is.
func (c *loginCommand) Run(t terminal, h *home) error {
	command, err := h.loginCommand()
	if err != nil {
		return err
	}
	switch c.Start {
	case "on":
		err = login.Enable(command...)
	case "off":
		err = login.Disable()
	}
	if errors.Is(err, fs.ErrPermission) {
		return atomicfile.Failure("autostart", "change what starts at login", err)
	}
	if err != nil {
		return err
	}
	state, err := login.Enabled(command...)
	if err != nil {
		return err
	}
	fmt.Fprintln(t.Out, t.text(map[login.State]string{
		login.On: "cli.login_on", login.Off: "cli.login_off", login.Elsewhere: "cli.login_elsewhere",
	}[state]))
	return nil
}
