package setup

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dialpadsync.app/sync/source"
)

func names(rows []*node) string {
	var all []string
	for _, n := range rows {
		all = append(all, strings.Repeat(">", n.depth)+n.Name)
	}
	return strings.Join(all, " ")
}

func TestWhatIsTickedIsSaidInTheShortestWay(t *testing.T) {
	tr := newTree(someChoices().Collections)
	if got := tr.chosen(); len(got) != 0 || got == nil {
		t.Errorf("all is ticked, and %v is chosen", got)
	}
	tr.toggle(tr.byID["section:12"])
	if got := tr.byID["category:1"].tick(); got != partly {
		t.Errorf("the category is %v", got)
	}
	if got := strings.Join(tr.chosen(), " "); got != "section:11 category:2 category:3" {
		t.Errorf("chosen: %s", got)
	}
	tr.toggle(tr.byID["category:1"]) // a partly ticked one becomes ticked
	if got := tr.chosen(); len(got) != 0 {
		t.Errorf("all is ticked again, and %v is chosen", got)
	}
	for _, r := range tr.roots {
		tr.toggle(r)
	}
	if got := tr.chosen(); len(got) != 0 || !tr.empty() {
		t.Errorf("nothing is ticked: %v, %v", got, tr.empty())
	}
}

func TestAnEarlierChoiceIsTicked(t *testing.T) {
	tr := newTree(someChoices().Collections)
	tr.choose([]string{"category:2", "section:11", "section:gone"})
	if got := strings.Join(tr.chosen(), " "); got != "section:11 category:2" {
		t.Errorf("chosen: %s", got)
	}
	tr.choose(nil)
	if tr.empty() || len(tr.chosen()) != 0 {
		t.Error("no ids are not everything")
	}
	if restricted, drafts := tr.hidden(); restricted != 41 || drafts != 7 {
		t.Error(restricted, drafts)
	}
}

func TestSearchingShowsWhatIsFoundInItsPlace(t *testing.T) {
	tr := newTree(someChoices().Collections)
	for filter, want := range map[string]string{
		"":            "Orders and delivery >Placing an order >Shipping Wholesale >Becoming a partner Coffee",
		"  SHIPPING ": "Orders and delivery >Shipping",
		"order":       "Orders and delivery >Placing an order >Shipping",
		"partner":     "Wholesale >Becoming a partner",
		"nothing":     "",
	} {
		if got := names(tr.rows(filter)); got != want {
			t.Errorf("%q shows %q, want %q", filter, got, want)
		}
	}
	tr.byID["category:1"].open = false
	if got := names(tr.rows("")); got != "Orders and delivery Wholesale >Becoming a partner Coffee" {
		t.Errorf("folded: %s", got)
	}
}

func TestALargeTreeBeginsFolded(t *testing.T) {
	var many []source.Collection
	for i := range 40 {
		id := "category:" + strconv.Itoa(i)
		many = append(many, source.Collection{ID: id, Name: id}, source.Collection{ID: "section:" + strconv.Itoa(i), Parent: id, Name: "section"})
	}
	if got := len(newTree(many).rows("")); got != 40 {
		t.Errorf("%d rows", got)
	}
}

func TestAStrangeListingIsStillATree(t *testing.T) {
	tr := newTree([]source.Collection{
		{ID: "a", Parent: "later", Name: "a"}, {ID: "later", Parent: "a", Name: "later"}, {ID: "a", Name: "twice"}, {ID: "b", Parent: "b", Name: "b"},
	})
	if got := names(tr.rows("")); got != "a >later b" {
		t.Errorf("it shows %q", got)
	}
	if newTree(nil).empty() {
		t.Error("a source without anything to tick has nothing ticked")
	}
}

// Whatever is ticked in whatever tree: what is chosen, ticked in a fresh tree,
// is the same again, and a parent never lies about what is below it.
func TestChosenSaysExactlyWhatIsTicked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []source.Collection
		for i := range rapid.IntRange(1, 25).Draw(t, "size") {
			c := source.Collection{ID: strconv.Itoa(i), Name: strconv.Itoa(i)}
			if i > 0 && rapid.Bool().Draw(t, "below") {
				c.Parent = strconv.Itoa(rapid.IntRange(0, i-1).Draw(t, "parent"))
			}
			all = append(all, c)
		}
		tr := newTree(all)
		for range rapid.IntRange(0, 12).Draw(t, "taps") {
			n := tr.byID[strconv.Itoa(rapid.IntRange(0, len(all)-1).Draw(t, "tap"))]
			before := n.tick()
			tr.toggle(n)
			if want := map[tick]tick{off: on, partly: on, on: off}[before]; n.tick() != want {
				t.Fatalf("a tap turned %v into %v", before, n.tick())
			}
		}
		if tr.empty() {
			return // said by empty, not by chosen
		}
		again := newTree(all)
		again.choose(tr.chosen())
		for id, n := range tr.byID {
			if again.byID[id].tick() != n.tick() {
				t.Fatalf("%s is %v, and %v once %v was chosen", id, n.tick(), again.byID[id].tick(), tr.chosen())
			}
		}
		if len(slices.Compact(slices.Sorted(slices.Values(tr.chosen())))) != len(tr.chosen()) {
			t.Fatalf("%v names something twice", tr.chosen())
		}
	})
}

func TestLanguagesHaveNames(t *testing.T) {
	for _, c := range []struct{ in, id, others, want string }{
		{"en", "en-us", "de", "English"},
		{"de", "en-us", "de", "Englisch"},
		{"en", "de", "en-us", "German"},
		{"en", "en-us", "en-gb", "American English"},
		{"de", "pt-br", "pt", "Brasilianisches Portugiesisch"},
		{"en", "x-unknown-thing", "", "x-unknown-thing"},
		{"en", "not a tag!", "", "not a tag!"},
	} {
		if got := languageNames(c.in, []string{c.id, c.others})[c.id]; got != c.want {
			t.Errorf("%s in %s beside %s is called %q, want %q", c.id, c.in, c.others, got, c.want)
		}
	}
}
