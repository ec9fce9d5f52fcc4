package content

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Schemes a link or a picture may have. Everything else (javascript, data,
// vbscript, file, blob, …) either runs or leads nowhere outside the page.
var (
	linkSchemes  = []string{"http", "https", "mailto", "tel"}
	mediaSchemes = []string{"http", "https"}
)

// absolute resolves ref as a browser does and returns it with its allowed
// scheme, in ASCII. It reports false for a scheme that is not allowed and for
// a relative address without a base.
func absolute(base *url.URL, ref string, schemes []string) (string, bool) {
	ref = lineBreaks.Replace(strings.TrimFunc(ref, func(r rune) bool { return r <= ' ' }))
	u, err := url.Parse(ref)
	if err != nil {
		u, err = url.Parse(escapeStrayPercent(ref))
	}
	if err != nil {
		return "", false
	}
	switch {
	case u.IsAbs():
	case base != nil && base.Host != "":
		u = base.ResolveReference(u)
	case u.Host != "":
		u.Scheme = "https"
	default:
		return "", false
	}
	if !slices.Contains(schemes, u.Scheme) || u.Host == "" && u.Opaque == "" {
		return "", false
	}
	if slices.Contains(mediaSchemes, u.Scheme) && u.Host == "" {
		return "", false
	}
	out := toASCII(u.String())
	if out != ref {
		// What was resolved or escaped must still be an address.
		if _, err := url.Parse(out); err != nil {
			return "", false
		}
	}
	return out, true
}

// lineBreaks takes out what browsers take out of addresses.
var lineBreaks = strings.NewReplacer("\t", "", "\n", "", "\r", "")

// escapeStrayPercent makes "100%" parsable, which browsers take as it is.
func escapeStrayPercent(s string) string {
	var out strings.Builder
	for i := range len(s) {
		out.WriteByte(s[i])
		escape := i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
		if s[i] == '%' && !escape {
			out.WriteString("25")
		}
	}
	return out.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// toASCII escapes what url.URL leaves as it was written in a query.
func toASCII(s string) string {
	const unsafe = "\"<>`"
	odd := func(r rune) bool { return r <= ' ' || r >= 0x7F || strings.ContainsRune(unsafe, r) }
	if strings.IndexFunc(s, odd) < 0 {
		return s
	}
	var out strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case odd(rune(c)):
			const digits = "0123456789ABCDEF"
			out.Write([]byte{'%', digits[c>>4], digits[c&15]})
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// largest is the address of the largest picture in a srcset attribute, or "".
// https://html.spec.whatwg.org/multipage/images.html#srcset-attributes
func largest(srcset string) string {
	best, size := "", -1.0
	for {
		srcset = strings.TrimLeft(srcset, " \t\n\r\f,")
		if srcset == "" {
			return best
		}
		end := strings.IndexAny(srcset, " \t\n\r\f")
		if end < 0 {
			end = len(srcset)
		}
		address, descriptor := srcset[:end], ""
		srcset = srcset[end:]
		if bare := strings.TrimRight(address, ","); bare != address {
			address = bare
		} else {
			descriptor, srcset, _ = strings.Cut(srcset, ",")
		}
		if n := sizeOf(descriptor); n > size {
			best, size = address, n
		}
	}
}

// sizeOf reads "800w" or "2x"; a candidate without one counts as 1x.
func sizeOf(descriptor string) float64 {
	descriptor = strings.TrimSpace(descriptor)
	n, err := strconv.ParseFloat(strings.TrimRight(descriptor, "wx"), 64)
	if err != nil {
		return 1
	}
	return n
}

// watchable turns the address of an embedded player into the one that opens
// the video's own page. Other addresses stay.
func watchable(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	id := u.Path[strings.LastIndexByte(u.Path, '/')+1:]
	switch strings.TrimPrefix(u.Hostname(), "www.") {
	case "youtube.com", "youtube-nocookie.com":
		if strings.HasPrefix(u.Path, "/embed/") && id != "" && id != "videoseries" {
			return "https://www.youtube.com/watch?v=" + url.QueryEscape(id)
		}
	case "player.vimeo.com":
		if strings.HasPrefix(u.Path, "/video/") && id != "" {
			return "https://vimeo.com/" + url.PathEscape(id)
		}
	}
	return address
}

// documentBase is the address that the document's own links resolve against:
// its first <base href>, itself resolved, or base.
func documentBase(document string, base *url.URL) *url.URL {
	if !mentions(document, "<base") {
		return base
	}
	z := html.NewTokenizer(strings.NewReader(document))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return base
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if string(name) != "base" {
				continue
			}
			ref, ok := attributes(z)["href"]
			if !ok {
				continue
			}
			if full, ok := absolute(base, ref, mediaSchemes); ok {
				if u, err := url.Parse(full); err == nil {
					return u
				}
			}
			return base
		}
	}
}
