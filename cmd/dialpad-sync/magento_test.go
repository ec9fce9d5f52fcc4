package main

import (
	"encoding/json"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"dialpadsync.app/sync/source/magento/magentosim"
)

// shopAt serves a shop and empties the home, so that nothing is connected.
func shopAt(t *testing.T, config magentosim.Config) (w *world, shop *magentosim.Server, url string) {
	t.Helper()
	w = newWorld(t)
	shop, err := magentosim.New(config)
	w.must(err)
	server := httptest.NewServer(shop)
	t.Cleanup(server.Close)
	w.home, w.secrets = filepath.Join(t.TempDir(), "home"), t.TempDir()
	return w, shop, server.URL
}

func pastedKeys(shop *magentosim.Server) string {
	k := shop.Keys()
	return strings.Join([]string{k.ConsumerKey, k.ConsumerSecret, k.AccessToken, k.AccessTokenSecret, ""}, "\n")
}

// A shop is connected with four keys and then kept equal like a help center.
func TestAShopIsKeptEqual(t *testing.T) {
	t.Parallel()
	w, shop, url := shopAt(t, magentosim.Config{Products: 4, Pages: 3})
	keys := pastedKeys(shop)
	w.answer(keys, "connect", "magento", "--url", url).says(t, exitInSync, "System > Extensions > Integrations", "Consumer Key: ", "Magento is connected.")
	w.connectDialpad(w.dialpad.Credentials().Knowledge.ClientID, w.dialpad.Credentials().Knowledge.ClientSecret+"\n").says(t, exitInSync)
	sync := func(want string, args ...string) report {
		t.Helper()
		o := w.call(append([]string{"sync", "--json"}, args...)...)
		var r report
		if err := json.Unmarshal([]byte(o.out), &r); err != nil || r.Result != want {
			t.Fatalf("%v: %s", err, o)
		}
		return r
	}
	if r := sync("in_sync"); r.Created != 7 || r.DialpadDocuments != 7 {
		t.Fatalf("%+v", r)
	}
	if r := sync("in_sync", "--full"); r.Created+r.Updated+r.Deleted != 0 {
		t.Errorf("a second look writes: %+v", r)
	}
	w.must(shop.EditProduct(2, func(p *magentosim.Product) { p.Texts["description"] = "<p>Another roast.</p>" }))
	w.must(shop.EditPage(1, func(p *magentosim.Page) { p.Active = false }))
	w.must(shop.DeleteProduct(3))
	if r := sync("in_sync", "--full"); r.Updated != 1 || r.Deleted != 2 || r.DialpadDocuments != 5 {
		t.Errorf("%+v", r)
	}
	for _, n := range w.dialpad.Nodes() {
		if strings.Contains(n.Content, "{{") {
			t.Errorf("a directive came to Dialpad: %s", n.Content)
		}
	}
	shop.Revoke(true)
	w.call("sync", "--json").says(t, exitSignIn, "wrong_keys")
	home := w.read(filepath.Join(w.home, "settings.toml"))
	for key := range strings.FieldsSeq(keys) {
		if strings.Contains(home, key) {
			t.Error("settings.toml holds a key")
		}
	}
}

// Keys that are not keys are said one by one, and nothing is kept.
func TestWrongKeysAreSaid(t *testing.T) {
	t.Parallel()
	w, shop, url := shopAt(t, magentosim.Config{Pages: 1})
	k := shop.Keys()
	for typed, says := range map[string]string{
		"\n\n\n\n": "the Access Token is missing",
		k.ConsumerKey + "\n" + k.ConsumerSecret + "\n" + k.AccessToken + "\n\n":                                "the Access Token Secret is missing",
		k.ConsumerKey + "\n" + k.ConsumerKey + "\n" + k.AccessToken + "\n" + k.AccessTokenSecret + "\n":        "Consumer Key and Consumer Secret are the same text",
		k.ConsumerKey[1:] + "\n" + k.ConsumerSecret + "\n" + k.AccessToken + "\n" + k.AccessTokenSecret + "\n": "the Consumer Key is not as Magento shows it",
	} {
		w.answer(typed, "connect", "magento", "--url", url).says(t, exitUsage, says)
	}
	mixed := k.ConsumerKey + "\n" + k.AccessTokenSecret + "\n" + k.AccessToken + "\n" + k.ConsumerSecret + "\n"
	w.answer(mixed, "connect", "magento", "--url", url).says(t, exitSignIn, "Magento does not know these keys.")
	w.holdsNothing()
	w.call("connect", "magento").says(t, exitUsage, "Which shop?", "www.example.com")
}
