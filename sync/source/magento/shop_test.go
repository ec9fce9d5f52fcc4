package magento

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/magento/magentosim"
)

// shopBench is a double behind a server, and what a follower holds of it.
type shopBench struct {
	*magentosim.Server
	t        *testing.T
	clock    *sim.Clock
	base     *url.URL
	wire     *http.Transport
	requests atomic.Int64
	cursor   source.Cursor
	held     map[source.Key]source.Document
	versions map[source.Key]string
}

func openShop(t *testing.T, config magentosim.Config) *shopBench {
	t.Helper()
	b := &shopBench{t: t, clock: sim.NewFrozenClock(time.Now()), wire: &http.Transport{}, held: map[source.Key]source.Document{}, versions: map[source.Key]string{}}
	config.Clock = b.clock
	shop, err := magentosim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	b.Server = shop
	server := httptest.NewServer(shop)
	t.Cleanup(server.Close)
	t.Cleanup(b.wire.CloseIdleConnections)
	b.base = address(server.URL)
	return b
}

func (b *shopBench) source(ticked ...string) *Source {
	b.t.Helper()
	s, err := New(Config{Base: b.base, HTTP: b.config(), Collections: ticked})
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

func (b *shopBench) config() rest.Config {
	c := over(b.wire, b.Server)
	c.Requests = &b.requests
	return c
}

func (b *shopBench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// follow reads what has changed and gives the titles that came, sorted, and the
// keys that went.
func (b *shopBench) follow(s *Source) (came []string, went []source.Key) {
	b.t.Helper()
	for {
		page, err := s.Fetch(b.t.Context(), b.cursor)
		b.must(err)
		for _, c := range page.Changes {
			if c.Document == nil && c.Removed == "" {
				if c.Version == b.versions[c.Key] {
					continue
				}
				c, err = s.Read(b.t.Context(), c.Key)
				b.must(err)
			}
			if c.Removed != "" {
				if _, ok := b.held[c.Key]; ok {
					went = append(went, c.Key)
				}
				delete(b.held, c.Key)
				continue
			}
			if old, ok := b.held[c.Key]; !ok || old.HTML != c.Document.HTML || old.Title != c.Document.Title {
				came = append(came, c.Document.Title)
			}
			b.held[c.Key], b.versions[c.Key] = *c.Document, c.Version
		}
		b.cursor = page.Next
		if !page.More {
			slices.Sort(came)
			return came, went
		}
	}
}

func (b *shopBench) equal(what string, want, got any) {
	b.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// A page's time does not move with the blocks in it: the change of a block is
// seen all the same, and only the pages that show it are new.
func TestAChangedBlockChangesThePagesThatShowIt(t *testing.T) {
	b := openShop(t, magentosim.Config{})
	note := b.AddBlock(magentosim.Page{Identifier: "note", Content: "<p>old</p>", Active: true})
	b.AddPage(magentosim.Page{Identifier: "with", Title: "With", Content: `<p>a</p>{{block id="note"}}`, Active: true})
	b.AddPage(magentosim.Page{Identifier: "without", Title: "Without", Content: `<p>b</p>`, Active: true})
	s := b.source("pages:default")
	came, _ := b.follow(s)
	b.equal("imported", []string{"With", "Without"}, came)
	b.clock.Advance(time.Hour)
	came, _ = b.follow(s)
	b.equal("nothing", []string(nil), came)
	b.must(b.EditBlock(note, func(p *magentosim.Page) { p.Content = "<p>new</p>" }))
	b.clock.Advance(time.Hour)
	came, _ = b.follow(s)
	b.equal("after the block changed", []string{"With"}, came)
	if got := b.held["page:1:default:en-us"].HTML; got != "<p>a</p><p>new</p>" {
		t.Errorf("the page holds %q", got)
	}
}

// What takes a page or product out of a store view is no deletion, but it goes.
func TestWhatIsNoLongerShownGoes(t *testing.T) {
	b := openShop(t, magentosim.Config{})
	hidden := b.AddPage(magentosim.Page{Identifier: "hidden", Title: "Hidden", Active: true})
	moved := b.AddPage(magentosim.Page{Identifier: "moved", Title: "Moved", Active: true, Stores: []int64{1}})
	off := b.AddProduct(magentosim.Product{Texts: map[string]string{"name": "Off"}})
	part := b.AddProduct(magentosim.Product{Texts: map[string]string{"name": "Part"}})
	away := b.AddProduct(magentosim.Product{Texts: map[string]string{"name": "Away"}})
	s := b.source()
	came, _ := b.follow(s)
	b.equal("imported", []string{"Away", "Hidden", "Moved", "Off", "Part"}, came)
	for range 2 { // what is known is settled
		b.clock.Advance(time.Hour)
		b.follow(s)
	}
	b.clock.Advance(time.Hour)
	b.must(b.EditPage(hidden, func(p *magentosim.Page) { p.Active = false }))
	b.must(b.EditPage(moved, func(p *magentosim.Page) { p.Stores = []int64{2} }))
	b.must(b.EditProduct(off, func(p *magentosim.Product) { p.Status = 2 }))
	b.must(b.EditProduct(part, func(p *magentosim.Product) { p.Visibility = 1 }))
	b.must(b.EditProduct(away, func(p *magentosim.Product) { p.Websites = []int64{2} }))
	_, went := b.follow(s)
	slices.Sort(went)
	b.equal("gone", []source.Key{"page:1:default:en-us", "product:1:default:en-us", "product:2:default:en-us", "product:3:default:en-us"}, went)
	// Another store alone does not move the page's time: the listing tells.
	for item, err := range s.Keys(t.Context()) {
		t.Errorf("still listed: %v %v", item, err)
	}
	change, err := s.Read(t.Context(), "page:2:default:en-us")
	b.must(err)
	b.equal("moved", source.Unpublished, change.Removed)
	change, err = s.Read(t.Context(), "page:77:default:en-us")
	b.must(err)
	b.equal("never there", source.Deleted, change.Removed)
}

func TestChoosing(t *testing.T) {
	b := openShop(t, magentosim.Config{Products: 6, Pages: 2})
	b.AddPage(magentosim.Page{Identifier: "home", Title: "Home", Active: true})
	b.AddPage(magentosim.Page{Identifier: "no-route", Title: "404", Active: true})
	b.AddPage(magentosim.Page{Identifier: "help/x", Title: "From Dialpad", Active: true, Keywords: "dialpad-sync:zendesk:acme 1:en-us"})
	for ticked, want := range map[string]int{
		"":                               8,
		"view:german":                    8,
		"pages:default":                  2,
		"products:german":                6,
		"category:3:default":             4, // with what is in Espresso
		"category:4:default":             2,
		"page:1:german":                  1,
		"page:3:default":                 1, // the home page, ticked
		"page:5:default":                 0, // ours: never back
		"view:default view:german":       16,
		"page:1:german products:default": 7,
	} {
		s := b.source(strings.Fields(ticked)...)
		n := 0
		for _, err := range s.Keys(t.Context()) {
			b.must(err)
			n++
		}
		imported := 0
		var cursor source.Cursor
		for {
			page, err := s.Fetch(t.Context(), cursor)
			b.must(err)
			if page.Import {
				imported += len(page.Changes)
			}
			cursor = page.Next
			if !page.More {
				break
			}
		}
		if n != want || imported != want {
			t.Errorf("%q lists %d and imports %d, want %d", ticked, n, imported, want)
		}
	}
	for _, ticked := range []string{"view:french", "category:99:default"} {
		if _, err := b.source(ticked).Fetch(t.Context(), ""); source.CodeOf(err) != source.CodeSelection {
			t.Errorf("%s: %v", ticked, err)
		}
	}
	for _, ticked := range []string{"x", "view", "page:default", "page:0:default", "view:a b", "brand:1"} {
		if _, err := New(Config{Base: b.base, HTTP: b.config(), Collections: []string{ticked}}); err == nil {
			t.Errorf("%s is taken", ticked)
		}
	}
}

func TestCollectionsAreATreeWithCounts(t *testing.T) {
	b := openShop(t, magentosim.Config{Products: 6, Pages: 2})
	list, err := b.source().Collections(t.Context())
	b.must(err)
	counts := map[string]int{}
	for _, c := range list {
		counts[c.ID] = c.Count
		if c.Parent != "" {
			if _, ok := counts[c.Parent]; !ok {
				t.Errorf("%s comes before what it is in", c.ID)
			}
		}
	}
	b.equal("counts", map[string]int{
		"view:default": 8, "pages:default": 2, "page:1:default": 1, "page:2:default": 1, "products:default": 6,
		"category:3:default": 4, "category:4:default": 2, "category:5:default": 2,
		"view:german": 8, "pages:german": 2, "page:1:german": 1, "page:2:german": 1, "products:german": 6,
		"category:3:german": 4, "category:4:german": 2, "category:5:german": 2,
	}, counts)
}

// The wire as shops differ in it; each ends the same.
func TestShopsDiffer(t *testing.T) {
	for name, config := range map[string]magentosim.Config{
		"as documented":            {},
		"the last page repeats":    {RepeatLast: true},
		"views without shared":     {OwnViewOnly: true},
		"pages limited to 20":      {PageLimit: 20},
		"a proxy that hides https": {SeenScheme: "https"},
		"stores are closed":        {Resources: []string{magentosim.ResourcePages, magentosim.ResourceBlocks, magentosim.ResourceProducts, magentosim.ResourceCategories}},
	} {
		config.Products, config.Pages = 130, 30
		b := openShop(t, config)
		came, _ := b.follow(b.source())
		if len(came) != 160 {
			t.Errorf("%s: %d of 160 came", name, len(came))
		}
		doc := b.held["product:1:default:en-us"]
		if doc.URL != b.base.String()+"/coffee-1.html" || !strings.Contains(doc.HTML, "roasted on Tuesdays") {
			t.Errorf("%s: %+v", name, doc)
		}
	}
}

func TestProductsAreReadable(t *testing.T) {
	b := openShop(t, magentosim.Config{Products: 1})
	b.follow(b.source("view:german", "view:default"))
	doc := b.held["product:1:german:de-de"]
	b.equal("title", "Kaffee 1", doc.Title)
	b.equal("language", "de-de", doc.Locale)
	b.equal("address", b.base.String()+"/german/coffee-1.html", doc.URL)
	for _, text := range []string{"Floral, light.", `<a href="`, "Origin", "Ethiopia", "Roast", "Light"} {
		if text == `<a href="` {
			continue
		}
		if !strings.Contains(doc.HTML, text) {
			t.Errorf("%q is missing in %s", text, doc.HTML)
		}
	}
	if strings.Contains(doc.HTML, "{{") || strings.Contains(doc.HTML, "9.5") {
		t.Errorf("%s", doc.HTML)
	}
}

// Each refusal in Magento's words, and what it means.
func TestRefusals(t *testing.T) {
	good := magentosim.Keys{}
	for name, c := range map[string]struct {
		config magentosim.Config
		keys   func(k []string) []string
		do     func(b *shopBench)
		kind   source.Kind
		code   source.Code
		says   string
	}{
		"keys mixed up":   {keys: func(k []string) []string { return []string{k[0], k[3], k[2], k[1]} }, kind: source.SignIn, code: source.CodeWrongKeys},
		"another shop":    {keys: func(k []string) []string { return []string{strings.Repeat("x", 32), k[1], k[2], k[3]} }, kind: source.SignIn, code: source.CodeWrongKeys},
		"revoked":         {do: func(b *shopBench) { b.Revoke(true) }, kind: source.SignIn, code: source.CodeWrongKeys},
		"token alone":     {keys: func(k []string) []string { return []string{k[2]} }, kind: source.SignIn, code: source.CodeBearer},
		"no pages":        {config: magentosim.Config{Resources: []string{magentosim.ResourceProducts, magentosim.ResourceStores, magentosim.ResourceBlocks}}, kind: source.Forbidden, code: source.CodeScope, says: "Pages"},
		"no products":     {config: magentosim.Config{Resources: []string{magentosim.ResourcePages, magentosim.ResourceStores, magentosim.ResourceBlocks}}, kind: source.Forbidden, code: source.CodeScope, says: "Products"},
		"clock in future": {do: func(b *shopBench) { b.clock.Advance(-20 * time.Minute) }, kind: source.Fatal, code: source.CodeClock},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openShop(t, c.config)
			_ = good
			k := b.Keys()
			texts := []string{k.ConsumerKey, k.ConsumerSecret, k.AccessToken, k.AccessTokenSecret}
			if c.keys != nil {
				texts = c.keys(texts)
			}
			if c.do != nil {
				c.do(b)
			}
			config := b.config()
			config.Tokens = pasted(strings.Join(texts, ":"))
			s, err := New(Config{Base: b.base, HTTP: config})
			b.must(err)
			_, err = s.Check(t.Context())
			if source.KindOf(err) != c.kind || source.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v is %v %q", err, source.KindOf(err), source.CodeOf(err))
			}
			for _, text := range texts {
				if strings.Contains(err.Error(), text) {
					t.Errorf("the error tells a key: %v", err)
				}
			}
		})
	}
}

// Maintenance is a web page with 503, and no empty shop.
func TestMaintenanceIsNotAnEmptyShop(t *testing.T) {
	b := openShop(t, magentosim.Config{Products: 3})
	b.must(b.Faults().AddText(`GET status=503 html`))
	_, err := b.source().Fetch(source.WithPatience(t.Context(), func() time.Time { return time.Now() }), "")
	if source.KindOf(err) != source.Transient {
		t.Errorf("%v", err)
	}
	b.Faults().Clear()
	b.must(b.Faults().AddText(`GET html`))
	_, err = b.source().Fetch(source.WithPatience(t.Context(), func() time.Time { return time.Now() }), "")
	var e *source.Error
	if !errors.As(err, &e) || e.Code != source.CodeNotData {
		t.Errorf("%v", err)
	}
}

// A pass without changes costs three requests at most, whatever the shop holds.
func TestAQuietPassIsCheap(t *testing.T) {
	b := openShop(t, magentosim.Config{Products: 300, Pages: 40})
	s := b.source()
	b.follow(s)
	b.clock.Advance(time.Hour)
	b.follow(s)
	b.clock.Advance(time.Hour)
	before := b.requests.Load()
	came, went := b.follow(s)
	if n := b.requests.Load() - before; n > 3 || len(came)+len(went) > 0 {
		t.Errorf("%d requests, %v, %v", n, came, went)
	}
}
