package magento

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func address(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(err)
	}
	return u
}

// texts are blocks by name.
func resolverOf(texts map[string]string) resolver {
	return resolver{
		link: address("https://shop.example/de/"), media: address("https://cdn.shop.example/media/"),
		block: func(name string) (string, bool) {
			text, ok := texts[name]
			return text, ok
		},
	}
}

func TestDirectives(t *testing.T) {
	r := resolverOf(map[string]string{
		"note": "<p>Note {{store url='a'}}</p>", "3": "three", "loop": "x{{block id=loop}}y",
		"a": "a{{block id=b}}", "b": "b{{block id=c}}", "c": "c{{block id=d}}", "d": "too deep",
	})
	for text, want := range map[string]string{
		`plain`: `plain`,
		`<a href="{{store url="shipping"}}">x</a>`:                                   `<a href="https://shop.example/de/shipping">x</a>`,
		`{{store direct_url='terms/eu.html'}}`:                                       `https://shop.example/de/terms/eu.html`,
		`{{store url=""}}`:                                                           `https://shop.example/de/`,
		`{{store url="https://evil.example/x"}}`:                                     `https://shop.example/de/`,
		`{{store url="../../admin"}}`:                                                `https://shop.example/de/`,
		`{{store url="a?b=1&c=2"}}`:                                                  `https://shop.example/de/a?b=1&amp;c=2`,
		`<img src="{{media url=&quot;a/b.jpg&quot;}}">`:                              `<img src="https://cdn.shop.example/media/a/b.jpg">`,
		`{{view url="x.css"}}`:                                                       ``,
		`{{block id="note"}}`:                                                        `<p>Note https://shop.example/de/a</p>`,
		`{{block class="X" template="y.phtml"}}`:                                     ``,
		`{{block id="unknown"}}`:                                                     ``,
		`{{block id="loop"}}`:                                                        `xy`,
		`{{block id="a"}}`:                                                           `abc`,
		`{{widget type="Magento\Cms\Block\Widget\Block" block_id="3"}}`:              `three`,
		`{{widget type="Magento\\Cms\\Block\\Widget\\Block" block_id="note"}}`:       `<p>Note https://shop.example/de/a</p>`,
		`{{widget type="Magento\Cms\Block\Widget\Page\Link" anchor_text="A & B"}}`:   `A &amp; B`,
		`{{widget type="Magento\CatalogWidget\Block\Product\ProductsList" title=T}}`: ``,
		`{{trans "Say %x" x=1}}`:                                                     `Say %x`,
		`{{customVar code=x}}{{config path="a/b"}}`:                                  ``,
		`a{{depend x}}b{{depend y}}c{{/depend}}d{{/depend}}e`:                        `ae`,
		`a{{if x}}b{{else}}c{{/if}}d`:                                                `ad`,
		`a{{if x}}b`:                                                                 `ab`,
		`broken {{store url="a`:                                                      `broken store url="a`,
		`{{store url="a}} rest`:                                                      `https://shop.example/de/ rest`,
		`{{ {{store url="a"}} }}`:                                                    ` https://shop.example/de/a }}`,
	} {
		if got := r.resolve(text); got != want {
			t.Errorf("%s\n gives %s\n want  %s", text, got, want)
		}
	}
}

// Whatever somebody has typed, it ends, and no directive is left to be run by a
// shop it is published in.
func TestAnyTextResolves(t *testing.T) {
	part := rapid.SampledFrom([]string{"{{", "}}", "{", "}", "block id=", "a", "b", `"`, "'", "&quot;", "if x", "/if", "depend", "store url=", "=", " ", "ü", "\x00"})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 0, 40).Draw(rt, "text"), "")
		other := strings.Join(rapid.SliceOfN(part, 0, 20).Draw(rt, "block"), "")
		got := resolverOf(map[string]string{"a": other, "b": text}).resolve(text)
		if strings.Contains(got, "{{") {
			rt.Fatalf("%q gives %q", text, got)
		}
	})
}

func TestPageBuilderIsFlattened(t *testing.T) {
	for text, want := range map[string]string{
		`<p>{"data": 1}</p>`: `<p>{"data": 1}</p>`,
		`<div data-content-type="html" data-appearance="default">&lt;p&gt;Free &amp;amp; easy&lt;/p&gt;</div>`: `<div data-content-type="html" data-appearance="default"><p>Free &amp; easy</p></div>`,
		`<div data-content-type="html">5 &lt; 6 &amp;amp; so</div>`:                                            `<div data-content-type="html">5 < 6 &amp; so</div>`,
		`<div data-content-type="html">plain &amp; simple</div>`:                                               `<div data-content-type="html">plain &amp; simple</div>`,
		`<style>#html-body [data-pb-style=AB1]{display:none;color:red}#html-body [data-pb-style=AB2]{color:blue}</style><div data-pb-style="AB1"><div>gone</div></div><div data-pb-style="AB2">there</div>`: `<style>#html-body [data-pb-style=AB1]{display:none;color:red}#html-body [data-pb-style=AB2]{color:blue}</style><div data-pb-style="AB2">there</div>`,
	} {
		if got := flatten(text); got != want {
			t.Errorf("%s\n gives %s\n want  %s", text, got, want)
		}
	}
}

func FuzzFlatten(f *testing.F) {
	f.Add(`<div data-content-type="html">&lt;p&gt;x</div><style>[data-pb-style=A]{display:none}</style><p data-pb-style="A">`)
	f.Fuzz(func(t *testing.T, text string) {
		if got := flatten(text); len(got) > 6*len(text)+64 {
			t.Errorf("%d bytes become %d", len(text), len(got))
		}
	})
}
