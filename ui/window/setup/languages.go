package setup

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// languages are the boxes for the languages of a source.
type languages struct {
	*parts
	changed func()
	ids     []string // the source's own spelling ("en-us")
	boxes   []*control.Check
	content *fyne.Container
}

func newLanguages(p *parts, changed func()) *languages {
	return &languages{parts: p, changed: changed, content: look.Flow()}
}

// fill offers the languages among the collections; the chosen ones are ticked.
func (l *languages) fill(collections []source.Collection, chosen []string) {
	l.ids, l.boxes, l.content.Objects = nil, nil, nil
	counts := map[string]int{}
	for _, c := range collections {
		if id, ok := strings.CutPrefix(c.ID, languagePrefix); ok {
			l.ids = append(l.ids, id)
			counts[id] = c.Count
		}
	}
	slices.SortStableFunc(l.ids, func(a, b string) int { return counts[b] - counts[a] })
	names := languageNames(l.words.Language(), l.ids)
	for _, id := range l.ids {
		text := l.text("choose.language", view.Args{"language": names[id], "number": counts[id]})
		box := control.NewCheck(text, nil)
		box.SetChecked(slices.ContainsFunc(chosen, func(c string) bool { return strings.EqualFold(c, id) }))
		box.OnChanged = func(bool) { l.changed() }
		l.boxes = append(l.boxes, box)
		l.content.Add(box)
	}
	setVisible(l.content, len(l.ids) > 1)
}

// chosen are the ticked languages. A single one needs no box.
func (l *languages) chosen() []string {
	if len(l.ids) == 1 {
		return slices.Clone(l.ids)
	}
	chosen := []string{}
	for i, box := range l.boxes {
		if box.Checked {
			chosen = append(chosen, l.ids[i])
		}
	}
	return chosen
}

// languageNames names locales in the person's language: "English", or
// "British English" where that is needed to tell two apart. What is no tag is
// shown as it is.
func languageNames(in string, ids []string) map[string]string {
	reader, err := language.Parse(in)
	if err != nil {
		reader = language.English
	}
	printer, short := display.Tags(reader), map[string]string{}
	bases := display.Languages(reader)
	times := map[string]int{}
	for _, id := range ids {
		tag, err := language.Parse(id)
		base, sure := tag.Base()
		if err != nil || sure == language.No {
			continue
		}
		short[id] = bases.Name(base)
		times[short[id]]++
	}
	names := map[string]string{}
	for _, id := range ids {
		tag, err := language.Parse(id)
		switch {
		case err != nil || short[id] == "":
			names[id] = id
		case times[short[id]] > 1:
			names[id] = printer.Name(tag)
		default:
			names[id] = short[id]
		}
	}
	return names
}
