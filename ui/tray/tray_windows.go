package tray

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"fyne.io/systray"
	"golang.org/x/sys/windows/registry"

	"dialpadsync.app/assets"
)

// tipUnits is the longest text at the pointer, without its end
// (NOTIFYICONDATAW.szTip).
const tipUnits = 127

// run shows the tray in Windows' notification area. The library's window and
// its message loop belong to one thread.
func run(ctx context.Context, config Config) error {
	menus, ended := make(chan *menu, 1), make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread()
		systray.Run(func() { menus <- newMenu(config, "&") }, nil)
	}()
	var m *menu
	select {
	case m = <-menus:
	case <-ended:
		return ErrNone
	case <-time.After(10 * time.Second):
		return fmt.Errorf("%w: no notification area", ErrNone)
	case <-ctx.Done():
		systray.Quit()
		return nil
	}
	m.listen(ctx)
	stages := make(chan stage, 1)
	stages <- stage{up: true, dark: darkTaskbar(), item: notificationArea{}}
	f := &follower{timing: config.timing, screen: m, words: config.Words, spoken: m.spoken}
	f.follow(ctx, config.Pictures, stages)
	m.wait()
	systray.Quit()
	select {
	case <-ended:
	case <-time.After(5 * time.Second): // a message loop that hangs ends with the process
	}
	return nil
}

// notificationArea implements item.
type notificationArea struct{}

func (notificationArea) icon(name string, dark bool) { systray.SetIcon(assets.ICO(name, dark)) }

func (notificationArea) tooltip(text string) { systray.SetTooltip(short(text, tipUnits)) }

// darkTaskbar reads what the person chose under Personalization › Colors. It
// is dark where nothing was chosen.
func darkTaskbar() bool {
	key, err := registry.OpenKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\Themes\Personalize`, registry.QUERY_VALUE)
	if err != nil {
		return true
	}
	defer func() { _ = key.Close() }() // read only
	light, _, err := key.GetIntegerValue("SystemUsesLightTheme")
	return err != nil || light == 0
}
