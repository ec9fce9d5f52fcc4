// Package content turns the HTML of a help center or shop into the HTML that
// Dialpad is to hold: a clean fragment with absolute links, nothing that runs
// and nothing that a person could not see.
//
// Clean reads the tokens of golang.org/x/net/html and keeps a stack of open
// elements of its own instead of using that package's parser: the parser
// refuses documents nested deeper than 512 elements, and repeats every open
// formatting element in every paragraph, so a few kilobytes can grow to
// gigabytes. Here the time and the output grow with the input only. Mis-nested
// markup may lose formatting, never words.
//
// What is hidden is judged from attributes, from inline styles and from the
// document's own style elements, read as browsers read them: not shown, of no
// size, opacity or colour of its own, moved off the page, clipped or turned
// away. Text in the colour of its background counts as hidden where both are
// known; a class whose rules are not in the document makes them unknown. What a
// person can open (details) or hears otherwise (aria-hidden) is seen.
package content

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"

	"dialpadsync.app/sync/source"
)

// Wrap returns the fragment as the whole page that is uploaded to Dialpad.
// Clean takes the wrapping off again.
func Wrap(fragment string) string {
	return "<html><body>" + fragment + "</body></html>"
}

// Sum is the fingerprint of what is sent to Dialpad for a document: its title,
// URL, locale and HTML. It is keyed, because a plain hash would let anybody
// who reads the checkpoint test guesses at the content. Key, Kind and Version
// are not part of it.
func Sum(key []byte, doc source.Document) [16]byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range []string{doc.Title, doc.URL, doc.Locale, doc.HTML} {
		writePart(mac, part)
	}
	return [16]byte(mac.Sum(nil))
}

// writePart puts the length before the text, so that no two different lists of
// parts give the same bytes. A hash never fails to write.
func writePart(mac hash.Hash, part string) {
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
	_, _ = io.WriteString(mac, part)
}
