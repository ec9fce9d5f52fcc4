package dialpadsim

import (
	"net/http"
	"slices"

	"dialpadsync.app/sync/sim"
)

// swagger describes the paths of one version; it needs no token.
func (s *Server) swagger(w http.ResponseWriter, r *http.Request) {
	sw, v := s.Switches(), r.PathValue("v")
	x := versionRefusal(sw, v, true)
	if x == nil && sw.Swagger == "off" {
		x = notFound("no such path")
	}
	if x != nil {
		s.refuse(w, r, x)
		return
	}
	paths := map[string]any{}
	if slices.Contains(sw.Versions, v) {
		paths["/kbm/nodes"] = verbs("get", "post")
		paths["/kbm/nodes/{id}"] = verbs("get", "put", "delete")
		paths["/kbm/nodes/{id}/content"] = verbs("post")
		paths["/kbm/nodes/{id}/content/raw"] = verbs("get")
		paths["/kbm/nodes/{id}/content/public"] = verbs("get")
	}
	if sw.Resolutions == "on" {
		paths["/resolutions"] = verbs("get", "post")
		paths["/resolutions/{id}"] = verbs("get", "put", "delete")
	}
	sim.WriteJSON(w, http.StatusOK, map[string]any{
		"swagger": "2.0", "info": map[string]string{"title": "Knowledge API (double)", "version": v},
		"basePath": "/" + v, "paths": paths,
	})
}

func verbs(names ...string) map[string]any {
	out := make(map[string]any, len(names))
	for _, name := range names {
		out[name] = map[string]any{"responses": map[string]any{"default": map[string]string{"description": "see the contract"}}}
	}
	return out
}
