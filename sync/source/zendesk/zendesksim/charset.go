package zendesksim

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// utf8Text decodes an HTML file: UTF-16 by its byte order mark, UTF-8 if it is
// that, and otherwise windows-1252, which is what the HTML standard
// (encoding.spec.whatwg.org) reads as Latin 1.
func utf8Text(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return utf16Text(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return utf16Text(data[2:], binary.BigEndian)
	case utf8.Valid(data):
		return bytes.TrimPrefix(data, []byte("\ufeff"))
	}
	// What windows-1252 has between 0x80 and 0x9f; its five gaps are the control
	// characters of Latin 1.
	upper := []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")
	out := make([]byte, 0, len(data)+len(data)/8)
	for _, b := range data {
		if b >= 0x80 && b < 0xa0 {
			out = utf8.AppendRune(out, upper[b-0x80])
		} else {
			out = utf8.AppendRune(out, rune(b))
		}
	}
	return out
}

func utf16Text(data []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
