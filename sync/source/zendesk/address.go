package zendesk

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// domain is where every Zendesk account lives: https://{subdomain}.zendesk.com
// (developer.zendesk.com/api-reference/introduction/requests).
const domain = ".zendesk.com"

var label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// isLabel says whether text can be a subdomain: RFC 1123, section 2.1.
func isLabel(text string) bool { return len(text) <= 63 && label.MatchString(text) }

// ParseAddress turns what a person types or pastes into the address of their
// Zendesk account: "acme", "acme.zendesk.com/hc/en-us" and
// "https://acme.zendesk.com/agent" all give https://acme.zendesk.com. Loopback
// addresses keep their scheme and port, for a double. The note says in one
// sentence which address will be opened. The error says what to type instead,
// and why: a help center under the customer's own domain cannot be used for
// signing in.
func ParseAddress(text string) (base *url.URL, note string, err error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, "", errors.New("type the first part of your Zendesk address, for example acme for acme.zendesk.com")
	}
	if isLabel(strings.ToLower(text)) && !strings.EqualFold(text, "localhost") {
		text += domain
	}
	u, err := parseLoosely(text)
	if err != nil {
		return nil, "", err
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if loopback(host) {
		base = &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}
		return base, "We will open " + base.Host, nil
	}
	if err := checkHost(host, u.Port()); err != nil {
		return nil, "", err
	}
	return &url.URL{Scheme: "https", Host: host}, "We will open " + host, nil
}

// parseLoosely accepts an address with or without its scheme. The scheme of a
// loopback address without one is http.
func parseLoosely(text string) (*url.URL, error) {
	if strings.Contains(text, "@") {
		return nil, errors.New("this looks like an e-mail address; type the address of your Zendesk account instead, for example acme.zendesk.com")
	}
	if !strings.Contains(text, "://") {
		text = "http://" + strings.TrimPrefix(text, "//")
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, errors.New("this is not a web address; type the address of your Zendesk account, for example acme.zendesk.com")
	}
	return u, nil
}

func checkHost(host, port string) error {
	sub, ours := strings.CutSuffix(host, domain)
	switch {
	case "."+host == domain || ours && zendesksOwn(sub):
		return fmt.Errorf("%s is Zendesk's own site; type the address your agents sign in at, for example acme.zendesk.com", host)
	case !ours:
		return fmt.Errorf("%s is an address of your own; signing in works only at the address Zendesk gave you, the one that ends in .zendesk.com. "+
			"Your agents see it in the browser when they work in Zendesk", host)
	case !isLabel(sub):
		return fmt.Errorf("%s is not the address of a Zendesk account; it has one name before .zendesk.com, for example acme.zendesk.com", host)
	case port != "" && port != "443":
		return fmt.Errorf("%s is reached without a port; leave out :%s", host, port)
	}
	return nil
}

// zendesksOwn knows the names under zendesk.com that belong to no account.
func zendesksOwn(sub string) bool {
	switch sub {
	case "www", "developer", "developers", "status", "marketplace":
		return true
	}
	return false
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// SourceValue is what marks an account's documents in Dialpad: the subdomain,
// or host and port of a double. It comes from the address alone, so that a new
// computer finds the documents an old one made.
func SourceValue(base *url.URL) string {
	if sub, ok := strings.CutSuffix(strings.ToLower(base.Hostname()), domain); ok {
		return "dialpad-sync:zendesk:" + sub
	}
	name := strings.ToLower(base.Hostname())
	if port := base.Port(); port != "" {
		name += "-" + port
	}
	return "dialpad-sync:zendesk:" + strings.ReplaceAll(name, ":", ".")
}
