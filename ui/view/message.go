package view

import (
	"fmt"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Message is one failure in the person's words.
type Message struct {
	// Sentence says what is, and what it means or what happens next.
	Sentence string
	// Help is what to do about it, for faces without buttons; it may be empty.
	Help string
	// Button is the one that helps, or empty.
	Button string
}

// Context fills names into the sentences.
type Context struct {
	Source string // the source's own name ("Zendesk")
	Region string // "Europe", "United States", or empty
	Now    time.Time
}

// troubleLine is the line of an account whose last pass ended early.
func troubleLine(a engine.AccountStatus, now time.Time) (line, button string) {
	if a.Problem == nil || (a.Problem.Kind == source.Throttled && a.WaitUntil.After(now)) {
		return throttled(sideName(a.WaitSide, a.Source), a.WaitUntil, now), ""
	}
	m := MessageOf(*a.Problem, Context{Source: a.Source, Now: now})
	return m.Sentence, m.Button
}

func throttled(side string, until, now time.Time) string {
	if until.IsZero() {
		return fmt.Sprintf("%s asked us to wait. We go on by ourselves.", side)
	}
	return fmt.Sprintf("%s asked us to wait until %s. We will.", side, Clock(until, now))
}

func sideName(side, sourceName string) string {
	switch {
	case side == "dialpad" || side == "" && sourceName == "":
		return "Dialpad"
	case sourceName == "":
		return "The source"
	}
	return sourceName
}

// MessageOf is the sentence for a failure. The class decides, never the text
// of an error; a class without a sentence of its own has its kind's.
func MessageOf(p engine.Problem, c Context) Message {
	if f, ok := sentences[p.Code]; ok {
		return f(p, c)
	}
	side := sideName(p.Side, c.Source)
	switch p.Kind {
	case source.Throttled:
		return Message{Sentence: throttled(side, p.RetryAt, c.Now)}
	case source.Transient:
		return down(p, c)
	case source.SignIn:
		return Message{
			Sentence: fmt.Sprintf("%s wants you to sign in again. Nothing is lost.", side),
			Help:     "Run “dialpad-sync connect” for it.", Button: "Reconnect",
		}
	case source.Forbidden:
		return Message{
			Sentence: fmt.Sprintf("The sign-in to %s does not have the right to do this.", side),
			Help:     "Sign in as somebody who may, with “dialpad-sync connect”.", Button: "Sign in as someone else",
		}
	case source.BadDocument:
		return Message{Sentence: "Dialpad did not accept an answer.", Button: "Open article"}
	}
	return Message{
		Sentence: fmt.Sprintf("Something in Dialpad Sync failed (%s). Nothing was changed in Dialpad.", failureCode(p)),
		Help:     "The log in the home folder says more.", Button: "Copy details",
	}
}

// Failed is the sentence about one document that could not be copied.
func Failed(f engine.Failure) string {
	name := string(f.Key)
	if f.Title != "" {
		name = f.Title
	}
	switch {
	case f.Code == source.CodeTooLarge:
		return fmt.Sprintf("“%s” is larger than Dialpad takes.", name)
	case f.Kind == source.BadDocument:
		return fmt.Sprintf("Dialpad did not accept “%s”.", name)
	}
	return fmt.Sprintf("“%s” could not be copied yet. It is tried again by itself.", name)
}

func failureCode(p engine.Problem) string {
	if p.Op == "" {
		return p.Kind.String()
	}
	if p.Status != 0 {
		return fmt.Sprintf("%s, %d", p.Op, p.Status)
	}
	return p.Op
}

func down(p engine.Problem, c Context) Message {
	since := ""
	if !p.Since.IsZero() {
		since = fmt.Sprintf(" (since %s)", Clock(p.Since, c.Now))
	}
	return Message{Sentence: fmt.Sprintf("%s is not answering%s. We keep trying.", sideName(p.Side, c.Source), since)}
}

// plain is a sentence without names.
func plain(sentence, help, button string) func(engine.Problem, Context) Message {
	return func(engine.Problem, Context) Message {
		return Message{Sentence: sentence, Help: help, Button: button}
	}
}

// sided is a sentence that begins with the name of the side it is about.
func sided(rest, help, button string) func(engine.Problem, Context) Message {
	return func(p engine.Problem, c Context) Message {
		return Message{Sentence: sideName(p.Side, c.Source) + rest, Help: help, Button: button}
	}
}

// refused is about a document that Dialpad does not take, or about a question
// that the source does not answer.
func refused(p engine.Problem, c Context) Message {
	if p.Side == "source" {
		return Message{
			Sentence: fmt.Sprintf("%s refused what we asked for (%s). Nothing was changed in Dialpad.", sideName(p.Side, c.Source), failureCode(p)),
			Help:     "The log in the home folder says more.", Button: "Copy details",
		}
	}
	return Message{Sentence: "Dialpad did not accept an answer.", Help: "Look at it at the source; the others go on.", Button: "Open article"}
}

// sentences has one entry for each code.
var sentences = map[source.Code]func(engine.Problem, Context) Message{
	source.CodeTooLarge: plain("An answer is larger than Dialpad takes.", "Split it at the source; the others go on.", "Open article"),
	source.CodeRefused:  refused,
	source.CodeWrongSecret: func(p engine.Problem, c Context) Message {
		region := "Dialpad"
		if c.Region != "" {
			region = "Dialpad " + c.Region
		}
		return Message{
			Sentence: region + " does not know this ID and secret.",
			Help:     "Are you in the other region? Check region and client_id, then run “dialpad-sync connect dialpad”.", Button: "Check sign-in",
		}
	},
	source.CodeWidgetID: plain("This looks like the ID of a chat widget, not a client ID. A widget can only chat.",
		"Ask your Dialpad administrator for API credentials that may read and write documents.", "Check sign-in"),
	source.CodeNoKnowledgeAPI: plain("Dialpad answered, but not with a knowledge base this version knows.",
		"Check the region and the address in settings.toml.", "Check sign-in"),
	source.CodeNoHelpCenter: sided(" answered, but there is no help center at this address.",
		"Use the address of the brand whose help center it is.", "Check address"),
	source.CodeSelection: func(p engine.Problem, c Context) Message {
		return Message{
			Sentence: sideName(p.Side, c.Source) + " does not have everything that is chosen in settings.toml.",
			Help:     fmt.Sprintf("Choose again there (%s).", p.Detail), Button: "Choose again",
		}
	},
	source.CodeRole: sided(" shows this person only a part of the answers. Copying all of them needs an agent or admin.",
		"Sign in as one with “dialpad-sync connect”.", "Sign in as someone else"),
	source.CodeScope: sided(" gave a sign-in without the right to read answers.",
		"Connect again and allow reading.", "Reconnect"),
	source.CodeReadOnly: plain("These Dialpad credentials may read but not write answers.",
		"Ask your Dialpad administrator to allow writing documents for this client ID.", "How to allow it"),
	source.CodeRedirect: sided(" points to another host. We did not follow, so that your sign-in stays where it belongs.",
		"Check the address in settings.toml.", "Check address"),
	source.CodeNotData: sided(" answered with a web page where data was expected. This network may want a sign-in page first.",
		"Open a browser and look whether the network asks for something. We keep trying.", "Open it"),
	source.CodeCutShort: sided(" ended a list before its end. Nothing was removed; we ask again.", "", ""),
	source.CodeOffline:  plain("No internet. Trying again by itself.", "", ""),
	source.CodeDown:     down,
	source.CodeTLS: func(p engine.Problem, _ Context) Message {
		return Message{
			Sentence: fmt.Sprintf("Something on this network reads the connection to %s, and this computer does not trust it.", hostOr(p.Host)),
			Help:     "Use another network, or ask whoever runs this one for its certificate.", Button: "What to do",
		}
	},
	source.CodeClock: plain("This computer's clock is wrong, so that secure connections fail.", "Set the clock; we go on by ourselves.", "What to do"),
	source.CodeKeyringLocked: plain("Your password store is locked. Unlock it and we go on.",
		"On a computer without a screen use “--secrets dir:PATH”.", "Try again"),
	source.CodeKeyringMissing: plain("This computer has no password store, so sign-ins cannot be kept.",
		"Install one (gnome-keyring, KWallet), or name a private folder with “--secrets dir:PATH”.", "What to do"),
	source.CodeSecretMissing: sided(" is not signed in on this computer.", "Run “dialpad-sync connect” for it.", "Connect"),
	source.CodeDiskFull:      plain("The disk is full. Syncing waits; nothing is lost.", "Make room; we go on by ourselves.", "Try again"),
	source.CodeNotWritable: func(p engine.Problem, _ Context) Message {
		folder := "the folder of Dialpad Sync"
		if p.Side == "" && p.Host != "" {
			folder = p.Host
		}
		return Message{
			Sentence: fmt.Sprintf("We may not write to %s.", folder),
			Help:     "Give yourself the right to, or choose another with “--home DIR”.", Button: "Try again",
		}
	},
	source.CodeBusy: plain("Another run of Dialpad Sync works on this folder.", "Wait for it, or stop it.", ""),
	source.CodeTooNew: plain("The records in this folder were written by a newer version of Dialpad Sync.",
		"Install that version again, or choose another folder with “--home DIR”.", ""),
	source.CodeAddress: func(p engine.Problem, c Context) Message {
		help := "Type it as your browser shows it, such as acme.zendesk.com."
		if p.Side == "dialpad" {
			help = "It begins with https:// and leads to the knowledge API, such as https://api.eu.karehq.com."
		}
		return Message{Sentence: sideName(p.Side, c.Source) + " cannot be reached at this address.", Help: help, Button: "Check address"}
	},
	source.CodeOvertaken: plain("Another sign-in was begun instead of this one. Nothing was changed.", "", "Try again"),
	source.CodeIdentifier: func(p engine.Problem, c Context) Message {
		if p.Side == "dialpad" {
			return Message{
				Sentence: "This is no client ID as Dialpad gives them.",
				Help:     "Ask your Dialpad administrator for API credentials that may read and write documents.", Button: "Check sign-in",
			}
		}
		return Message{
			Sentence: sideName(p.Side, c.Source) + " does not know this identifier.",
			Help:     "Compare it with the OAuth client that an admin made there.", Button: "Check sign-in",
		}
	},
	source.CodeOtherAccount: func(p engine.Problem, c Context) Message {
		return Message{
			Sentence: fmt.Sprintf("This is another address of %s than the one that was connected (%s). Nothing was changed.", sideName(p.Side, c.Source), hostOr(p.Host)),
			Help:     "Sign in at that address, or connect this one as an account of its own.", Button: "Check address",
		}
	},
	source.CodeNoAccount:     plain("There is no such account any more.", "settings.toml lists the accounts.", ""),
	source.CodeNothingChosen: sided(" has no published answers in what is chosen.", "Choose more of it.", "Choose again"),
	source.CodeDeclined:      sided(" said no: the sign-in was declined. Nothing was changed.", "", "Try again"),
	source.CodeTimedOut:      plain("Nobody signed in within the time. Nothing was changed.", "", "Try again"),
	source.CodePortsTaken: plain("Another program uses the addresses the browser has to come back to.",
		"Close it, or wait a minute, and try again.", "Try again"),
	source.CodeNotSetUp: plain("Not connected yet.", "Run “dialpad-sync connect”, or open the window.", "Set up"),
	source.CodeSettings: func(p engine.Problem, _ Context) Message {
		return Message{Sentence: "There is a mistake in settings.toml. Nothing is copied until it is mended.", Help: p.Detail, Button: "What to do"}
	},
	source.CodeNoWindow: plain("The window of Dialpad Sync cannot be shown here.",
		"It needs a screen, and the program dialpad-sync-window beside this one. “dialpad-sync status” shows the same.", ""),
	source.CodeNoPage:  plain("This answer no longer has a public page.", "", ""),
	source.CodeRebuilt: plain("Our records were damaged and are being rebuilt. Every answer is compared before anything is written.", "", ""),
}

func hostOr(host string) string {
	if host == "" {
		return "the other side"
	}
	return host
}
