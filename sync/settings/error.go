package settings

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Error is one mistake in the settings, or a file that cannot be used.
type Error struct {
	// File is the path of the file.
	File string
	// Line is counted from 1; 0 means the file as a whole.
	Line int
	// Key is the setting ("dialpad.region", "account[1].url": the second
	// account's), or empty.
	Key string
	// Problem says what is wrong, as the end of a sentence about the key or the
	// file.
	Problem string
	// Remedy is a whole sentence that says what to do.
	Remedy string
	// Err is the cause where the file itself is the problem, or nil.
	Err error
}

// Error is one line for a terminal.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(filepath.Base(e.File))
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d:", e.Line)
	}
	if e.Key != "" {
		b.WriteString(" " + e.Key)
	}
	b.WriteString(" " + e.Problem)
	if e.Remedy != "" {
		b.WriteString(". " + e.Remedy)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Mistake is what a caller's own check found wrong; see Load and Error.
type Mistake struct{ Key, Problem, Remedy string }

// AccountKey names a setting of an account in a Mistake.
func AccountKey(index int, key string) string { return join(accountPath(index), key) }

// mistake is an Error that does not know its line yet.
type mistake struct {
	path    string // as in Error.Key
	line    int    // where it is known already
	problem string
	remedy  string
}

// first returns the mistake that comes first in the file.
func first(file string, d document, mistakes []mistake) error {
	if len(mistakes) == 0 {
		return nil
	}
	for i := range mistakes {
		if mistakes[i].line == 0 {
			mistakes[i].line = d.line(mistakes[i].path)
		}
	}
	m := slices.MinFunc(mistakes, func(a, b mistake) int { return cmp.Compare(a.line, b.line) })
	return &Error{File: file, Line: m.line, Key: m.path, Problem: m.problem, Remedy: m.remedy}
}

// didYouMean returns a sentence that names the choice closest to what was
// written, or all of them.
func didYouMean(written string, choices []string) string {
	best, distance := "", 3
	for _, choice := range choices {
		n := editDistance(strings.ToLower(written), choice)
		if n < distance && n <= len(choice)/3 { // "ue" is no closer to "eu" than to "us"
			best, distance = choice, n
		}
	}
	if best != "" {
		return fmt.Sprintf("Did you mean %q?", best)
	}
	return "Use one of: " + strings.Join(choices, ", ") + "."
}

// editDistance is the number of letters to add, remove or replace (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
