package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
)

// childVariable names, in the environment, what a process that is a child of
// the bench is to do.
const childVariable = "DIALPAD_SYNC_BENCH_CHILD"

// agentGC is how much the agent lets its heap grow between two collections, in
// percent of what is in use (cmd/dialpad-sync).
const agentGC = 25

// result is what a child that ran an engine found.
type result struct {
	Run    engine.Run
	Status engine.AccountStatus
	// Peak is the most memory the process ever had, in bytes; CPU is what it
	// used.
	Peak int64
	CPU  time.Duration
}

// proved returns an error unless both sides were shown to hold so many
// documents.
func (r result) proved(documents int) error {
	s := r.Status
	open := s.Failed + s.Pending + s.Held
	if s.SourceDocuments != documents || s.DialpadDocuments != documents || open > 0 || s.Proved.Before(r.Run.Began) {
		return fmt.Errorf("no proof of %d documents: %+v", documents, s)
	}
	return nil
}

// child has this program run a task in a process of its own, so that its
// memory and time can be told from those of the doubles.
func child[R any](ctx context.Context, task string, order any, env ...string) (R, error) {
	var found R
	program, err := os.Executable()
	if err != nil {
		return found, err
	}
	text, err := json.Marshal(order)
	if err != nil {
		return found, err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(append(os.Environ(), childVariable+"="+task), env...)
	cmd.Stdin = strings.NewReader(string(text))
	cmd.WaitDelay = 5 * time.Second
	var words, answer strings.Builder
	defer func() { fmt.Fprint(os.Stderr, words.String()) }()
	cmd.Stdout, cmd.Stderr = &answer, &words
	if err := cmd.Run(); err != nil {
		return found, fmt.Errorf("%s: %w: %s", task, err, words.String())
	}
	// What may follow the answer is the testing package's word (see rates).
	return found, json.NewDecoder(strings.NewReader(answer.String())).Decode(&found)
}

// runChild is the other end of child.
func runChild(ctx context.Context, task string, in io.Reader, out, errs io.Writer) int {
	tasks := map[string]func(context.Context, io.Reader, io.Writer) error{
		"sync": syncTask, "reconcile": reconcileTask, "rates": ratesTask, "rival": rivalTask,
	}
	do, ok := tasks[task]
	if !ok {
		fmt.Fprintf(errs, "bench: there is no task %q\n", task)
		return exitUsage
	}
	debug.SetGCPercent(agentGC)
	if err := do(ctx, in, out); err != nil {
		fmt.Fprintln(errs, err)
		return exitMissed
	}
	return exitMet
}

// report writes what an engine did and what it cost so far.
func report(out io.Writer, o engine.Outcome) error {
	r := result{Run: o.Run, Status: o.Status}
	var err error
	if r.Peak, err = memoryOf(os.Getpid(), "VmHWM"); err != nil {
		return err
	}
	if r.CPU, err = cpuOf(os.Getpid()); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(r)
}
