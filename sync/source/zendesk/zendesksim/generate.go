package zendesksim

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
)

// generator makes titles and bodies from the seed when they are asked for, so
// that a large account costs no memory for them.
type generator struct {
	seed  uint64
	size  int
	words map[string]phrases // by language; never changes
}

// phrases returns those of a locale's language, English where there are none.
func (g generator) phrases(locale string) phrases {
	language, _, _ := strings.Cut(locale, "-")
	if p, ok := g.words[language]; ok {
		return p
	}
	return g.words["en"]
}

func (g generator) dice(number int, locale string) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", number, locale)
	return rand.New(rand.NewPCG(g.seed, h.Sum64()))
}

// id returns the id of the nth generated article.
func (g generator) id(number int) int64 {
	return 360000000000 + int64(number)*37 + int64(g.dice(number, "").IntN(37))
}

func (g generator) title(number int, locale string) string {
	p := g.phrases(locale)
	verb, thing := number%len(p.verbs), number%len(p.things)
	title := p.verbs[verb] + " " + p.things[thing]
	// The two lengths have no common divisor, so the pairs repeat only after
	// their product.
	if round := number / (len(p.verbs) * len(p.things)); round > 0 {
		title += fmt.Sprintf(" (%d)", round+1)
	}
	return title
}

// body returns about g.size bytes of HTML as Zendesk's editor writes it, with
// the inline ones of the files.
func (g generator) body(number int, files []*attachment, locale string) string {
	p, dice := g.phrases(locale), g.dice(number, locale)
	pick := func(list []string) string { return list[dice.IntN(len(list))] }
	var b strings.Builder
	b.Grow(g.size + 512)
	fmt.Fprintf(&b, "<p>%s</p>\n", pick(p.openers))
	for _, file := range files {
		if file.inline {
			fmt.Fprintf(&b, "<p><img src=\"%s\" alt=\"%s\"></p>\n", file.path(), p.imageText)
		}
	}
	if number > 0 {
		other := dice.IntN(number)
		fmt.Fprintf(&b, "<p>%s: <a href=\"/hc/%s/articles/%d\">%s</a></p>\n", p.linkText, locale, g.id(other), g.title(other, locale))
	}
	for b.Len() < g.size {
		fmt.Fprintf(&b, "<h2 id=\"h_%08x\">%s</h2>\n<ol>\n", dice.Uint32(), g.title(dice.IntN(len(p.verbs)*len(p.things)), locale))
		for range 2 + dice.IntN(3) {
			fmt.Fprintf(&b, "  <li class=\"wysiwyg-indent1\">%s</li>\n", pick(p.steps))
		}
		fmt.Fprintf(&b, "</ol>\n<p>%s %s</p>\n<table><tbody><tr><td>%d</td><td>%s</td></tr></tbody></table>\n",
			pick(p.openers), pick(p.notes), 100+dice.IntN(900), pick(p.notes))
	}
	return b.String()
}

// generate adds n articles to a brand, in sections of about 25. The last ones
// are what drafts, restricted and untranslated say.
func (w *world) generate(b *brand, c Config, first, n int, now int64) {
	if n == 0 {
		return
	}
	sections := w.generateTree(b, max(1, min(200, n/25)), now)
	start := now - 2*365*86400
	step := max(1, int64(2*364*86400)/int64(n))
	for i := range n {
		a := &article{
			id: w.gen.id(first + i), number: first + i, section: sections[i%len(sections)], source: w.locales[0],
			created: start + int64(i/2*2)*step, position: int64(i / len(sections)), promoted: i%50 == 7,
		}
		a.updated = a.created + int64(w.gen.dice(a.number, "updated").IntN(int(max(1, (now-a.created)*9/10))))
		if i%3 == 0 {
			a.labels = []string{"faq"}
		}
		if fromEnd := n - 1 - i; fromEnd < c.Drafts {
			w.fill(a, w.locales, true)
		} else if fromEnd -= c.Drafts; fromEnd < c.Restricted {
			a.segment = SegmentSignedIn
			w.fill(a, w.locales, false)
		} else if fromEnd -= c.Restricted; fromEnd < c.Untranslated {
			w.fill(a, w.locales[:1], false)
		} else {
			w.fill(a, w.locales, false)
		}
		if a.number%10 == 0 {
			w.attachGenerated(a)
		}
		w.take(a.id)
		w.add(a)
	}
}

// fill gives a generated article its translations.
func (w *world) fill(a *article, locales []string, draft bool) {
	for _, locale := range locales {
		a.texts = append(a.texts, translation{
			locale: locale, generated: true, draft: draft, created: a.created, updated: a.updated, edited: a.updated,
		})
	}
}

// generateTree makes sections in categories of four.
func (w *world) generateTree(b *brand, n int, now int64) []*section {
	names := []string{"Account", "Billing", "Orders", "Delivery", "Returns", "Security", "Team", "Phone"}
	created := now - 3*365*86400
	var category *category
	var out []*section
	for i := range n {
		if i%4 == 0 {
			category = w.addCategory(b, w.newID(), names[i/4%len(names)], created)
		}
		out = append(out, w.addSection(category, w.newID(), names[i%len(names)]+" questions", created))
	}
	return out
}
