package view

import (
	"fmt"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"dialpadsync.app/assets/translations"
)

// Words is everything a person reads, in one language. It is made once for a
// process and passed to whoever speaks; it can be used from several goroutines.
type Words struct {
	tag    language.Tag
	loaded func() catalog
}

// catalog is a language's entries, and how it writes numbers.
type catalog struct {
	entries *i18n.Localizer
	numbers *message.Printer
}

// In returns the words of a language, "en" or "de". Anything else is English.
// The entries are read when the first word is asked for.
func In(name string) *Words {
	tag := language.English
	if name == German {
		tag = language.German
	}
	return &Words{tag: tag, loaded: sync.OnceValue(func() catalog { return load(tag) })}
}

// Language is the language's name, "en" or "de".
func (w *Words) Language() string { return w.tag.String() }

// load reads a language. The files are part of the program and are read by its
// tests, so that a mistake in one is a defect that cannot be shipped.
func load(tag language.Tag) catalog {
	bundle := i18n.NewBundle(tag)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, concern := range translations.Concerns() {
		text, err := translations.Of(concern, tag.String())
		if err == nil {
			_, err = bundle.ParseMessageFileBytes(text, concern+"."+tag.String()+".toml")
		}
		if err != nil {
			panic(fmt.Sprintf("view: the %s words for %s: %v", tag, concern, err))
		}
	}
	return catalog{i18n.NewLocalizer(bundle, tag.String()), message.NewPrinter(tag)}
}

// Args fills the {places} of an entry. Numbers are written as the language
// writes them. The number "n" chooses between singular and plural.
type Args map[string]any

// Text is the entry of this key, for everything that has no method of its own:
// w.Text("connect.no_page", view.Args{"url": url}). A key nobody wrote an
// entry for is shown as it is; a test keeps that from happening.
func (w *Words) Text(key string, args ...Args) string {
	all := Args{}
	for _, some := range args {
		for name, value := range some {
			all[name] = value
		}
	}
	c := w.loaded()
	config := i18n.LocalizeConfig{MessageID: key, TemplateParser: braces{}}
	if n, ok := all["n"]; ok {
		config.PluralCount = n
	}
	for name, value := range all {
		switch v := value.(type) {
		case int, int64:
			all[name] = c.numbers.Sprint(number.Decimal(v))
		case float64:
			all[name] = c.numbers.Sprint(number.Decimal(v, number.Scale(1)))
		}
	}
	config.TemplateData = all
	text, _ := c.entries.Localize(&config) // an entry without a singular has one form for all numbers
	if text == "" {
		return key
	}
	return text
}
