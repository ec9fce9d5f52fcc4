package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/term"

	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/setup"
)

type connectCommand struct {
	Zendesk connectZendesk `cmd:"" help:"help.connect_zendesk"`
	Magento connectMagento `cmd:"" help:"help.connect_magento"`
	Dialpad connectDialpad `cmd:"" help:"help.connect_dialpad"`
}

// loadOrNew reads settings.toml, or begins new settings where there are none.
func (h *home) loadOrNew() (*settings.Settings, error) {
	conf, err := setup.Load(h.Settings)
	if errors.Is(err, fs.ErrNotExist) {
		conf, err = settings.Default(), nil
	}
	if err == nil && conf.HomeID == "" {
		conf.HomeID = settings.NewHomeID()
	}
	return conf, err
}

// question asks for one line, without showing it when hidden.
// It returns when ctx ends, and leaves the reading to the end of the program.
func question(ctx context.Context, t terminal, text string, hidden bool) (string, error) {
	fmt.Fprint(t.Err, text)
	type typed struct {
		line string
		err  error
	}
	defer keepEcho(t)()
	answer := make(chan typed, 1)
	go func() {
		line, err := readLine(t, hidden)
		answer <- typed{line, err}
	}()
	select {
	case a := <-answer:
		return a.line, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// keepEcho remembers how the terminal is set and returns what restores it: a
// hidden question that is broken off must not leave it silent.
func keepEcho(t terminal) func() {
	file, ok := t.In.(*os.File)
	if !ok {
		return func() {}
	}
	state, err := term.GetState(int(file.Fd()))
	if err != nil {
		return func() {} // not a terminal
	}
	return func() { _ = term.Restore(int(file.Fd()), state) }
}

func readLine(t terminal, hidden bool) (string, error) {
	if file, ok := t.In.(*os.File); ok && hidden && term.IsTerminal(int(file.Fd())) {
		typed, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(t.Err)
		return strings.TrimSpace(string(typed)), err
	}
	line, err := bufio.NewReader(oneByOne{t.In}).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// oneByOne reads single bytes, so that what follows a line is left for the
// next question.
type oneByOne struct{ io.Reader }

func (o oneByOne) Read(p []byte) (int, error) { return o.Reader.Read(p[:1]) }
