package dialpadsim

import (
	"net/http"
	"regexp"
	"slices"

	"dialpadsync.app/sync/sim"
)

// localeHeader names the language of the content, on every call.
const localeHeader = "Kare-Content-Locale"

var localePattern = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// family is one of the two kinds of resources, which share the id space.
type family struct {
	typ  string // of the nodes it creates
	only bool   // whether it sees nodes of other types
}

var (
	nodes       = family{typ: "content"}
	resolutions = family{typ: "resolution", only: true}
)

// sees tells whether a node can be read and written through this family.
func (f family) sees(m meta) bool { return !f.only || m.typ == f.typ }

// call is one authorized request of the knowledge API.
type call struct {
	family
	w      http.ResponseWriter
	r      *http.Request
	sw     Switches
	locale string
}

// call wraps an operation: version, token, strictness and permission come first.
func (s *Server) call(f family, op func(*Server, *call) *refusal) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{family: f, w: w, r: r, sw: s.Switches(), locale: r.Header.Get(localeHeader)}
		x := s.admit(c)
		if x == nil {
			x = op(s, c)
		}
		if x != nil {
			s.refuse(w, r, x)
		}
	}
}

func (s *Server) admit(c *call) *refusal {
	if x := c.version(); x != nil {
		return x
	}
	if x := s.authorized(c); x != nil {
		return x
	}
	if c.sw.Strict == "on" {
		if _, leaked := c.r.URL.Query()["token"]; leaked {
			return badRequest("a token does not belong into a URL")
		}
		if !localePattern.MatchString(c.locale) {
			return badRequest(localeHeader + " is missing or no language tag")
		}
	}
	return nil
}

// version refuses versions that are retired or not served. Resolutions also
// live at v2, the only version for which they were ever named.
func (c *call) version() *refusal {
	v := c.r.PathValue("v")
	if x := versionRefusal(c.sw, v, c.only); x != nil {
		return x
	}
	if c.only && c.sw.Resolutions == "off" {
		return notFound("no such path")
	}
	return nil
}

func versionRefusal(sw Switches, v string, resolutions bool) *refusal {
	if slices.Contains(sw.Retired, v) {
		return &refusal{status: http.StatusGone, code: "gone", message: "this version is retired"}
	}
	if slices.Contains(sw.Versions, v) || (resolutions && v == "v2") {
		return nil
	}
	return notFound("no such version")
}

// authorized checks the bearer token, and for writes its permission.
func (s *Server) authorized(c *call) *refusal {
	token := bearer(c.r)
	switch fault, _ := sim.Domain(c.r.Context(), "token"); fault {
	case "expired":
		s.auth.expire(token)
	case "revoked":
		s.RevokeAll()
	}
	grant, x := s.auth.check(token)
	if x != nil {
		return x
	}
	if grant.face == faceDialpad && c.sw.DialpadTokens != "on" {
		return unauthorized("unauthorized", "this token is not for the knowledge API")
	}
	if c.r.Method != http.MethodGet && (grant.readOnly || c.sw.Writes == "forbid") {
		return forbidden()
	}
	return nil
}

// answerWrite answers a write with the node, or with nothing if so switched.
func (c *call) answerWrite(status int, v view) {
	if c.sw.EmptyBody == "writes" {
		c.w.WriteHeader(status)
		return
	}
	sim.WriteJSON(c.w, status, c.out(v))
}
