package view

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Things is a count with what the place holds: "1,204 answers", of a shop
// "190 documents".
func (w *Words) Things(place source.Place, n int) string {
	if place == source.Shop {
		return w.Text("noun.n_documents", Args{"n": n})
	}
	return w.Text("noun.n_answers", Args{"n": n})
}

// ofThings is Things behind "of".
func (w *Words) ofThings(place source.Place, n int) string {
	if place == source.Shop {
		return w.Text("noun.of_documents", Args{"n": n})
	}
	return w.Text("noun.of_answers", Args{"n": n})
}

// nouns are what the place holds, without a count.
func (w *Words) nouns(place source.Place) Args {
	many, one := w.Text("noun.answers"), w.Text("noun.an_answer")
	if place == source.Shop {
		many, one = w.Text("noun.documents"), w.Text("noun.a_document")
	}
	first, size := utf8.DecodeRuneInString(one)
	return Args{"answers": many, "an_answer": one, "An_answer": string(unicode.ToUpper(first)) + one[size:]}
}

// side is the name of a side at the beginning of a sentence.
func (w *Words) side(side, sourceName string) string {
	switch {
	case side == "dialpad" || side == "" && sourceName == "":
		return "Dialpad"
	case sourceName == "":
		return w.Text("noun.source")
	}
	return sourceName
}

// toSide is the name of a side inside a sentence.
func (w *Words) toSide(side, sourceName string) string {
	if side == "source" && sourceName == "" {
		return w.Text("noun.to_source")
	}
	return w.side(side, sourceName)
}

// dialpadIn is Dialpad with the region a host is in, where it is one of the two
// everybody has (developers.karehq.com: api.eu.karehq.com, api.us.karehq.com).
func (w *Words) dialpadIn(host string) string {
	switch {
	case strings.HasPrefix(host, "api.eu."):
		return w.Text("noun.dialpad_region", Args{"region": w.Text("noun.europe")})
	case strings.HasPrefix(host, "api.us."):
		return w.Text("noun.dialpad_region", Args{"region": w.Text("noun.united_states")})
	}
	return "Dialpad"
}

// names tells the accounts apart: by place and source, and by their id where
// that is not enough.
func (w *Words) names(accounts []engine.AccountStatus) []string {
	names := make([]string, len(accounts))
	times := map[string]int{}
	for i, a := range accounts {
		names[i] = w.Text("noun.name", Args{"place": w.place(a.Place), "source": a.Source})
		times[names[i]]++
	}
	for i, a := range accounts {
		if times[names[i]] > 1 {
			names[i] = w.Text("noun.name_id", Args{"place": w.place(a.Place), "source": a.Source, "id": a.ID})
		}
	}
	return names
}

func (w *Words) place(place source.Place) string {
	switch place {
	case source.Shop:
		return w.Text("noun.shop")
	case source.KnowledgeBase:
		return w.Text("noun.knowledge_base")
	}
	return w.Text("noun.help_center")
}
