package view

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
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
// A concern's entries are read when its first word is asked for, so that the
// agent never holds those of the window.
type Words struct {
	tag     language.Tag
	numbers *message.Printer

	mu      sync.Mutex // guards all below
	bundle  *i18n.Bundle
	entries *i18n.Localizer
	known   map[string]bool // concerns that have been read
}

// In returns the words of a language, "en" or "de". Anything else is English.
func In(name string) *Words {
	tag := language.English
	if name == German {
		tag = language.German
	}
	return &Words{tag: tag, numbers: message.NewPrinter(tag)}
}

// Language is the language's name, "en" or "de".
func (w *Words) Language() string { return w.tag.String() }

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
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read(key)
	config := i18n.LocalizeConfig{MessageID: key, TemplateParser: braces{}, TemplateData: all}
	if n, ok := all["n"]; ok {
		config.PluralCount = n
	}
	for name, value := range all {
		switch v := value.(type) {
		case int, int64:
			all[name] = w.numbers.Sprint(number.Decimal(v))
		case float64:
			all[name] = w.numbers.Sprint(number.Decimal(v, number.Scale(1)))
		}
	}
	text, _ := w.entries.Localize(&config) // an entry without a singular has one form for all numbers
	if text == "" {
		return key
	}
	return text
}

// read reads the file of a key's concern, once. The files are part of the
// program and are read by its tests, so that a mistake in one is a defect that
// cannot be shipped. A concern there is no file for has no entries.
func (w *Words) read(key string) {
	concern, _, _ := strings.Cut(key, ".")
	if w.known[concern] {
		return
	}
	if w.bundle == nil {
		w.bundle, w.known = i18n.NewBundle(w.tag), map[string]bool{}
		w.bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
		w.entries = i18n.NewLocalizer(w.bundle, w.Language())
	}
	w.known[concern] = true
	text, err := translations.Of(concern, w.Language())
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		_, err = w.bundle.ParseMessageFileBytes(text, concern+"."+w.Language()+".toml")
	}
	if err != nil {
		panic(fmt.Sprintf("view: the words in %s.%s: %v", concern, w.tag, err))
	}
}
