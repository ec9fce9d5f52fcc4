package dialpad

import (
	"net/http"
	"net/url"
	"strings"
)

// versions are the API versions this package can speak, best first.
var versions = []string{"v3.1", "v3.0", "v2.2"}

// fallbackVersion is the only version ever seen on the wire.
const fallbackVersion = "v2.2"

// localeHeader picks the language of the content.
const localeHeader = "Kare-Content-Locale"

// endpoint is one operation of the knowledge API.
type endpoint struct {
	method string
	// template has {version} and {id}.
	template string
	// op is the action in error texts.
	op string
}

var (
	listNodes     = endpoint{http.MethodGet, "/{version}/kbm/nodes", "list nodes"}
	getNode       = endpoint{http.MethodGet, "/{version}/kbm/nodes/{id}/", "read node"}
	getNodeBare   = endpoint{http.MethodGet, "/{version}/kbm/nodes/{id}", "read node"}
	createNode    = endpoint{http.MethodPost, "/{version}/kbm/nodes", "create node"}
	uploadContent = endpoint{http.MethodPost, "/{version}/kbm/nodes/{id}/content", "upload content"}
	readContent   = endpoint{http.MethodGet, "/{version}/kbm/nodes/{id}/content/raw", "read content"}
	updateNode    = endpoint{http.MethodPut, "/{version}/kbm/nodes/{id}", "update node"}
	deleteNode    = endpoint{http.MethodDelete, "/{version}/kbm/nodes/{id}", "delete node"}

	readSwagger = endpoint{http.MethodGet, "/{version}/swagger.json", "read the API's description"}
)

// Paths of dialpad.com, where people sign in.
const (
	authorizePath   = "/oauth2/authorize"
	grantPath       = "/oauth2/token"
	deauthorizePath = "/oauth2/deauthorize"
)

// needed are the operations without which documents cannot be kept.
var needed = []endpoint{listNodes, getNodeBare, createNode, uploadContent, readContent, updateNode, deleteNode}

// path fills the template.
func (e endpoint) path(version, id string) string {
	return strings.NewReplacer("{version}", version, "{id}", url.PathEscape(id)).Replace(e.template)
}

// validID refuses what cannot be one segment of a path.
func validID(id string) bool {
	return id != "" && id != "." && id != ".." && !strings.Contains(id, "/")
}
