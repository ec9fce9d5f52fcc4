package view_test

import (
	"regexp"
	"strings"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

// reader knows what a line claims, from its words alone.
type reader struct {
	green                     *regexp.Regexp
	working, waiting, needing []string
	notSetUp                  string
}

var readers = map[*view.Words]reader{
	english: {
		green: regexp.MustCompile(`^[\d,]+ of [\d,]+ (answers?|documents?) (is|are) in Dialpad(, [\d,]+ kept by you)?( · checked [^.]+)?$`),
		working: []string{
			"Copying answers", "Copying documents", "Removing ", "Comparing ", "Checking for ", "The first copy has not", "Not checked yet",
			"on the way.", "when last checked",
		},
		waiting: []string{"Paused until", "On battery", "On a metered", "asked us to wait", "No internet", "is not answering"},
		needing: []string{
			"could not be copied", "until you decide", "no longer in ", "no longer visible", "no longer there", "sign in again", "read but not write", "mistake in settings", "Something in Dialpad Sync failed",
		},
		notSetUp: "Not connected yet.",
	},
	german: {
		green: regexp.MustCompile(`^[\d.]+ von [\d.]+ (Antwort(en)?|Dokument(en)?) (ist|sind) in Dialpad(, [\d.]+ von Ihnen behalten)?( · geprüft .+)?$`),
		working: []string{
			"werden kopiert", ", werden entfernt", "wird mit", "werden gesucht", "Die erste Kopie ist noch", "Noch nicht geprüft",
			"unterwegs.", "Bei der letzten Prüfung",
		},
		waiting: []string{"Angehalten", "Akkubetrieb", "Getaktete", "um eine Pause", "Kein Internet", "antwortet nicht"},
		needing: []string{
			"nicht kopiert werden", "bis Sie entscheiden", " nicht mehr in Zendesk (", " nicht mehr in Magento (", "nicht mehr sichtbar", "nicht mehr zu finden", "neu anmelden", "lesen, aber nicht schreiben", "settings.toml ist ein Fehler", "ist etwas fehlgeschlagen",
		},
		notSetUp: "Noch nicht verbunden.",
	},
}

// claims are the drawings that may stand beside a line; a line that can be read
// in two ways has two.
func (r reader) claims(line string) (icons []view.Icon) {
	if r.green.MatchString(line) {
		icons = append(icons, view.UpToDate)
	}
	for icon, words := range map[view.Icon][]string{view.Working: r.working, view.Waiting: r.waiting, view.NeedsYou: r.needing, view.NotSetUp: {r.notSetUp}} {
		for _, w := range words {
			if strings.Contains(line, w) {
				icons = append(icons, icon)
				break
			}
		}
	}
	return icons
}

// troubles are failures with which a pass can end early.
var troubles = []engine.Problem{
	{Kind: source.SignIn, Side: "source"}, {Kind: source.Forbidden, Code: source.CodeReadOnly, Side: "dialpad"},
	{Kind: source.Fatal, Code: source.CodeSettings}, {Kind: source.Unclassified, Op: "count"},
	{Kind: source.Transient, Code: source.CodeOffline}, {Kind: source.Transient, Code: source.CodeDown, Side: "dialpad"},
	{Kind: source.Throttled, Side: "source"},
}
