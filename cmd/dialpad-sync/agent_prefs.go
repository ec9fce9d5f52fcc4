package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/login"
	"dialpadsync.app/sync/settings"
)

// Preferences shows what a person may change in the window.
func (a *agent) Preferences(context.Context) (local.Preferences, error) {
	conf, err := a.home.loadOrNew()
	if err != nil {
		return local.Preferences{}, classed(err)
	}
	p := local.Preferences{
		Interval: settings.DefaultInterval, PauseOnBattery: conf.PauseOnBattery, PauseOnMetered: conf.PauseOnMetered,
		Theme: conf.Theme, Language: conf.Language,
		Folders: local.Folders{
			Settings: a.home.Settings, Records: a.home.State, Log: filepath.Join(a.home.State, "log"), Secrets: a.home.Secrets,
		},
	}
	if len(conf.Accounts) > 0 {
		p.Interval = conf.Accounts[0].Interval
	}
	command, err := a.home.loginCommand()
	if err != nil {
		return p, err
	}
	state, err := login.Enabled(command...)
	p.StartAtLogin = state == login.On
	return p, err
}

// SetPreferences keeps them and lets them take effect. Settings come first: a
// login entry that cannot be written leaves them kept.
func (a *agent) SetPreferences(ctx context.Context, p local.Preferences) error {
	err := a.desk.Edit(ctx, func(conf *settings.Settings) error {
		conf.PauseOnBattery, conf.PauseOnMetered = p.PauseOnBattery, p.PauseOnMetered
		conf.Theme, conf.Language = p.Theme, p.Language
		for i := range conf.Accounts {
			conf.Accounts[i].Interval = p.Interval.Round(time.Second)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.startAtLogin(p.StartAtLogin)
}

// startAtLogin makes the next login start the agent of this home, or not. An
// entry of another home stays; the demo leaves the person's logins alone.
func (a *agent) startAtLogin(on bool) error {
	if a.home.store != nil {
		return nil
	}
	command, err := a.home.loginCommand()
	if err != nil {
		return err
	}
	if on {
		return login.Enable(command...)
	}
	if state, err := login.Enabled(command...); err != nil || state != login.On {
		return err
	}
	return login.Disable()
}

// loginCommand starts the agent of this home.
func (h *home) loginCommand() ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return append(append([]string{silent(self, runtime.GOOS, exists)}, h.args()...), "agent"), nil
}

// silent is the program that shows no black window at login: on Windows there
// is a build of its own for that, beside this one.
func silent(self, system string, exists func(string) bool) string {
	if system != "windows" {
		return self
	}
	if build := filepath.Join(filepath.Dir(self), "dialpad-sync-agent.exe"); exists(build) {
		return build
	}
	return self
}
