// Command dialpad-sync keeps a Dialpad knowledge base equal to the place where
// a business writes its answers. It is the agent in the background and the
// command line; see README.md for the calls and exit codes.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/term"
)

// version is set by the linker.
var version = "dev"

func main() {
	runtime.MemProfileRate = 0 // nobody reads one, and it takes memory
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	code := run(ctx, os.Args[1:], terminal{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Interactive: term.IsTerminal(int(os.Stderr.Fd())),
		Width: func() int {
			width, _, err := term.GetSize(int(os.Stderr.Fd()))
			if err != nil {
				return 80
			}
			return width
		},
	})
	stop()
	os.Exit(code)
}
