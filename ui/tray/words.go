package tray

import (
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
)

// labels are the words of the menu that never change.
type labels struct {
	syncNow, checkAll, pause, hour, tomorrow, untilResumed, resume, open, quit string
}

var words = labels{
	syncNow: "Sync now", checkAll: "Check everything",
	pause: "Pause", hour: "For 1 hour", tomorrow: "Until tomorrow 8:00", untilResumed: "Until I resume", resume: "Resume",
	open: "Open Dialpad Sync", quit: "Quit",
}

// wideLine is the length from which the menu's first line ends with its first
// sentence.
const wideLine = 90

// faceOf is what the tray shows of a status.
func faceOf(s engine.Status, now time.Time) face {
	v := view.Of(s, now)
	f := face{icon: v.Icon, line: v.Line, setUp: len(s.Accounts) > 0, paused: s.Paused}
	for i, a := range v.Accounts {
		if i == slots {
			break
		}
		f.accounts[i] = entry{a.ID, a.Name + " – " + a.Line}
	}
	if !f.setUp {
		f.accounts[0] = entry{label: v.Button}
	}
	return f
}

// firstSentence is a line short enough for a menu.
func firstSentence(line string) string {
	if len(line) <= wideLine {
		return line
	}
	first, _, more := strings.Cut(line, ". ")
	if more {
		return first + "."
	}
	return line
}
