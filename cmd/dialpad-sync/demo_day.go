package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// day is what happens between two syncs of the demo: ten edits, three new
// answers, two archived, one unpublished, and one edited by hand in Dialpad.
func (s *stage) day() error {
	refs := s.publicEnglish()
	if len(refs) < 20 {
		return fmt.Errorf("the demo's help center has only %d answers", len(refs))
	}
	for _, ref := range refs[:10] {
		text, _ := s.zendesk.Text(ref.ID, ref.Locale)
		body := text.Body + "<p>Checked by Mara on the roasting floor this morning: everything above still holds.</p>"
		if err := s.zendesk.Edit(ref.ID, ref.Locale, text.Title, body); err != nil {
			return err
		}
	}
	for _, n := range newAnswers(s.zendesk.Sections()[0]) {
		if _, err := s.zendesk.AddArticle(n); err != nil {
			return err
		}
	}
	for _, ref := range refs[10:12] {
		text, _ := s.zendesk.Text(ref.ID, ref.Locale)
		s.titles[fmt.Sprintf("%d:%s", ref.ID, ref.Locale)] = text.Title
		if err := s.zendesk.Archive(ref.ID); err != nil {
			return err
		}
	}
	if err := s.zendesk.Unpublish(refs[12].ID, refs[12].Locale); err != nil {
		return err
	}
	return s.editByHand(refs[13])
}

// publicEnglish lists the public English answers that have no German text, in
// the order of their ids, so that the numbers of the day are the same each time.
func (s *stage) publicEnglish() []zendesksim.Ref {
	german := map[int64]bool{}
	for ref := range s.zendesk.Visible("de") {
		german[ref.ID] = true
	}
	var refs []zendesksim.Ref
	for ref := range s.zendesk.Visible("en-us") {
		if !german[ref.ID] {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, func(a, b zendesksim.Ref) int { return int(a.ID - b.ID) })
	return refs
}

func (s *stage) editByHand(ref zendesksim.Ref) error {
	key := fmt.Sprintf("%d:%s", ref.ID, ref.Locale)
	for _, n := range s.dialpad.Nodes() {
		if n.ExternalID == key {
			return s.dialpad.EditByHand(n.ID, n.Title, "<html><body><p>Somebody typed over this in Dialpad.</p></body></html>")
		}
	}
	return fmt.Errorf("the demo does not find %s in Dialpad", key)
}

func newAnswers(section int64) []zendesksim.NewArticle {
	answers := []zendesksim.NewArticle{
		{Title: "Can I pick up my order on a Sunday?", Body: "<p>From this week the harbour kiosk keeps web orders on Sundays between 10 and 13 o'clock. Bring the number from the mail; the beans wait four days before they go back to the roastery.</p>"},
		{Title: "Is there a decaf in the winter box?", Body: "<p>Yes: the third bag can be the sugar-cane decaf. Choose <strong>Decaf, third bag</strong> under the picture before you pay; the price stays the same.</p>"},
		{Title: "What does the blue sticker on my bag mean?", Body: "<p>A blue sticker marks bags from the second roast of the day. They rest one day less before shipping, so give them until the weekend for espresso.</p>"},
	}
	for i := range answers {
		answers[i].Section, answers[i].Locale = section, "en-us"
	}
	return answers
}

// titleOf is an answer's title at the help center, or its key.
func (s *stage) titleOf(key string) string {
	if title, ok := s.titles[key]; ok {
		return title
	}
	number, locale, _ := strings.Cut(key, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return key
	}
	if text, ok := s.zendesk.Text(id, locale); ok {
		return text.Title
	}
	return key
}
