package dialpadsim

import (
	_ "embed"
	"io"
	"net/http"
)

//go:embed latest.js
var latestJS string

// widgetScript is GET /latest.js of the widget's host.
func (s *Server) widgetScript(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_, _ = io.WriteString(w, latestJS)
}
