package window

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// held shows the removals of an account that wait for the person and takes
// their word about those, and no others.
type held struct {
	*desk
	agent problemsAgent

	about             string          // the account whose list is being read
	waiting           *control.Dialog // nil while nobody waits for it
	reading, deciding once
}

// open reads the list, with titles, and then asks. Dialpad is asked for each
// title, which takes its time; nobody has to wait for it.
func (h *held) open(account string) {
	if h.reading.busy && h.about != account {
		return
	}
	h.about = account
	h.wait()
	seen := h.now() // before the question: what comes meanwhile goes on waiting
	askOnce(&h.reading, h.work, func(ctx context.Context) ([]engine.HeldRemoval, error) {
		return h.agent.Held(ctx, account)
	}, func(list []engine.HeldRemoval, err error) {
		if h.waiting == nil {
			return
		}
		h.waiting.Close()
		switch {
		case err != nil:
			h.fail(account, err)
		case len(list) == 0:
			h.tell(h.title(account), h.words.Text("held.none"))
		default:
			h.ask(account, list, seen)
		}
	})
}

// wait says that the list is being read.
func (h *held) wait() {
	bar := look.NewWaiting(h.words.Text("held.reading"))
	bar.Show()
	cancel := control.NewButton(h.words.Text("frame.cancel"), func() { h.waiting.Close() })
	h.waiting = h.dialogs.Show(h.title(h.about), control.Wide, bar, cancel)
	h.waiting.OnClose(func() {
		h.waiting = nil
		bar.Hide()
	})
}

func (h *held) title(account string) string {
	return h.words.Text("held.title", view.Args{"source": h.account(account).Source})
}

// ask shows the list; keeping is the default.
func (h *held) ask(account string, list []engine.HeldRemoval, seen time.Time) {
	a := h.account(account)
	a.Held = len(list) // what the person sees, whatever has come since
	keep, remove := h.words.Decision(a)
	var shown *control.Dialog
	decide := func(d engine.Decision) {
		shown.Close()
		h.decide(account, d, seen)
	}
	later := control.NewButton(h.words.Text("held.later"), func() { shown.Close() })
	away := control.NewButton(remove, func() {
		h.confirm(remove, h.words.Text("held.sure", view.Args{"n": len(list)}), remove, func() { decide(engine.Delete) })
	})
	away.Importance = widget.DangerImportance
	stay := control.NewMainButton(keep, func() { decide(engine.Keep) })
	content := container.NewBorder(look.Text(h.words.Text("held.explain")), nil, nil, nil, h.list(list))
	shown = h.dialogs.Show(h.title(account), control.Tall, content, later, away, stay)
}

// list shows what would go, and why.
func (h *held) list(list []engine.HeldRemoval) fyne.CanvasObject {
	widest := float32(0)
	for _, r := range []source.Removal{source.Deleted, source.Unpublished, source.Restricted, source.Deselected} {
		widest = max(widest, textWidth(h.reason(r)))
	}
	widths := cells{0, widest}
	return control.NewList(func() int { return len(list) }, func() fyne.CanvasObject {
		title := widget.NewLabel("")
		title.Truncation = fyne.TextTruncateEllipsis
		return container.New(widths, title, widget.NewLabel(""))
	}, func(i int, object fyne.CanvasObject) {
		labels := object.(*fyne.Container).Objects
		labels[0].(*widget.Label).SetText(heldTitle(list[i]))
		labels[1].(*widget.Label).SetText(h.reason(list[i].Reason))
	})
}

func heldTitle(r engine.HeldRemoval) string {
	if r.Title != "" {
		return oneLine(r.Title)
	}
	return oneLine(string(r.Key))
}

// reason is why an answer would go, in a word.
func (h *held) reason(r source.Removal) string {
	switch r {
	case source.Unpublished:
		return h.words.Text("held.unpublished")
	case source.Restricted:
		return h.words.Text("held.restricted")
	case source.Deselected:
		return h.words.Text("held.deselected")
	}
	return h.words.Text("held.deleted")
}

func (h *held) decide(account string, d engine.Decision, seen time.Time) {
	doOnce(&h.deciding, h.work, func(ctx context.Context) error {
		_, err := h.agent.Decide(ctx, account, d, seen)
		return err
	}, func(err error) {
		if err != nil {
			h.fail(account, err)
		}
	})
}
