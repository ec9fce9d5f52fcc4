package setup

import (
	"context"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

// A source that has keys is connected without a browser: its own page shows
// them, and each has a field.
func TestKeysAreCopiedWhereThereIsNoSignIn(t *testing.T) {
	shop := local.SourceCard{Name: "magento", Title: "Magento", Keys: []string{"Consumer Key", "Consumer Secret", "Access Token", "Access Token Secret"}}
	agent := newFake()
	agent.sources = []local.SourceCard{shop}
	agent.address = func(context.Context, local.AddressRequest) (local.Address, error) {
		return local.Address{URL: "https://www.example.com", Host: "www.example.com", Registration: local.Registration{
			Page: "https://www.example.com/admin", Name: "Dialpad Sync", Steps: []string{"1", "2", "3", "4", "5", "6"},
		}}, nil
	}
	refused := true
	agent.connect = func(_ context.Context, _ local.ConnectRequest, tell func(local.ConnectStep)) error {
		if refused {
			p := engine.ProblemOf(failure(source.SignIn, source.CodeWrongKeys, "source"))
			tell(local.ConnectStep{Stage: local.ConnectFailed, Problem: &p})
			return nil
		}
		tell(local.ConnectStep{Stage: local.ConnectFinishing})
		tell(local.ConnectStep{Stage: local.ConnectDone, Account: "shop"})
		return nil
	}
	play(t, just(agent), setting{}, func(s *stage) {
		s.reads("Where is your Magento?")
		s.write(s.wizard.connect.address.entry, "www.example.com")
		s.pass(typingPause)
		s.reads("Open System › Extensions › Integrations", "Consumer Key", "Access Token Secret", "Open the shop's admin")
		s.readsNot("Identifier", "Redirect address")
		s.tap("Connect")
		s.reads("Copy all four keys from Magento's page.")
		keys := s.wizard.connect.register.keys
		if s.window.Canvas().Focused() != keys[0] {
			t.Error("the first empty field has not the focus")
		}
		for i, e := range keys {
			if !e.Password {
				t.Errorf("key %d can be read over the shoulder", i)
			}
			s.write(e, " key"+string(rune('a'+i))+" ")
		}
		s.tap("Connect")
		s.reads("Magento does not know these keys.")
		refused = false
		s.tap("Reconnect")
		s.pass(time.Second)
		s.reads("Where is your Dialpad?")
	})
	if n := len(agent.connects); n != 2 {
		t.Fatalf("%d tries", n)
	}
	ask := agent.connects[1]
	if strings.Join(ask.Keys, ",") != " keya , keyb , keyc , keyd " || ask.ClientID != "" || ask.Source != "magento" {
		t.Errorf("%+v", ask)
	}
}
