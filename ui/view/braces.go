package view

import (
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// braces is how an entry is written: {name} stands for an argument.
type braces struct{}

// Cacheable says that nothing is gained by keeping what Parse returns.
func (braces) Cacheable() bool { return false }

// Parse never fails.
func (braces) Parse(src, _, _ string) (template.ParsedTemplate, error) { return entry(src), nil }

// entry is the text of one entry with its places.
type entry string

// Execute fills the places from Args. A place without an argument stays as it
// is written.
func (e entry) Execute(data any) (string, error) {
	args, ok := data.(Args)
	if !ok {
		return "", fmt.Errorf("an entry is filled from Args, not from %T", data)
	}
	var text strings.Builder
	rest := string(e)
	for {
		before, after, found := strings.Cut(rest, "{")
		text.WriteString(before)
		if !found {
			return text.String(), nil
		}
		name, behind, closed := strings.Cut(after, "}")
		value, known := args[name]
		if !closed || !known {
			text.WriteString("{")
			rest = after
			continue
		}
		fmt.Fprint(&text, value)
		rest = behind
	}
}
