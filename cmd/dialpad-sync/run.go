package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/alecthomas/kong"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
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
	// Words is what is said, in the person's language; run fills it in.
	Words *view.Words
}

// text is one of the person's words.
func (t terminal) text(key string, args ...view.Args) string { return t.Words.Text(key, args...) }

// counted is a number of what a place holds, for an entry about so many.
func (t terminal) counted(place source.Place, n int) view.Args {
	return view.Args{"n": n, "things": t.Words.Things(place, n)}
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
	Home    string `help:"help.home" env:"DIALPAD_SYNC_HOME" placeholder:"DIR"`
	Secrets string `help:"help.secrets" default:"keyring" env:"DIALPAD_SYNC_SECRETS" placeholder:"STORE"`

	Sync      syncCommand      `cmd:"" help:"help.sync"`
	Status    statusCommand    `cmd:"" help:"help.status"`
	Connect   connectCommand   `cmd:"" help:"help.connect"`
	Forget    forgetCommand    `cmd:"" help:"help.forget"`
	Deletions deletionsCommand `cmd:"" help:"help.deletions"`
	Agent     agentCommand     `cmd:"" help:"help.agent"`
	Pause     pauseCommand     `cmd:"" help:"help.pause"`
	Resume    resumeCommand    `cmd:"" help:"help.resume"`
	Stop      stopCommand      `cmd:"" help:"help.stop"`
	Login     loginCommand     `cmd:"" help:"help.login"`
	Open      openCommand      `cmd:"" default:"1" help:"help.open"`
	Demo      demoCommand      `cmd:"" help:"help.demo"`
	Simulate  simulateCommand  `cmd:"" help:"help.simulate"`
	Version   versionCommand   `cmd:"" help:"help.version"`
}

// usageError is a wrong call or a mistake in the settings.
type usageError struct {
	// says and fix are the keys of what is wrong and of what helps.
	says, fix string
	args      view.Args
	// message and help are said instead where the words are not ours.
	message, help string
	// notSetUp says that nothing is wrong but that nothing is connected yet.
	notSetUp bool
}

func (e *usageError) Error() string { return e.says + e.message }

// in is the error in the person's language.
func (e *usageError) in(w *view.Words) reportError {
	failure := reportError{Kind: "usage", Message: e.message, Help: e.help}
	if e.says != "" {
		failure.Message = w.Text(e.says, e.args)
	}
	if e.fix != "" {
		failure.Help = w.Text(e.fix, e.args)
	}
	return failure
}

// exitError carries an exit code for an outcome that has been told already.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// run carries out one call and returns the exit code.
func run(ctx context.Context, args []string, t terminal) int {
	t.Words = view.In(view.Language("", os.Getenv))
	var cl commandLine
	left := -1
	parser, err := kong.New(&cl,
		kong.Name("dialpad-sync"),
		kong.Description("help.program"),
		kong.Help(printHelp(t.Words)),
		kong.Writers(t.Out, t.Err),
		kong.Exit(func(code int) { left = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
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
		return tell(t, &usageError{message: err.Error(), fix: "cli.see_help"}, asksJSON(args))
	}
	home, err := openHome(cl.Home, cl.Secrets)
	if err != nil {
		return tell(t, err, asksJSON(args))
	}
	t.Words = view.In(view.Language(settings.Language(home.Settings), os.Getenv))
	return tell(t, call.Run(home, t), asksJSON(args))
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
	code, failure := explain(t.Words, err)
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

// stoppedKind is the kind of a call that was ended before its work was done.
const stoppedKind = "stopped"

// stopped is what such a call says.
func stopped(w *view.Words) reportError {
	return reportError{Kind: stoppedKind, Message: w.Text("cli.stopped")}
}

// named names the account that err may not know; nil stays nil.
func named(account string, err error) error {
	if errors.Is(err, engine.ErrUnknownAccount) {
		return &usageError{says: "cli.no_such_account", fix: "fix.accounts_listed", args: view.Args{"account": strconv.Quote(account)}}
	}
	return err
}

// explain turns an error into exit code and words.
func explain(w *view.Words, err error) (int, reportError) {
	var usage *usageError
	var mistake *settings.Error
	var known *source.Error
	var spoken *spokenError
	var titled *titledError
	switch {
	case errors.As(err, &usage):
		return exitUsage, usage.in(w)
	case errors.As(err, &mistake) && !ofTheDisk(err):
		return exitUsage, reportError{Kind: "settings", Message: mistake.Error(), Help: ""}
	case errors.Is(err, context.Canceled):
		return exitWaiting, stopped(w)
	case errors.Is(err, local.ErrOtherVersion):
		return exitUsage, (&usageError{says: "cli.other_version", fix: "cli.stop_other"}).in(w)
	case errors.As(err, &known):
		p := engine.ProblemOf(known)
		p.Since = time.Time{} // it has only just been met
		title := ""
		if errors.As(err, &titled) {
			title = titled.title
		}
		failure := failureOf(w, p, title)
		if errors.As(err, &spoken) {
			failure.Message = w.Text(spoken.says, spoken.args)
		}
		return exitOf(p), failure
	}
	return exitDefect, reportError{Kind: "defect", Message: w.Text("cli.defect", view.Args{"error": err})}
}

// ofTheDisk says that the settings are right, but the disk did not take them.
func ofTheDisk(err error) bool {
	code := source.CodeOf(err)
	return code == source.CodeDiskFull || code == source.CodeDiskFailing
}

// exitOf is the exit code of a failure.
func exitOf(p engine.Problem) int {
	switch p.Code {
	case source.CodeTooNew, source.CodeNotWritable, source.CodeNoHelpCenter, source.CodeNoKnowledgeAPI, source.CodeSelection,
		source.CodeNotSetUp, source.CodeSettings, source.CodeAddress, source.CodeNoWindow, source.CodeNoPage,
		source.CodeOtherAccount, source.CodeNoAccount, source.CodeNothingChosen:
		return exitUsage
	case source.CodeNotData, source.CodeCutShort, source.CodeBusy:
		return exitWaiting
	}
	switch p.Kind {
	case source.Fatal:
		if p.Code == source.CodeIdentifier || p.Code == source.CodeKeys {
			return exitUsage
		}
	case source.SignIn, source.Forbidden:
		return exitSignIn
	case source.Transient, source.Throttled, source.BadDocument:
		return exitWaiting
	}
	return exitDefect
}

// failureOf is the failure in words.
func failureOf(w *view.Words, p engine.Problem, sourceTitle string) reportError {
	m := w.Message(p, view.Context{Source: sourceTitle, Now: time.Now()})
	kind := p.Kind.String()
	if p.Code != "" {
		kind = string(p.Code)
	}
	return reportError{Kind: kind, Message: m.Sentence, Help: m.Help}
}
