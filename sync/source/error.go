package source

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kind says what happens next after a failure.
type Kind int

const (
	// Unclassified is the kind of an error nobody classed: a defect of ours.
	Unclassified Kind = iota
	// Throttled: wait until RetryAt, then go on.
	Throttled
	// Transient: back off and try the same thing again.
	Transient
	// SignIn: this account waits for the person to sign in.
	SignIn
	// Forbidden: the sign-in lacks a right; the person must change it.
	Forbidden
	// BadDocument: this one document cannot be copied; the rest goes on.
	BadDocument
	// Fatal: this account stops and says so.
	Fatal
)

var kindNames = [...]string{"defect", "throttled", "transient", "sign_in", "forbidden", "document", "fatal"}

// String is the stable name used in logs, in --json and in the checkpoint.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[Unclassified]
	}
	return kindNames[k]
}

// Code picks the sentence a person reads where the kind alone is too coarse.
// The empty code stands for the kind's own sentence. ui/view has one entry for
// each.
type Code string

const (
	CodeTooLarge       Code = "too_large"        // the document is larger than Dialpad takes
	CodeRefused        Code = "refused"          // Dialpad did not accept the document
	CodeWrongSecret    Code = "wrong_secret"     // the region does not know this id and secret
	CodeWidgetID       Code = "widget_id"        // a widget's app id was given as client id
	CodeNoKnowledgeAPI Code = "no_knowledge_api" // no supported API version at this address
	CodeNoHelpCenter   Code = "no_help_center"   // the source answers, but has no help center
	CodeSelection      Code = "selection"        // the source does not have what settings.toml chooses
	CodeRole           Code = "role"             // the person's role is too small
	CodeScope          Code = "scope"            // the sign-in lacks a scope
	CodeReadOnly       Code = "read_only"        // the Dialpad credentials may read but not write
	CodeRedirect       Code = "redirect"         // an answer points to another host
	CodeNotData        Code = "not_data"         // a page where data was expected: login page, captive portal
	CodeCutShort       Code = "cut_short"        // a listing ended before its end
	CodeOffline        Code = "offline"          // no way to the network
	CodeDown           Code = "down"             // the server does not answer or answers 5xx
	CodeTLS            Code = "tls"              // the certificate is not trusted
	CodeClock          Code = "clock"            // this computer's clock is wrong
	CodeKeyringLocked  Code = "keyring_locked"   // the password store is locked or slow
	CodeKeyringMissing Code = "keyring_missing"  // there is no password store
	CodeSecretMissing  Code = "secret_missing"   // the store answers, the entry is not there
	CodeDiskFull       Code = "disk_full"        // no space left
	CodeDiskFailing    Code = "disk_failing"     // the disk answers with errors
	CodeNotWritable    Code = "not_writable"     // a folder or file may not be written
	CodeBusy           Code = "busy"             // another run works on this home
	CodeStopped        Code = "stopped"          // the agent was stopped before the work was done
	CodeTooNew         Code = "too_new"          // the checkpoint is from a newer version
	CodeAddress        Code = "address"          // what was typed leads to no source
	CodeDeclined       Code = "declined"         // the person or the vendor refused the sign-in
	CodeTimedOut       Code = "timed_out"        // nobody signed in within the time
	CodePortsTaken     Code = "ports_taken"      // another program uses the addresses the browser comes back to
	CodeOvertaken      Code = "overtaken"        // another sign-in was begun instead of this one
	CodeKeys           Code = "keys"             // what was copied are not the source's keys
	CodeWrongKeys      Code = "wrong_keys"       // the source does not know these keys, or they were withdrawn
	CodeBearer         Code = "bearer"           // the source wants all keys, not the access token alone
	CodeIdentifier     Code = "identifier"       // the client id is missing, malformed, or not known there
	CodeOtherAccount   Code = "other_account"    // the address is another one than the account's
	CodeNoAccount      Code = "no_account"       // there is no account of this name
	CodeNothingChosen  Code = "nothing_chosen"   // nothing is published in what is chosen
	CodeNotSetUp       Code = "not_set_up"       // nothing is connected yet
	CodeSettings       Code = "settings"         // settings.toml has a mistake
	CodeNoWindow       Code = "no_window"        // the window cannot be shown on this computer
	CodeNoBrowser      Code = "no_browser"       // no program on this computer opens web pages
	CodeNoPage         Code = "no_page"          // the document has no public page any more
	CodeRebuilt        Code = "rebuilt"          // the checkpoint was broken and is made anew
)

// ErrCursorExpired is returned by Fetch when the source no longer knows the
// cursor. The engine starts again from the zero cursor.
var ErrCursorExpired = errors.New("the place in the source's change order is no longer known there")

// Error is a failure with what happens next. Err never holds a title, a body,
// a URL with a query, or a secret.
type Error struct {
	Kind Kind
	Code Code
	// Op is the action that failed, in the words of the code ("list articles").
	Op string
	// Side is "source" or "dialpad", or empty for this computer.
	Side string
	// Host is the host that was asked; with CodeNotWritable of this computer the
	// folder that may not be written; or empty.
	Host string
	// Status is the HTTP status, or 0.
	Status int
	// RetryAt is when to ask again, or the zero time where nobody knows. Told
	// says that it is the other side's own word (Retry-After).
	RetryAt time.Time
	Told    bool
	// Unsure says that a write may have taken effect although it failed.
	Unsure bool
	// Issuer is who signed the certificate that is not trusted, as it says
	// itself: at most 60 printable characters, or empty.
	Issuer string
	// ClockOff is how far this computer's clock is ahead of the server's,
	// negative behind it, where that is the failure.
	ClockOff time.Duration
	Err      error
}

func (e *Error) Error() string {
	text := e.Op
	if e.Host != "" {
		text += " at " + e.Host
	}
	if e.Status != 0 {
		text += fmt.Sprintf(": HTTP %d", e.Status)
	}
	if e.Err != nil && text != "" {
		text += ": "
	}
	if e.Err != nil {
		text += e.Err.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the outermost *Error in err's chain, or
// Unclassified. It says nothing about cancellation: ask your own context first.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unclassified
}

// CodeOf returns the code of the outermost *Error in err's chain, or "".
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Stopped says whether ctx itself was ended, which is not a failure of the
// other side: a network timeout is a DeadlineExceeded too.
func Stopped(ctx context.Context) bool { return ctx.Err() != nil }
