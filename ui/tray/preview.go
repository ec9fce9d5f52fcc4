package tray

import (
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
)

// Preview is what the tray shows of a status, for pictures of it: the icon, the
// text at the pointer, and the lines of the menu with "-" for a separator.
func Preview(w *view.Words, s engine.Status, now time.Time) (icon view.Icon, tooltip string, menu []string) {
	f, l := faceOf(w, s, w.Of(s, now, view.ClockTimes)), labelsIn(w)
	menu = []string{f.first, "-"}
	for _, a := range f.accounts {
		if a.label != "" {
			menu = append(menu, a.label)
		}
	}
	halt := l.pause
	if f.paused {
		halt = l.resume
	}
	return f.icon, f.line, append(menu, "-", l.syncNow, l.checkAll, halt, "-", l.open, l.quit)
}
