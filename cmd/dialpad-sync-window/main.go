// Command dialpad-sync-window is the window of Dialpad Sync: set-up, status,
// problems, settings. It is started on demand and gone when it is closed; the
// agent, which it finds or starts, goes on. It is the only program of ours that
// links OpenGL.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
)

// version is set by the linker.
var version = "dev"

// Exit codes, those of the command line.
const (
	exitFine  = 0
	exitUsage = 2 // wrong call, or nothing to show a window on
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stderr)
	stop()
	os.Exit(code)
}

// options is how the window was called.
type options struct {
	home    string
	secrets string
	page    local.Page
	version bool
}

// parse reads a call; its flags are those the agent passes on.
func parse(args []string, said io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("dialpad-sync-window", flag.ContinueOnError)
	flags.SetOutput(said)
	flags.StringVar(&o.home, "home", os.Getenv("DIALPAD_SYNC_HOME"), "keep everything under this folder")
	flags.StringVar(&o.secrets, "secrets", os.Getenv("DIALPAD_SYNC_SECRETS"), "where sign-ins are kept")
	flags.StringVar((*string)(&o.page), "page", "", "the page to begin with: overview, activity, problems, settings")
	flags.BoolVar(&o.version, "version", false, "print the version")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("dialpad-sync-window takes no %q", flags.Arg(0))
	}
	return o, nil
}

// run shows the window until it is closed and returns the exit code. What
// cannot be shown in a window is said to said.
func run(ctx context.Context, args []string, said io.Writer) int {
	o, err := parse(args, said)
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(said, err)
		}
		return exitUsage
	}
	if o.version {
		fmt.Fprintln(said, version)
		return exitFine
	}
	words := view.In(view.Language("", os.Getenv))
	home, err := local.FindHome(o.home)
	if err != nil {
		fmt.Fprintln(said, err)
		return exitUsage
	}
	unlock, first, err := takePlace(home)
	if err != nil {
		fmt.Fprintln(said, words.Text("failure.not_writable_folder", view.Args{"folder": home.State}))
		return exitUsage
	}
	if !first {
		raise(ctx, home, o.page)
		return exitFine
	}
	defer unlock()
	defer keepLog(home)()
	if reason := screen(os.Getenv); reason != "" {
		fmt.Fprintln(said, words.Text(reason))
		fmt.Fprintln(said, words.Text("frame.without_window"))
		return exitUsage
	}
	show(ctx, o, home)
	return exitFine
}
