// Package canary looks for texts that must not be somewhere: a test plants
// texts that occur nowhere else, lets the program work, and then looks through
// files, processes and whatever was said, in every spelling a program may give
// a text by accident.
package canary

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
)

// shortest is the length from which half a canary is looked for as well.
const shortest = 24

// Hit is a canary that was found.
type Hit struct{ Kind, Form, Place string }

func (h Hit) String() string { return fmt.Sprintf("%s (%s) in %s", h.Kind, h.Form, h.Place) }

// Nest holds the canaries of one test. The zero value is ready; it may be used
// by many at a time.
type Nest struct {
	mu     sync.Mutex
	forms  []form
	kinds  map[string]int
	places map[string]int
	bytes  int64
	hits   map[Hit]bool
}

type form struct {
	kind, name string
	text       []byte
}

// Plant makes a text of this kind looked for from now on. An empty text is
// none.
func (n *Nest) Plant(kind, text string) {
	if text == "" {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.kinds == nil {
		n.kinds = map[string]int{}
	}
	n.kinds[kind]++
	add := func(name string, spelled []byte) {
		for _, f := range n.forms {
			if bytes.Equal(f.text, spelled) {
				return
			}
		}
		n.forms = append(n.forms, form{kind, name, spelled})
	}
	spell(text, "", add)
	if half := len(text) / 2; len(text) >= shortest {
		spell(text[:half], "first half, ", add)
		spell(text[half:], "second half, ", add)
	}
}

// spell gives every way to write a text.
func spell(text, part string, add func(name string, spelled []byte)) {
	add(part+"as it is", []byte(text))
	add(part+"for an address", []byte(url.QueryEscape(text)))
	add(part+"for a path", []byte(url.PathEscape(text)))
	add(part+"hexadecimal", []byte(hex.EncodeToString([]byte(text))))
	add(part+"HEXADECIMAL", []byte(strings.ToUpper(hex.EncodeToString([]byte(text)))))
	quoted, _ := json.Marshal(text) // a string always marshals
	add(part+"in JSON", bytes.Trim(quoted, `"`))
	quoted, _ = json.Marshal(string(quoted))
	add(part+"in JSON in JSON", bytes.Trim(quoted, `"\`))
	add(part+"quoted", []byte(strings.Trim(fmt.Sprintf("%+q", text), `"`)))
	for name, order := range map[string]binary.AppendByteOrder{"UTF-16, little end first": binary.LittleEndian, "UTF-16, big end first": binary.BigEndian} {
		var wide []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			wide = order.AppendUint16(wide, unit)
		}
		add(part+name, wide)
	}
	for before := range 3 {
		for name, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64 for addresses": base64.RawURLEncoding} {
			if inner := within(encoding, text, before); len(inner) >= 8 {
				add(fmt.Sprintf("%s%s at %d", part, name, before), []byte(inner))
			}
		}
	}
}

// within is what is the same in the base64 of every text that holds this one
// behind so many bytes, to be counted in threes.
func within(encoding *base64.Encoding, text string, before int) string {
	all := encoding.EncodeToString([]byte(strings.Repeat("\x00", before) + text))
	from := (before*8 + 5) / 6
	to := (before + len(text)) * 8 / 6
	return all[from:max(from, to)]
}

// Look looks through data that was found at a place.
func (n *Nest) Look(place string, data []byte) {
	n.LookFor(place, data, nil)
}

// LookFor is Look without the kinds that may be at this place.
func (n *Nest) LookFor(place string, data []byte, allowed []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.places == nil {
		n.places, n.hits = map[string]int{}, map[Hit]bool{}
	}
	n.places[place]++
	n.bytes += int64(len(data))
	for _, f := range n.forms {
		if bytes.Contains(data, f.text) && !slices.Contains(allowed, f.kind) {
			n.hits[Hit{f.kind, f.name, place}] = true
		}
	}
}

// Walk looks through the names and contents of all files below a folder. A file
// that goes meanwhile is none.
func (n *Nest) Walk(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) {
				return nil
			}
			return err
		}
		name := path
		if short, err := filepath.Rel(filepath.Dir(dir), path); err == nil {
			name = short
		}
		n.Look("the name of "+name, []byte(d.Name()))
		if !d.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil
		}
		n.Look(name, data)
		return err
	})
}

// Hits are all canaries found so far, sorted.
func (n *Nest) Hits() []Hit {
	n.mu.Lock()
	defer n.mu.Unlock()
	hits := slices.Collect(maps.Keys(n.hits))
	slices.SortFunc(hits, func(a, b Hit) int { return strings.Compare(a.String(), b.String()) })
	return hits
}

// Books tells how much was looked for where.
func (n *Nest) Books() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	planted := 0
	for _, count := range n.kinds {
		planted += count
	}
	return fmt.Sprintf("%d canaries of %d kinds in %d spellings, looked for in %d places (%d bytes), %d hits",
		planted, len(n.kinds), len(n.forms), len(n.places), n.bytes, len(n.hits))
}

// Kinds is how many kinds of canaries there are, Places how many places were
// looked at.
func (n *Nest) Kinds() int { n.mu.Lock(); defer n.mu.Unlock(); return len(n.kinds) }

// Places is how many different places were looked at.
func (n *Nest) Places() int { n.mu.Lock(); defer n.mu.Unlock(); return len(n.places) }
