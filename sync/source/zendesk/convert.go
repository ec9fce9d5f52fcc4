package zendesk

import (
	"math/bits"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/source"
)

const (
	// soon is how long after a change another one may leave the same version:
	// Zendesk's times have whole seconds, and clocks differ a little.
	soon = 2 * time.Second
	// unsettled ends the version of a change that young.
	unsettled = "~"
	untitled  = "Untitled"
	// titleWords is how many words stand in for a missing title.
	titleWords = 8
)

// keyOf names one translation of an article.
func keyOf(id int64, locale string) source.Key {
	return source.Key(strconv.FormatInt(id, 10) + ":" + locale)
}

// parseKey is the reverse of keyOf.
func parseKey(key source.Key) (id int64, locale string, ok bool) {
	number, locale, found := strings.Cut(string(key), ":")
	id, err := strconv.ParseInt(number, 10, 64)
	return id, locale, found && err == nil && id > 0 && validLocale(locale)
}

// changed is when the article, or the translation that is shown, last changed.
func (a *article) changed() time.Time {
	if a.EditedAt.After(a.UpdatedAt) {
		return a.EditedAt
	}
	return a.UpdatedAt
}

// restricted says that only some people may read the article.
func (a *article) restricted() bool { return a.UserSegmentID != nil || len(a.UserSegmentIDs) > 0 }

// is says whether the answer shows this locale: a help center may answer with
// the source locale where a translation is missing.
func (a *article) is(locale string) bool { return strings.EqualFold(a.Locale, locale) }

// version is the instant of the last change. While that instant is not safely
// past by both clocks, an edit in the same second would leave it as it is; the
// version then ends in "~", so that the next look differs and the article is
// read once more. A clock that is far behind would leave the mark for as long:
// behind it stands the age of the change by the other clock, in powers of two,
// so that the next look differs all the same, and those after it rarely.
func version(changed time.Time, now clocks) string {
	v := changed.UTC().Format(time.RFC3339)
	if now.behind.Sub(changed) >= soon {
		return v
	}
	v += unsettled
	if age := now.ahead.Sub(changed); age >= soon {
		v += strconv.Itoa(bits.Len64(uint64(age / time.Second)))
	}
	return v
}

// document turns an article into what Dialpad is to hold. Every path to an
// article leads here, so the same article always gives the same document.
func document(a *article, locale string, base *url.URL, now clocks) *source.Document {
	address := publicAddress(a.HTMLURL, base)
	from := base
	if u, err := url.Parse(address); err == nil && address != "" {
		from = u
	}
	fragment := content.Clean(a.Body, from)
	return &source.Document{
		Key:     keyOf(a.ID, locale),
		Kind:    source.Article,
		Title:   title(a, fragment),
		HTML:    fragment,
		URL:     address,
		Locale:  locale,
		Version: version(a.changed(), now),
	}
}

// publicAddress is the article's absolute web address, or empty when the answer
// has none that a browser could open.
func publicAddress(text string, base *url.URL) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if text == "" || err != nil {
		return ""
	}
	u = base.ResolveReference(u)
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// title is the article's title or, where that is empty, its first heading, its
// first words, or a word that says so.
func title(a *article, fragment string) string {
	for _, candidate := range []string{a.Title, a.Name, heading(fragment)} {
		if t := content.Title(candidate); t != "" {
			return t
		}
	}
	words := strings.Fields(content.Text(fragment))
	if t := content.Title(strings.Join(words[:min(len(words), titleWords)], " ")); t != "" {
		return t
	}
	return untitled
}

// heading is the text of the first heading that has any.
func heading(fragment string) string {
	tokens := html.NewTokenizer(strings.NewReader(fragment))
	var text strings.Builder
	open := ""
	for {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken:
			return strings.TrimSpace(text.String())
		case html.TextToken:
			if open != "" {
				text.Write(tokens.Text())
			}
		case html.StartTagToken, html.EndTagToken:
			name, _ := tokens.TagName()
			if tag := string(name); kind == html.StartTagToken && isHeading(tag) {
				open = tag
			} else if tag == open {
				if strings.TrimSpace(text.String()) != "" {
					return strings.TrimSpace(text.String())
				}
				open = ""
			}
		}
	}
}

func isHeading(tag string) bool {
	return len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6'
}
