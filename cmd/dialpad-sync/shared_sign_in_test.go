package main

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// TestTwoAccountsShareOneDialpadSignIn: a refresh token that rotates is good
// once. Two accounts that both meet an expired access token renew it together,
// else the second one loses the sign-in.
func TestTwoAccountsShareOneDialpadSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) {
		p.dialpad.Switches.DialpadTokens, p.dialpad.Switches.Refresh = "on", "rotate"
	})
	w.change("list_lag", "sign_in_url = \""+w.dialpadURL+"\"\nlist_lag")
	w.must(os.Remove(filepath.Join(w.secrets, "dialpad", "client_secret")))
	app := w.dialpad.Credentials().SignIn
	cmd := withBrowser(t, w.program("connect", "dialpad", "--browser", "--client-id", app.ClientID))
	cmd.Stdin = strings.NewReader(app.ClientSecret + "\n")
	finish(t, cmd).says(t, exitInSync, "Dialpad answered (v3.1).")

	shop, err := zendesksim.New(zendesksim.Config{Seed: 2, Articles: 2, BodySize: 100, PerMinute: 60_000})
	w.must(err)
	server := httptest.NewServer(shop)
	t.Cleanup(server.Close)
	access, refresh := shop.Token(zendesksim.Agent)
	text, err := json.Marshal(map[string]string{"access_token": access, "refresh_token": refresh, "expiry": time.Now().Add(time.Hour).Format(time.RFC3339)})
	w.must(err)
	w.secret("shop/token", string(text))
	w.settings(w.read(filepath.Join(w.home, "settings.toml")) + "\n[[account]]\nid = \"shop\"\nsource = \"zendesk\"\nurl = \"" + server.URL +
		"\"\nclient_id = \"dialpad_sync\"\nlocales = [\"en-us\"]\nsource_value = \"dialpad-sync:zendesk:shop\"\n")
	w.call("sync").says(t, exitInSync)

	refreshes := func() (n int) {
		for _, e := range w.dialpad.Journal().Entries() {
			if e.Method == "POST" && strings.HasSuffix(e.Template, "/token") {
				n++
			}
		}
		return n
	}
	before := refreshes()
	fault(t, w.dialpad.Faults(), "POST /oauth2/token hold=1s") // long enough for both to be there
	w.dialpad.ExpireTokens()
	w.call("sync").says(t, exitInSync, "help-center", "shop")
	if n := refreshes() - before; n != 1 {
		t.Errorf("the sign-in was renewed %d times", n)
	}
}
