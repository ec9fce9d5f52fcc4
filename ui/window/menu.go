package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
)

// menu is the window's menu. Every command a person uses daily is in it with
// its keys.
func (w *Window) menu() *fyne.MainMenu {
	t := w.desk.words.Text
	item := func(name string, key fyne.KeyName, does func()) *fyne.MenuItem {
		m := fyne.NewMenuItem(name, does)
		m.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
		return m
	}
	whenReady := func(does func(*overview)) func() {
		return func() {
			if w.pages != nil {
				does(w.pages.overview)
			}
		}
	}
	page := func(p local.Page, key fyne.KeyName) *fyne.MenuItem {
		return item(t(names[p]), key, func() { w.show(p) })
	}
	closes, quits := item(t("frame.close_window"), fyne.KeyW, w.onClose), item(t("frame.quit"), fyne.KeyQ, w.onQuit)
	quits.IsQuit = true // else the toolkit adds its own
	return fyne.NewMainMenu(
		fyne.NewMenu(t("frame.menu_sync"),
			item(t("tray.sync_now"), fyne.KeyS, whenReady(func(o *overview) { o.onSync(false) })),
			item(t("tray.check_everything"), fyne.KeyE, whenReady(func(o *overview) { o.onSync(true) })),
			item(t("tray.pause"), fyne.KeyP, whenReady((*overview).onPauseOrResume)),
			fyne.NewMenuItemSeparator(),
			closes,
			quits,
		),
		fyne.NewMenu(t("frame.menu_show"),
			page(local.PageOverview, fyne.Key1), page(local.PageActivity, fyne.Key2),
			page(local.PageProblems, fyne.Key3), page(local.PageSettings, fyne.Key4),
			fyne.NewMenuItemSeparator(),
			item(t("frame.find"), fyne.KeyF, w.onFind),
		),
		fyne.NewMenu(t("frame.menu_help"),
			item(t("preference.diagnostics"), fyne.KeyD, func() {
				if w.pages != nil {
					w.pages.settings.diagnostics.open()
				}
			}),
			fyne.NewMenuItem(t("frame.about"), func() {
				w.desk.tell("Dialpad Sync", t("frame.version", view.Args{"version": w.config.Version}))
			}),
		),
	)
}

// onFind puts the focus into the field that searches the activity.
func (w *Window) onFind() {
	if w.pages == nil {
		return
	}
	w.show(local.PageActivity)
	w.window.Canvas().Focus(w.pages.activity.search)
}
