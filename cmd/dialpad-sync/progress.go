package main

import (
	"fmt"
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
)

// progress shows a status while a call runs: a bar that is redrawn on a
// terminal, plain lines in a pipe.
type progress struct {
	t       terminal
	drawn   time.Time
	said    string
	showing bool
}

const (
	redraw   = 100 * time.Millisecond
	sayAgain = 10 * time.Second
)

// show draws the status, as often as makes sense.
func (p *progress) show(s engine.Status) {
	now := time.Now()
	line := p.line(s, now)
	if line == "" {
		return
	}
	if !p.t.Interactive {
		phase := phaseOf(s)
		if phase != p.said || now.Sub(p.drawn) >= sayAgain {
			fmt.Fprintln(p.t.Err, line)
			p.said, p.drawn = phase, now
		}
		return
	}
	if now.Sub(p.drawn) < redraw {
		return
	}
	p.drawn, p.showing = now, true
	fmt.Fprintf(p.t.Err, "\r\x1b[K%s", clip(line, p.t.Width()-1))
}

// clear takes the bar away, so that the next line stands alone.
func (p *progress) clear() {
	if p.showing {
		fmt.Fprint(p.t.Err, "\r\x1b[K")
		p.showing = false
	}
}

// phaseOf names what is going on, so that a pipe gets a line for each change.
func phaseOf(s engine.Status) string {
	var parts []string
	for _, a := range s.Accounts {
		parts = append(parts, fmt.Sprint(a.ID, a.Phase, a.WaitUntil))
	}
	return strings.Join(parts, " ")
}

// line is the first busy account with its bar.
func (p *progress) line(s engine.Status, now time.Time) string {
	for _, a := range s.Accounts {
		if a.WaitUntil.After(now) {
			return lineOf(p.t.Words, a, now)
		}
		if a.Phase == engine.Idle {
			continue
		}
		return p.busy(a, now)
	}
	return ""
}

func (p *progress) busy(a engine.AccountStatus, now time.Time) string {
	words := p.t.text(phaseWords[a.Phase])
	bar := view.Progress(a, now)
	far := p.t.Words.Progress(bar)
	if bar.Total == 0 {
		if bar.Done > 0 {
			return fmt.Sprintf("%s: %s", words, far)
		}
		return words + "…"
	}
	rate := ""
	if bar.PerSecond > 0 {
		rate = " · " + p.t.text("cli.rate", view.Args{"rate": bar.PerSecond})
	}
	if !p.t.Interactive {
		return fmt.Sprintf("%s: %s%s", words, far, rate)
	}
	const cells = 24
	full := int(bar.Share() * cells)
	return fmt.Sprintf("%s %s%s %s%s", words, strings.Repeat("█", full), strings.Repeat("░", cells-full), far, rate)
}

var phaseWords = map[engine.Phase]string{
	engine.FirstCopy: "cli.first_copy",
	engine.Checking:  "cli.checking",
	engine.Comparing: "cli.comparing",
	engine.Removing:  "cli.removing",
}

// clip cuts a line to a number of columns.
func clip(line string, columns int) string {
	runes := []rune(line)
	if columns < 1 || len(runes) <= columns {
		return line
	}
	return string(runes[:columns-1]) + "…"
}
