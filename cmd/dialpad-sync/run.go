package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kong"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

// terminal is where a command reads and writes.
type terminal struct {
	In       io.Reader
	Out, Err io.Writer
	// Interactive says that Err is a terminal, where a bar can be redrawn.
	Interactive bool
	Width       func() int
}

// Exit codes: a contract for scripts.
const (
	exitInSync    = 0 // proved in sync
	exitAttention = 1 // finished, but documents failed or removals are held
	exitUsage     = 2 // wrong call or settings
	exitSignIn    = 3 // the person must sign in or lacks a right
	exitWaiting   = 4 // gave up for now
	exitDefect    = 5 // a defect of ours
)

// commandLine is every call there is.
type commandLine struct {
	Home    string `help:"Keep everything under this folder." env:"DIALPAD_SYNC_HOME" placeholder:"DIR"`
	Secrets string `help:"Where sign-ins are kept: keyring, dir:PATH or memory." default:"keyring" env:"DIALPAD_SYNC_SECRETS" placeholder:"STORE"`

	Sync      syncCommand      `cmd:"" help:"Make one pass and say whether both sides are equal."`
	Status    statusCommand    `cmd:"" help:"Show how things stand."`
	Connect   connectCommand   `cmd:"" help:"Sign in to a source or to Dialpad."`
	Forget    forgetCommand    `cmd:"" help:"Withdraw a sign-in and forget the account."`
	Deletions deletionsCommand `cmd:"" help:"Show removals that wait for you, and decide."`
	Agent     agentCommand     `cmd:"" help:"Keep running in the background until told to stop."`
	Pause     pauseCommand     `cmd:"" help:"Make the running agent wait."`
	Resume    resumeCommand    `cmd:"" help:"End a pause."`
	Stop      stopCommand      `cmd:"" help:"End the running agent."`
	Open      openCommand      `cmd:"" default:"1" help:"Start the agent if none runs, and show its window; the call without a command."`
	Demo      demoCommand      `cmd:"" help:"Watch the whole job on an invented help center; touches nothing of yours."`
	Simulate  simulateCommand  `cmd:"" help:"Serve a local double of a vendor."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// usageError is a wrong call or a mistake in the settings.
type usageError struct {
	message, help string
	// notSetUp says that nothing is wrong but that nothing is connected yet.
	notSetUp bool
}

func (e *usageError) Error() string { return e.message }

// exitError carries an exit code for an outcome that has been told already.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// run carries out one call and returns the exit code.
func run(ctx context.Context, args []string, t terminal) int {
	var cl commandLine
	left := -1
	parser, err := kong.New(&cl,
		kong.Name("dialpad-sync"),
		kong.Description("Keeps your Dialpad knowledge base equal to your help center."),
		kong.Writers(t.Out, t.Err),
		kong.Exit(func(code int) { left = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(t),
		kong.UsageOnError(),
	)
	if err != nil {
		return tell(t, err, false)
	}
	call, err := parser.Parse(args)
	if left >= 0 {
		return left // --help has been printed
	}
	if err != nil {
		return tell(t, &usageError{message: err.Error(), help: "Run “dialpad-sync --help”."}, asksJSON(args))
	}
	home, err := openHome(cl.Home, cl.Secrets)
	if err != nil {
		return tell(t, err, asksJSON(args))
	}
	return tell(t, call.Run(home), asksJSON(args))
}

func asksJSON(args []string) bool {
	for _, arg := range args {
		if arg == "--json" {
			return true
		}
	}
	return false
}

// tell prints what ended a call, unless the call has said it already, and
// returns the exit code.
func tell(t terminal, err error, asJSON bool) int {
	var told exitError
	switch {
	case err == nil:
		return exitInSync
	case errors.As(err, &told):
		return int(told)
	}
	code, failure := explain(err)
	if asJSON {
		printError(t, failure)
	}
	say(t, failure)
	return code
}

// printError writes a line of JSON with an error alone.
func printError(t terminal, failure reportError) {
	_ = json.NewEncoder(t.Out).Encode(struct {
		Error reportError `json:"error"`
	}{failure})
}

// say tells a person what failed.
func say(t terminal, failure reportError) {
	fmt.Fprintln(t.Err, failure.Message)
	if failure.Help != "" {
		fmt.Fprintln(t.Err, failure.Help)
	}
}

// titledError is a failure with the name of the source it can be about.
type titledError struct {
	title string
	err   error
}

func (e *titledError) Error() string { return e.err.Error() }
func (e *titledError) Unwrap() error { return e.err }

// about names the source that err can be about; nil stays nil.
func about(title string, err error) error {
	if err == nil {
		return nil
	}
	return &titledError{title: title, err: err}
}

// stopped is what a call says that was ended before its work was done.
var stopped = reportError{Kind: "stopped", Message: "Stopped. What was done so far is saved."}

// explain turns an error into exit code and words.
func explain(err error) (int, reportError) {
	var usage *usageError
	var mistake *settings.Error
	var known *source.Error
	var spoken *spokenError
	var titled *titledError
	switch {
	case errors.As(err, &usage):
		return exitUsage, reportError{Kind: "usage", Message: usage.message, Help: usage.help}
	case errors.As(err, &mistake) && source.CodeOf(err) != source.CodeDiskFull:
		return exitUsage, reportError{Kind: "settings", Message: mistake.Error(), Help: ""}
	case errors.Is(err, engine.ErrUnknownAccount):
		return exitUsage, reportError{Kind: "usage", Message: err.Error(), Help: "settings.toml lists the accounts."}
	case errors.Is(err, context.Canceled):
		return exitWaiting, stopped
	case errors.As(err, &known):
		p := engine.ProblemOf(known)
		p.Since = time.Time{} // it has only just been met
		title := ""
		if errors.As(err, &titled) {
			title = titled.title
		}
		failure := failureOf(p, title)
		if errors.As(err, &spoken) {
			failure.Message = spoken.words
		}
		return exitOf(p), failure
	}
	return exitDefect, reportError{Kind: "defect", Message: fmt.Sprintf("Something in Dialpad Sync failed: %v", err)}
}

// exitOf is the exit code of a failure.
func exitOf(p engine.Problem) int {
	switch p.Code {
	case source.CodeTooNew, source.CodeNotWritable, source.CodeNoHelpCenter, source.CodeNoKnowledgeAPI, source.CodeSelection,
		source.CodeNotSetUp, source.CodeSettings, source.CodeAddress, source.CodeNoWindow, source.CodeNoPage:
		return exitUsage
	case source.CodeNotData, source.CodeCutShort, source.CodeBusy:
		return exitWaiting
	}
	switch p.Kind {
	case source.SignIn, source.Forbidden:
		return exitSignIn
	case source.Transient, source.Throttled, source.BadDocument:
		return exitWaiting
	}
	return exitDefect
}

// failureOf is the failure in words.
func failureOf(p engine.Problem, sourceTitle string) reportError {
	m := view.MessageOf(p, view.Context{Source: sourceTitle, Now: time.Now()})
	kind := p.Kind.String()
	if p.Code != "" {
		kind = string(p.Code)
	}
	return reportError{Kind: kind, Message: m.Sentence, Help: m.Help}
}
