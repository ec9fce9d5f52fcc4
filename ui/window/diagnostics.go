package window

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// diagnostics shows a text for whoever helps before it goes anywhere, and saves
// it.
type diagnostics struct {
	*desk
	agent  settingsAgent
	folder string // where it is saved unless the person says otherwise

	reading, saving once
}

func (d *diagnostics) open() {
	askOnce(&d.reading, d.work, d.agent.Diagnostics, func(text string, err error) {
		if err != nil {
			d.fail("", err)
			return
		}
		d.preview(text)
	})
}

// preview shows every word of it.
func (d *diagnostics) preview(text string) {
	var shown *control.Dialog
	path := control.NewEntry()
	path.SetText(filepath.Join(d.folder, "dialpad-sync-"+d.now().Format("2006-01-02")+".txt"))
	save := func() { d.save(path.Text, text, func() { shown.Close() }) }
	path.OnSubmitted = func(string) { save() }
	body := between(look.Text(d.words.Text("diagnostics.explain")), control.NewReading(text),
		container.NewBorder(nil, nil, widget.NewLabel(d.words.Text("diagnostics.where")), nil, path))
	shown = d.dialogs.Show(d.words.Text("diagnostics.title"), control.Tall, body,
		control.NewButton(d.words.Text("frame.close"), func() { shown.Close() }),
		control.NewButton(d.words.Text("frame.copy"), func() { d.copyText(text) }),
		control.NewMainButton(d.words.Text("diagnostics.save"), save))
}

// save writes the file. Where that fails the preview stays open, so that
// another place can be named.
func (d *diagnostics) save(path, text string, saved func()) {
	doOnce(&d.saving, d.work, func(context.Context) error { return writeNew(path, text) }, func(err error) {
		if err != nil {
			d.tell(d.words.Text("frame.not_done"), d.sentence(path, err))
			return
		}
		saved()
		d.tell(d.words.Text("diagnostics.title"), d.words.Text("diagnostics.saved", view.Args{"path": path}))
	})
}

func (d *diagnostics) sentence(path string, err error) string {
	switch {
	case errors.Is(err, fs.ErrExist):
		return d.words.Text("diagnostics.exists", view.Args{"path": path})
	case errors.Is(err, syscall.ENOSPC):
		return d.message("", &source.Error{Kind: source.Transient, Code: source.CodeDiskFull, Err: err}).Sentence
	}
	return d.words.Text("failure.not_writable_folder", view.Args{"folder": filepath.Dir(path)})
}

// writeNew writes a file that does not exist yet, for its owner alone. What was
// written in part is removed.
func writeNew(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(fmt.Errorf("write the file: %w", err), os.Remove(path))
	}
	return nil
}
