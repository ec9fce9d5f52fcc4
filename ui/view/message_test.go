package view_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

var zendesk = view.Context{Source: "Zendesk", Now: now}

// codes reads the codes from their source file, so that a new one is seen.
func codes(t *testing.T) (codes []source.Code) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../../sync/source/error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && strings.HasPrefix(spec.Names[0].Name, "Code") && len(spec.Values) == 1 {
			text, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			codes = append(codes, source.Code(text))
		}
		return true
	})
	if len(codes) < 20 {
		t.Fatalf("found %d codes", len(codes))
	}
	return codes
}

func TestEveryCodeHasASentence(t *testing.T) {
	for _, words := range []*view.Words{english, german} {
		ours := words.Message(engine.Problem{}, zendesk).Sentence
		for _, code := range codes(t) {
			m := words.Message(engine.Problem{Code: code, Side: "source"}, zendesk)
			if m.Sentence == "" || m.Sentence == ours || strings.ContainsAny(m.Sentence+m.Help+m.Guide, "{}") {
				t.Errorf("%s has no sentence of its own: %+v", code, m)
			}
			if m.Button != words.Label(m.Action) {
				t.Errorf("%s has the button %q", code, m.Button)
			}
		}
	}
}

func TestAGuideStandsBehindItsButton(t *testing.T) {
	for _, words := range []*view.Words{english, german} {
		for _, code := range codes(t) {
			m := words.Message(engine.Problem{Code: code, Host: "acme.zendesk.com"}, zendesk)
			if guided := m.Action == view.WhatToDo || m.Action == view.HowToAllow; guided != (m.Guide != "") {
				t.Errorf("%s: [%s] opens %q", code, m.Button, m.Guide)
			}
		}
	}
}

func TestFailuresInTheirWords(t *testing.T) {
	region := func(host string) engine.Problem {
		return engine.Problem{Kind: source.SignIn, Code: source.CodeWrongSecret, Side: "dialpad", Host: host}
	}
	for name, row := range map[string]struct {
		problem         engine.Problem
		english, german string
		action          view.Action
	}{
		"sign in": {
			engine.Problem{Kind: source.SignIn, Side: "dialpad"}, "Dialpad wants you to sign in again. Nothing is lost.",
			"Dialpad möchte, dass Sie sich neu anmelden. Es geht nichts verloren.", view.Reconnect,
		},
		"forbidden": {
			engine.Problem{Kind: source.Forbidden, Side: "source"}, "The sign-in to Zendesk does not have the right to do this.",
			"Der Anmeldung bei Zendesk fehlt das Recht dazu.", view.SignInAsSomeoneElse,
		},
		"the region": {
			region("api.eu.karehq.com"), "Dialpad Europe does not know this ID and secret.",
			"Dialpad Europa kennt diese ID mit diesem Geheimnis nicht.", view.CheckSignIn,
		},
		"the other region": {
			region("api.us.karehq.com"), "Dialpad United States does not know this ID and secret.",
			"Dialpad USA kennt diese ID mit diesem Geheimnis nicht.", view.CheckSignIn,
		},
		"an address of its own": {
			region("127.0.0.1:7400"), "Dialpad does not know this ID and secret.",
			"Dialpad kennt diese ID mit diesem Geheimnis nicht.", view.CheckSignIn,
		},
		"throttled": {
			engine.Problem{Kind: source.Throttled, Side: "source"}, "Zendesk asked us to wait. We go on by ourselves.",
			"Zendesk hat um eine Pause gebeten. Danach geht es weiter.", view.NoAction,
		},
		"down": {
			engine.Problem{Kind: source.Transient, Side: "dialpad"}, "Dialpad is not answering. We keep trying.",
			"Dialpad antwortet nicht. Wir versuchen es weiter.", view.NoAction,
		},
		"intercepted": {
			engine.Problem{Code: source.CodeTLS, Host: "acme.zendesk.com"},
			"Something on this network reads the connection to acme.zendesk.com, and this computer does not trust it.",
			"Etwas in diesem Netz liest die Verbindung zu acme.zendesk.com mit, und dieser Computer vertraut ihm nicht.", view.WhatToDo,
		},
		"intercepted by somebody": {
			engine.Problem{Code: source.CodeTLS, Host: "acme.zendesk.com", Issuer: "Inspecting Proxy Inc"},
			"Something on this network (Inspecting Proxy Inc) reads the connection to acme.zendesk.com, and this computer does not trust it.",
			"Etwas in diesem Netz (Inspecting Proxy Inc) liest die Verbindung zu acme.zendesk.com mit, und dieser Computer vertraut ihm nicht.", view.WhatToDo,
		},
		"a clock ahead": {
			engine.Problem{Code: source.CodeClock, ClockOff: 73 * time.Hour}, "This computer's clock is 3 days ahead, so that secure connections fail.",
			"Die Uhr dieses Computers geht 3 Tage vor; deshalb scheitern sichere Verbindungen.", view.WhatToDo,
		},
		"a clock behind": {
			engine.Problem{Code: source.CodeClock, ClockOff: -20 * time.Minute}, "This computer's clock is 20 minutes behind, so that secure connections fail.",
			"Die Uhr dieses Computers geht 20 Minuten nach; deshalb scheitern sichere Verbindungen.", view.WhatToDo,
		},
		"a clock of nobody knows when": {
			engine.Problem{Code: source.CodeClock}, "This computer's clock is wrong, so that secure connections fail.",
			"Die Uhr dieses Computers geht falsch; deshalb scheitern sichere Verbindungen.", view.WhatToDo,
		},
		"a question refused": {
			engine.Problem{Kind: source.Fatal, Code: source.CodeRefused, Side: "source", Op: "list articles", Status: 400},
			"Zendesk refused what we asked for (list articles, 400). Nothing was changed in Dialpad.",
			"Zendesk hat unsere Anfrage abgelehnt (list articles, 400). In Dialpad wurde nichts geändert.", view.CopyDetails,
		},
		"ours": {
			engine.Problem{}, "Something in Dialpad Sync failed (defect). Nothing was changed in Dialpad.",
			"In Dialpad Sync ist etwas fehlgeschlagen (defect). In Dialpad wurde nichts geändert.", view.CopyDetails,
		},
	} {
		if m := english.Message(row.problem, zendesk); m.Sentence != row.english || m.Action != row.action {
			t.Errorf("%s: %q [%s], want %q [%s]", name, m.Sentence, m.Action, row.english, row.action)
		}
		if m := german.Message(row.problem, zendesk); m.Sentence != row.german {
			t.Errorf("%s: %q, want %q", name, m.Sentence, row.german)
		}
	}
}

func TestAFailureOfNobodyKnownStillReads(t *testing.T) {
	p := engine.Problem{Kind: source.Forbidden, Side: "source"}
	if m := german.Message(p, view.Context{Now: now}); m.Sentence != "Der Anmeldung bei der Quelle fehlt das Recht dazu." {
		t.Errorf("%q", m.Sentence)
	}
}

func TestAShopHasDocuments(t *testing.T) {
	shop := view.Context{Source: "Magento", Place: source.Shop, Now: now}
	p := engine.Problem{Kind: source.BadDocument, Code: source.CodeTooLarge}
	if m := english.Message(p, shop); m.Sentence != "A document is larger than Dialpad takes." {
		t.Errorf("%q", m.Sentence)
	}
	if m := german.Message(p, shop); m.Sentence != "Ein Dokument ist größer, als Dialpad annimmt." {
		t.Errorf("%q", m.Sentence)
	}
}

func TestASignInThatEndsIsRenewedWithOneClick(t *testing.T) {
	m := english.SignInEnds(time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC), zendesk)
	if m.Sentence != "The sign-in to Zendesk ends on 29 Nov. Renewing takes one click." || m.Button != "Renew" {
		t.Errorf("%+v", m)
	}
	m = german.SignInEnds(time.Date(2027, 1, 2, 12, 0, 0, 0, time.UTC), zendesk)
	if m.Sentence != "Die Anmeldung bei Zendesk endet am 2. Jan. 2027. Ein Klick erneuert sie." || m.Button != "Erneuern" {
		t.Errorf("%+v", m)
	}
}

func TestAFailedAnswerIsNamed(t *testing.T) {
	for _, row := range []struct {
		failure         engine.Failure
		english, german string
	}{
		{
			engine.Failure{Title: "Our catalog", Kind: source.BadDocument, Code: source.CodeTooLarge},
			"“Our catalog” is larger than Dialpad takes.", "„Our catalog“ ist größer, als Dialpad annimmt.",
		},
		{engine.Failure{Key: "7:de", Kind: source.BadDocument}, "Dialpad did not accept “7:de”.", "Dialpad hat „7:de“ nicht angenommen."},
		{
			engine.Failure{Title: "Use {title} in mails", Kind: source.Transient},
			"“Use {title} in mails” could not be copied yet. It is tried again by itself.",
			"„Use {title} in mails“ konnte noch nicht kopiert werden. Wir versuchen es von selbst noch einmal.",
		},
	} {
		if got := english.Failed(row.failure); got != row.english {
			t.Errorf("%q, want %q", got, row.english)
		}
		if got := german.Failed(row.failure); got != row.german {
			t.Errorf("%q, want %q", got, row.german)
		}
	}
}
