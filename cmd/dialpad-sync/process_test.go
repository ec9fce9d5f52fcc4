package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// process is the built program while it runs.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines chan string // of stderr, as they come
	ended chan error
	out   bytes.Buffer
	errs  bytes.Buffer
}

// start runs the program beside the test.
func start(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, cmd: cmd, lines: make(chan string, 10_000), ended: make(chan error, 1)}
	cmd.Stdout = &p.out
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = write
	if err := errors.Join(cmd.Start(), write.Close()); err != nil {
		t.Fatal(err)
	}
	go func() {
		text := bufio.NewScanner(io.TeeReader(read, &p.errs))
		for text.Scan() {
			p.lines <- text.Text()
		}
		close(p.lines)
		p.ended <- errors.Join(cmd.Wait(), read.Close())
	}()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return p
}

// waitFor returns the line from the text on, as soon as one has it.
func (p *process) waitFor(text string) string {
	p.t.Helper()
	for line := range p.lines {
		if i := strings.Index(line, text); i >= 0 {
			return line[i:]
		}
	}
	p.t.Fatalf("it ended without saying %q: %s", text, p.end())
	return ""
}

func (p *process) interrupt() { p.signal(os.Interrupt) }

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Error(err)
	}
}

// end waits until the program has ended.
func (p *process) end() outcome {
	p.t.Helper()
	err := <-p.ended
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return outcome{p.cmd.ProcessState.ExitCode(), p.out.String(), p.errs.String()}
}
