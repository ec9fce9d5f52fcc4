package sim

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestMatchPath(t *testing.T) {
	const nodes, node, content = "/{v}/kbm/nodes", "/{v}/kbm/nodes/{id}", "/{v}/kbm/nodes/{id}/content"
	tests := []struct {
		pattern, path, template string
		want                    bool
	}{
		{"/kbm/nodes", "/v2.2/kbm/nodes", nodes, true},
		{"/v2.2/kbm/nodes", "/v2.2/kbm/nodes", nodes, true},
		{"/{v}/kbm/nodes", "/v2.2/kbm/nodes", nodes, true},
		{"/v3.1/kbm/nodes", "/v2.2/kbm/nodes", nodes, false},
		{"/kbm/nodes/{id}", "/v2.2/kbm/nodes/node_1/", node, true},
		{"/kbm/nodes/node_1", "/v2.2/kbm/nodes/node_1", node, true},
		{"/kbm/nodes/{id}", "/v2.2/kbm/nodes/node_1/content", content, false},
		{"/kbm/nodes/*/content", "/v2.2/kbm/nodes/node_1/content", content, true},
		{"/kbm/**", "/v2.2/kbm/nodes/node_1/content", content, true},
		{"/**/content", "/v2.2/kbm/nodes/node_1/content", content, true},
		{"/{locale}/articles", "/hc/incremental/articles", "/hc/incremental/articles", false},
		{"/{locale}/articles", "/hc/en-us/articles", "/hc/{locale}/articles", true},
		{"/{any}/articles", "/hc/en-us/articles", "", true},
		{"/nodes", "/v2.2/kbm/nodesque", "", false},
		{"/", "/", "/", true},
	}
	for _, tt := range tests {
		if got := matchPath(tt.pattern, tt.path, tt.template); got != tt.want {
			t.Errorf("matchPath(%q, %q, %q) = %v", tt.pattern, tt.path, tt.template, got)
		}
	}
}

func TestRoutesNamesTemplateAndSubject(t *testing.T) {
	mux := http.NewServeMux()
	nothing := func(http.ResponseWriter, *http.Request) {}
	mux.HandleFunc("GET /{v}/kbm/nodes/{id}", nothing)
	mux.HandleFunc("GET /{v}/kbm/nodes/{id}/{$}", nothing)
	mux.HandleFunc("GET /{$}", nothing)
	route := Routes(mux)
	for path, want := range map[string]Route{
		"/v2.2/kbm/nodes/node_7":  {Template: "/{v}/kbm/nodes/{id}", Subject: "node_7"},
		"/v2.2/kbm/nodes/node_7/": {Template: "/{v}/kbm/nodes/{id}", Subject: "node_7"},
		"/":                       {Template: "/"},
		"/nowhere/at/all":         {},
	} {
		if got := route(httptest.NewRequest("GET", path, nil)); got != want {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
	}
}
