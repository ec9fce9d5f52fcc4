package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5/prop"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/sim/bussim"
	"dialpadsync.app/sync/wake"
)

// TestSleepAndBattery runs the built agent beside stand-ins of the system's
// services: it catches up once after sleep although nothing is due for hours,
// and rests on battery where the settings say so.
func TestSleepAndBattery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change("[dialpad]", "pause_on_battery = true\n\n[dialpad]")
	w.change(`locales = [`, "interval = \"6h\"\nlocales = [")
	bus := bussim.Start(t)
	services := bus.Connect()
	bus.Own(services, "org.freedesktop.login1")
	bus.Own(services, "org.freedesktop.UPower")
	battery, err := prop.Export(services, "/org/freedesktop/UPower", prop.Map{"org.freedesktop.UPower": {
		"OnBattery": {Value: true, Emit: prop.EmitFalse},
	}})
	w.must(err)
	cmd := w.program("agent", "--no-tray")
	cmd.Env = append(cmd.Env, "DBUS_SYSTEM_BUS_ADDRESS="+bus.Address)
	agent := start(t, cmd)
	agent.waitFor("The agent runs.")
	w.watch(func(p picture) bool { return p.Icon == "waiting" })
	w.call("status").says(t, exitWaiting)
	if n := w.zendesk.Journal().Total(); n != 0 {
		t.Errorf("%d requests on battery", n)
	}
	w.sync() // a person's own wish still runs
	w.call("stop").says(t, exitInSync)
	agent.end()
	battery.SetMust("org.freedesktop.UPower", "OnBattery", false)
	cmd = w.program("agent", "--no-tray")
	cmd.Env = append(cmd.Env, "DBUS_SYSTEM_BUS_ADDRESS="+bus.Address)
	agent = start(t, cmd)
	agent.waitFor("The agent runs.")
	w.watch(upToDate)

	w.must(w.zendesk.Edit(w.articles()[0], "en-us", "Edited", "<p>Edited.</p>"))
	woke := func() {
		w.must(services.Emit("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", false))
	}
	woke()
	w.watch(func(picture) bool { return len(w.updates()) == 1 })
	w.equal()
	w.call("stop").says(t, exitInSync)
	agent.end()
}

func TestTheAgentRestsOnlyForWhatIsKnown(t *testing.T) {
	t.Parallel()
	both := &settings.Settings{PauseOnBattery: true, PauseOnMetered: true}
	for _, row := range []struct {
		conf  *settings.Settings
		power wake.Power
		want  engine.Rest
	}{
		{both, wake.Power{}, ""},
		{both, wake.Power{Battery: wake.Yes, Metered: wake.Yes}, engine.RestBattery},
		{both, wake.Power{Battery: wake.No, Metered: wake.Yes}, engine.RestMetered},
		{&settings.Settings{PauseOnMetered: true}, wake.Power{Battery: wake.Yes, Metered: wake.No}, ""},
		{&settings.Settings{}, wake.Power{Battery: wake.Yes, Metered: wake.Yes}, ""},
	} {
		if got := restFor(row.conf, row.power); got != row.want {
			t.Errorf("%+v: %q, want %q", row.power, got, row.want)
		}
	}
}

// TestPreferences changes them while the agent runs.
func TestPreferences(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := t.TempDir()
	cmd := w.program("agent", "--no-tray")
	cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+config)
	agent := start(t, cmd)
	agent.waitFor("The agent runs.")
	w.watch(upToDate)
	c := w.client()
	p, err := c.Preferences(t.Context())
	w.must(err)
	if p.Interval != 15*time.Minute || p.StartAtLogin || p.Folders.Records != w.home {
		t.Errorf("%+v", p)
	}
	p.Interval, p.Theme, p.Language, p.StartAtLogin = time.Hour, "dark", "de", true
	w.must(c.SetPreferences(t.Context(), p))
	entry := w.read(filepath.Join(config, "autostart", "dialpad-sync.desktop"))
	if !strings.Contains(entry, `"--home" "`+w.home+`"`) || !strings.Contains(entry, ` "agent"`) {
		t.Errorf("the login entry is\n%s", entry)
	}
	again, err := c.Preferences(t.Context())
	if again != p || err != nil {
		t.Errorf("%+v, %v", again, err)
	}
	if now, err := c.Status(t.Context()); err != nil || now.Accounts[0].Interval != time.Hour {
		t.Errorf("%+v, %v", now, err)
	}
	p.StartAtLogin = false
	w.must(c.SetPreferences(t.Context(), p))
	if again, err = c.Preferences(t.Context()); again.StartAtLogin || err != nil {
		t.Errorf("%+v, %v", again, err)
	}
	p.Interval = time.Second
	if err := c.SetPreferences(t.Context(), p); err == nil || !strings.Contains(err.Error(), `"5m"`) {
		t.Errorf("an interval of a second: %v", err)
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
}
