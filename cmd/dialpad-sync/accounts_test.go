package main

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// One account's trouble does not keep another from being synced: each has its
// line, and the worst decides the exit code.
func TestOneAccountFailsAnotherGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	shop, err := zendesksim.New(zendesksim.Config{Seed: 2, Articles: 2, BodySize: 100, PerMinute: 60_000})
	w.must(err)
	server := httptest.NewServer(shop)
	t.Cleanup(server.Close)
	access, refresh := shop.Token(zendesksim.Agent)
	text, err := json.Marshal(map[string]string{"access_token": access, "refresh_token": refresh, "expiry": time.Now().Add(time.Hour).Format(time.RFC3339)})
	w.must(err)
	w.secret("shop/token", string(text))
	w.settings(w.standard() + "\n[[account]]\nid = \"shop\"\nsource = \"zendesk\"\nurl = \"" + server.URL +
		"\"\nclient_id = \"dialpad_sync\"\nlocales = [\"en-us\"]\nsource_value = \"dialpad-sync:zendesk:shop\"\n")
	w.zendesk.RevokeAll()
	o := w.call("sync", "--json")
	if o.code != exitSignIn {
		t.Errorf("%s", o)
	}
	lines := strings.Split(strings.TrimSpace(o.out), "\n")
	if len(lines) != 2 {
		t.Fatalf("not a line for each account: %s", o)
	}
	first, second := outcome{out: lines[0] + "\n"}.report(t), outcome{out: lines[1] + "\n"}.report(t)
	if first.Account != "help-center" || first.Result != "sign_in" || first.Error == nil {
		t.Errorf("reported %+v", first)
	}
	if second.Account != "shop" || second.Result != "in_sync" || second.Created != 2 || second.Error != nil {
		t.Errorf("reported %+v", second)
	}
	if o := w.call("sync", "shop", "--json"); o.code != exitInSync || strings.Count(o.out, "\n") != 1 || o.report(t).Account != "shop" {
		t.Errorf("one account alone: %s", o)
	}
	w.call("status").says(t, exitSignIn, "Zendesk (help-center): Zendesk wants you to sign in again", "Zendesk (shop): 2 of 2 answers are in Dialpad")
}
