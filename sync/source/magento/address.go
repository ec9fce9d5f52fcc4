package magento

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// ParseAddress turns what a person types or pastes into the address of their
// shop: "shop.example", "https://shop.example/index.php/admin" and a page of the
// shop's REST API all give https://shop.example. A folder stays, because a shop
// may live in one. Loopback addresses keep their scheme and port. The note says
// in one sentence which address will be used, the error what to type instead.
func ParseAddress(text string) (base *url.URL, note string, err error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nil, "", errors.New("type the address of your shop, for example www.example.com")
	case strings.Contains(text, "@"):
		return nil, "", errors.New("this looks like an e-mail address; type the address of your shop instead, for example www.example.com")
	}
	if !strings.Contains(text, "://") {
		text = "http://" + strings.TrimPrefix(text, "//")
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, "", errors.New("this is not a web address; type the address of your shop, for example www.example.com")
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	local := host == "localhost" || net.ParseIP(host).IsLoopback()
	if !local && !strings.Contains(host, ".") {
		return nil, "", errors.New("this is not the whole address of a shop; type it as visitors see it, for example www.example.com")
	}
	base = &url.URL{Scheme: "https", Host: strings.ToLower(u.Host), Path: folder(u.Path)}
	if local {
		base.Scheme = u.Scheme
	}
	return base, "We will use the shop at " + base.Host + base.Path, nil
}

// folder is the part of a path that belongs to the shop's own address: what
// comes before index.php, rest, graphql or admin.
func folder(path string) string {
	var kept []string
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		switch {
		case part == "", part == "index.php", part == "rest", part == "graphql", strings.HasPrefix(part, "admin"), strings.Contains(part, ".htm"):
			return join(kept)
		}
		kept = append(kept, part)
	}
	return join(kept)
}

func join(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return "/" + strings.Join(parts, "/")
}

// SourceValue is what marks a shop's documents in Dialpad. It comes from the
// address alone, so that a new computer finds the documents an old one made.
func SourceValue(base *url.URL) string {
	name := strings.ToLower(base.Hostname())
	if port := base.Port(); port != "" {
		name += "-" + port
	}
	if path := strings.Trim(base.Path, "/"); path != "" {
		name += "-" + strings.ReplaceAll(path, "/", "-")
	}
	return "dialpad-sync:magento:" + strings.ReplaceAll(name, ":", ".")
}
