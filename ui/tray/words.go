package tray

import (
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
)

// labels are the words of the menu that never change.
type labels struct {
	syncNow, checkAll, pause, hour, tomorrow, untilResumed, resume, open, quit string
}

func labelsIn(w *view.Words) labels {
	return labels{
		syncNow: w.Text("tray.sync_now"), checkAll: w.Text("tray.check_everything"),
		pause: w.Text("tray.pause"), hour: w.Text("tray.pause_hour"),
		tomorrow:     w.Text("tray.pause_tomorrow", view.Args{"clock": "8:00"}),
		untilResumed: w.Text("tray.pause_open"), resume: w.Label(view.Resume),
		open: w.Text("tray.open"), quit: w.Text("tray.quit"),
	}
}

// wideLine is the length from which the menu's first line ends with its first
// sentence.
const wideLine = 90

// faceOf is what the tray shows of a view of a status.
func faceOf(w *view.Words, s engine.Status, v view.View) face {
	f := face{icon: v.Icon, line: v.Line, first: v.Line, setUp: len(s.Accounts) > 0, paused: s.Paused}
	if len(v.Line) > wideLine {
		f.first = v.First
	}
	for i, a := range v.Accounts {
		if i == slots {
			break
		}
		f.accounts[i] = entry{a.ID, w.Text("short.account", view.Args{"name": a.Name, "state": a.Short})}
	}
	if !f.setUp {
		f.accounts[0] = entry{label: v.Button}
	}
	return f
}
