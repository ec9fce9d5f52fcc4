package rest

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
)

var (
	errForeign = errors.New("the address belongs to another host")
	errPlain   = errors.New("the address is not https")
	errUser    = errors.New("the address holds a user name")
)

// address returns where a request goes.
func (c *Client) address(req Request) (*url.URL, error) {
	ref, err := url.Parse(req.Path)
	if err != nil {
		return nil, errors.New("the path cannot be read") // err would quote it
	}
	u := ref
	if !ref.IsAbs() && ref.Host == "" {
		u = c.cfg.Base.JoinPath(ref.EscapedPath())
		u.RawQuery = ref.RawQuery
	}
	u.Fragment = ""
	if err := c.allowed(u); err != nil {
		return nil, err
	}
	if len(req.Query) > 0 {
		query := req.Query.Encode()
		if u.RawQuery != "" {
			query = u.RawQuery + "&" + query
		}
		u.RawQuery = query
	}
	return u, nil
}

// allowed says whether a request with our token may go to u.
func (c *Client) allowed(u *url.URL) error {
	switch {
	case !c.hosts[canonical(u.Host)]:
		return errForeign
	case u.User != nil:
		return errUser
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return errPlain
}

// canonical spells a host the way Client.hosts does.
func canonical(host string) string {
	return strings.TrimSuffix(strings.ToLower(host), ":443")
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// redirected returns where a redirect leads. Only reading requests are
// followed, only to the same scheme and host.
func redirected(resp *http.Response, from *url.URL) (*url.URL, error) {
	if method := resp.Request.Method; method != http.MethodGet && method != http.MethodHead {
		return nil, errors.New("a write was answered with a redirect")
	}
	to, err := from.Parse(resp.Header.Get("Location"))
	if err != nil {
		return nil, errors.New("a redirect leads nowhere")
	}
	if to.Scheme != from.Scheme || canonical(to.Host) != canonical(from.Host) || to.User != nil {
		return nil, errForeign
	}
	to.Fragment = ""
	return to, nil
}
