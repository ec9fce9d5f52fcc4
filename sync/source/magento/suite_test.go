package magento

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/magento/magentosim"
	"dialpadsync.app/sync/source/sourcetest"
)

// pasted are keys as tokens.
type pasted string

func (p pasted) Token(context.Context) (string, error) { return string(p), nil }

func (p pasted) Renew(context.Context, string) (string, error) {
	return "", &source.Error{Kind: source.SignIn, Op: "renew"}
}

func keysOf(shop *magentosim.Server) pasted {
	k := shop.Keys()
	return pasted(strings.Join([]string{k.ConsumerKey, k.ConsumerSecret, k.AccessToken, k.AccessTokenSecret}, ":"))
}

// over are the requests of a source at a double.
func over(wire http.RoundTripper, shop *magentosim.Server) rest.Config {
	return rest.Config{
		Tokens: keysOf(shop), Transport: wire,
		Limiter: rest.NewLimiter(rest.LimitConfig{Start: 1000, Ceiling: 1000}),
	}
}

func TestSourceOfPages(t *testing.T) {
	runSuite(t, "pages:default", 60)
}

func TestSourceOfProducts(t *testing.T) {
	runSuite(t, "products:default", 250)
}

func runSuite(t *testing.T, ticked string, documents int) {
	sourcetest.Run(t, sourcetest.Harness{
		Documents: documents,
		Refusal: func(status int) string {
			return map[int]string{
				http.StatusUnauthorized:    `{"message":"The signature is invalid. Verify and try again."}`,
				http.StatusForbidden:       `{"message":"Forbidden"}`,
				http.StatusTooManyRequests: `{"message":"Too Many Requests"}`,
			}[status]
		},
		Open: func(t *testing.T, documents int) sourcetest.Double { return suiteDouble(t, ticked, documents) },
	})
}

func suiteDouble(t *testing.T, ticked string, documents int) sourcetest.Double {
	clock := sim.NewFrozenClock(time.Now()) // signatures bear the true time
	config := magentosim.Config{Seed: 1, Clock: clock}
	goods := strings.HasPrefix(ticked, "products")
	if goods {
		config.Products = documents
	} else {
		config.Pages = documents
	}
	shop, err := magentosim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	id := func(key source.Key) int64 {
		k, ok := parseKey(key)
		if !ok {
			t.Fatalf("key %q", key)
		}
		return k.id
	}
	d := sourcetest.Double{
		Handler: shop, Advance: clock.Advance,
		Source: func(base *url.URL, wire http.RoundTripper) (source.Source, error) {
			return New(Config{Base: base, HTTP: over(wire, shop), Collections: []string{ticked}})
		},
	}
	v := view{code: "default", locale: "en-us"}
	if goods {
		d.Keys = func() (keys []source.Key) {
			for _, p := range shop.Products() {
				keys = append(keys, keyOf(productKind, p.ID, v))
			}
			return keys
		}
		d.Add = func(title string) { shop.AddProduct(magentosim.Product{Texts: map[string]string{"name": title}}) }
		d.Edit = func(key source.Key, title string) {
			must(shop.EditProduct(id(key), func(p *magentosim.Product) { p.Texts["name"] = title }))
		}
		d.Remove = func(key source.Key) { must(shop.DeleteProduct(id(key))) }
		return d
	}
	d.Keys = func() (keys []source.Key) {
		for _, p := range shop.Pages() {
			keys = append(keys, keyOf(pageKind, p.ID, v))
		}
		return keys
	}
	d.Add = func(title string) {
		shop.AddPage(magentosim.Page{Identifier: "p-" + strings.ToLower(strings.ReplaceAll(title, " ", "-")), Title: title, Active: true})
	}
	d.Edit = func(key source.Key, title string) {
		must(shop.EditPage(id(key), func(p *magentosim.Page) { p.Title = title }))
	}
	d.Remove = func(key source.Key) { must(shop.DeletePage(id(key))) }
	return d
}
