// Command bench measures what the project promises about weight, speed and
// politeness, against doubles on this computer's loopback. It prints one line
// for each measured thing with its setting, bound and verdict, and exits 1 if a
// bound is missed.
//
//	go run ./cmd/bench [-only REGEXP] [-short] [-docs FOLDER]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// longestRun bounds everything together.
const longestRun = 30 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, longestRun)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	cancel()
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	exitMet    = 0
	exitMissed = 1
	exitUsage  = 2
)

// run carries out one call and returns the exit code.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	if task := os.Getenv(childVariable); task != "" {
		return runChild(ctx, task, os.Stdin, out, errs)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errs)
	only := flags.String("only", "", "measure only what has a name that matches this `REGEXP`")
	docs := flags.String("docs", "", "write the comparison with other ways as a page and a picture to this `FOLDER`")
	short := flags.Bool("short", false, "smaller sizes, for a quick look")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	names, err := regexp.Compile(*only)
	if err != nil || flags.NArg() > 0 {
		fmt.Fprintln(errs, "bench: -only takes one regular expression; the names are", nameList())
		return exitUsage
	}
	sizes := normalSizes()
	if *short {
		sizes = shortSizes()
	}
	return measureAll(ctx, sizes, names, *docs, out, errs)
}

// measurement is a group of lines that come from one set-up.
type measurement struct {
	name string
	run  func(context.Context, *bench) ([]figure, error)
}

// measurements are all there are, in the order they are taken: what needs a
// quiet computer most comes first.
func measurements() []measurement {
	return []measurement{
		{"agent", agent},
		{"window", windowProgram},
		{"list", list},
		{"latency", latency},
		{"limit", limit},
		{"rates", rates},
		{"checkpoint", checkpointSize},
		{"memory", memory},
		{"quiet", quiet},
		{"delta", delta},
		{"reconcile", reconcile},
		{"comparison", comparison},
	}
}

func nameList() string {
	var names []string
	for _, m := range measurements() {
		names = append(names, m.name)
	}
	return strings.Join(names, ", ")
}

// bench is one run.
type bench struct {
	sizes  sizes
	dir    string   // goes at the end
	docs   string   // gets the page of the comparison, or empty
	worlds []*world // shared ones; see synced
}

func (b *bench) close() {
	for _, w := range b.worlds {
		w.close()
	}
}

func measureAll(ctx context.Context, sizes sizes, only *regexp.Regexp, docs string, out, errs io.Writer) int {
	dir, err := os.MkdirTemp("", "dialpad-sync-bench-")
	if err != nil {
		fmt.Fprintf(errs, "bench: make a folder: %v\n", err)
		return exitMissed
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b := &bench{sizes: sizes, dir: dir, docs: docs}
	defer b.close()
	began, missed := time.Now(), 0
	fmt.Fprintf(out, "%s/%s, %d cores, %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	for _, m := range measurements() {
		if !only.MatchString(m.name) {
			continue
		}
		figures, err := m.run(ctx, b)
		for _, f := range figures {
			fmt.Fprintln(out, f)
			if !f.ok {
				missed++
			}
		}
		if err != nil {
			fmt.Fprintf(out, "%s: could not be measured: %v\n", m.name, err)
			missed++
		}
	}
	fmt.Fprintf(out, "%d missed, %s\n", missed, time.Since(began).Round(time.Second))
	if missed > 0 {
		return exitMissed
	}
	return exitMet
}
