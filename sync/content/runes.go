package content

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// unseen holds the characters that nobody sees and that change what others
// say: zero-width and bidi-override characters, tags, noncharacters. Joiners
// and direction marks are not among them; visible judges those by their
// neighbours. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x00AD, 0x00AD, 1}, // soft hyphen
		{0x034F, 0x034F, 1}, // combining grapheme joiner
		{0x115F, 0x1160, 1}, // Hangul fillers
		{0x17B4, 0x17B5, 1}, // Khmer vowels nobody writes
		{0x180B, 0x180F, 1}, // Mongolian selectors and vowel separator
		{0x200B, 0x200B, 1}, // zero-width space
		{0x202A, 0x202E, 1}, // embeddings and overrides
		{0x2060, 0x206F, 1}, // word joiner, invisible operators, isolates
		{0x3164, 0x3164, 1}, // Hangul filler
		{0xFDD0, 0xFDEF, 1}, // noncharacters
		{0xFEFF, 0xFEFF, 1}, // byte order mark
		{0xFFA0, 0xFFA0, 1}, // half-width Hangul filler
		{0xFFF9, 0xFFFB, 1}, // interlinear annotation
	},
	R32: []unicode.Range32{
		{0x1BCA0, 0x1BCA3, 1}, // shorthand formatting
		{0x1D173, 0x1D17A, 1}, // musical formatting
		{0xE0000, 0xE0FFF, 1}, // tags, further variation selectors
	},
	LatinOffset: 1,
}

// visible returns the text as a person sees it: broken UTF-8 shows as U+FFFD,
// control characters and unseen ones are taken out, every line break is "\n".
func visible(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	var out strings.Builder
	out.Grow(len(s))
	var before rune
	for i, r := range s {
		if r = shown(r); r < 0 {
			continue
		}
		if dependent(r) && !wanted(before, r, following(s[i+utf8.RuneLen(r):])) {
			continue
		}
		out.WriteRune(r)
		before = r
	}
	return out.String()
}

// plain says that there is nothing to do, which is so for most text.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c == 0x7F || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// shown maps a character to what is kept of it; -1 means nothing.
func shown(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\r', r == 0x85, r == 0x2028, r == 0x2029:
		return '\n'
	case r == '\v' || r == '\f':
		return ' '
	case unicode.IsControl(r), unicode.Is(unseen, r), r&0xFFFE == 0xFFFE:
		return -1
	}
	return r
}

const (
	zeroWidthNonJoiner = 0x200C
	zeroWidthJoiner    = 0x200D
	leftToRightMark    = 0x200E
	rightToLeftMark    = 0x200F
	arabicLetterMark   = 0x061C
)

func isVariation(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F }

// dependent says that a character is invisible itself and has a meaning only
// beside certain others.
func dependent(r rune) bool {
	return r >= zeroWidthNonJoiner && r <= rightToLeftMark || r == arabicLetterMark || isVariation(r)
}

// wanted says whether a dependent character means something between these
// two: joiners build letters and emoji, marks order right-to-left text, one
// variation selector picks the form of the character before it.
func wanted(before, r, after rune) bool {
	switch {
	case r == zeroWidthJoiner, r == zeroWidthNonJoiner:
		return (joins(before) || isVariation(before)) && joins(after)
	case isVariation(r):
		return hasForms(before)
	}
	return rightToLeft(before) || rightToLeft(after)
}

// hasForms says that a character has more than one form to select: signs and
// emoji, digits on keys, Han characters. On a letter a selector shows nothing.
func hasForms(r rune) bool {
	switch {
	case dependent(r):
		return false
	case r < 0x80:
		return r == '#' || r == '*' || r >= '0' && r <= '9'
	case r == 0x2139: // the information sign is a letter by its class
		return true
	}
	return unicode.In(r, unicode.S, unicode.P, unicode.Han, unicode.Nl, unicode.No)
}

// joins: scripts with joining letters start at U+0600; emoji are symbols.
func joins(r rune) bool {
	return r >= 0x0600 && !dependent(r) &&
		(unicode.IsLetter(r) || unicode.IsMark(r) || unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r))
}

func rightToLeft(r rune) bool {
	return !dependent(r) && (r >= 0x0590 && r <= 0x08FF || r >= 0xFB1D && r <= 0xFDCF ||
		r >= 0xFE70 && r <= 0xFEFC || r >= 0x10800 && r <= 0x10FFF || r >= 0x1E800 && r <= 0x1EFFF)
}

// following is the next character that is not taken out in any case.
func following(s string) rune {
	for _, r := range s {
		if r = shown(r); r >= 0 {
			return r
		}
	}
	return 0
}
