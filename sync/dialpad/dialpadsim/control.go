package dialpadsim

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"

	"dialpadsync.app/sync/sim"
)

// newControl adds to the shared control what only this double has.
func (s *Server) newControl(layer *sim.Layer, key string) *sim.Control {
	c := sim.NewControl(layer, key, s.resetState)
	c.Handle("POST /__sim/seed", s.controlSeed)
	c.Handle("POST /__sim/switches", s.controlSwitches)
	c.Handle("GET /__sim/switches", func(w http.ResponseWriter, _ *http.Request) { sim.WriteJSON(w, http.StatusOK, s.Switches()) })
	c.Handle("POST /__sim/tokens", s.controlTokens)
	c.Handle("GET /__sim/state", func(w http.ResponseWriter, _ *http.Request) { sim.WriteJSON(w, http.StatusOK, s.state()) })
	return c
}

// controlSeed takes {"nodes":[…],"foreign":{"other_source":1,"no_source":1,"other_type":1}}.
func (s *Server) controlSeed(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Nodes   []Node `json:"nodes"`
		Foreign struct {
			OtherSource int `json:"other_source"`
			NoSource    int `json:"no_source"`
			OtherType   int `json:"other_type"`
		} `json:"foreign"`
	}
	if !sim.ReadJSON(w, r, &in) {
		return
	}
	all := slices.Concat(in.Nodes, Foreign(in.Foreign.OtherSource, in.Foreign.NoSource, in.Foreign.OtherType))
	sim.WriteJSON(w, http.StatusOK, map[string][]string{"ids": s.Seed(all...)})
}

// controlSwitches takes an object with the switches to change, and answers
// with all of them.
func (s *Server) controlSwitches(w http.ResponseWriter, r *http.Request) {
	var in json.RawMessage
	if !sim.ReadJSON(w, r, &in) {
		return
	}
	var wrong error
	err := s.SetSwitches(func(sw *Switches) { wrong = sw.merge(in) })
	if wrong != nil {
		err = wrong
	}
	if err != nil {
		sim.WriteJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	sim.WriteJSON(w, http.StatusOK, s.Switches())
}

// controlTokens takes {"do":"expire"}, {"do":"revoke"} or {"do":"restore"}.
func (s *Server) controlTokens(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Do string `json:"do"`
	}
	if !sim.ReadJSON(w, r, &in) {
		return
	}
	switch in.Do {
	case "expire":
		s.ExpireTokens()
	case "revoke":
		s.RevokeAll()
	case "restore":
		s.Restore()
	default:
		sim.WriteJSON(w, http.StatusBadRequest, map[string]string{"error": "do is expire, revoke or restore"})
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// nodeState is a node without its texts.
type nodeState struct {
	Node
	Contents []contentState `json:"contents,omitempty"`
}

type contentState struct {
	Locale string `json:"locale"`
	SHA256 string `json:"sha256"`
	Bytes  int    `json:"bytes"`
}

type state struct {
	Nodes    []nodeState `json:"nodes"`
	Distinct int         `json:"distinct_contents"`
}

func (s *Server) state() state {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	out := state{Nodes: make([]nodeState, 0, len(s.store.byID)), Distinct: len(s.store.blobs)}
	for _, n := range s.store.order {
		if n.gone {
			continue
		}
		ns := nodeState{Node: n.export()}
		ns.Content = ""
		for _, v := range n.contents {
			ns.Contents = append(ns.Contents, contentState{v.locale, hex.EncodeToString(v.blob.sum[:]), len(v.blob.text)})
		}
		out.Nodes = append(out.Nodes, ns)
	}
	return out
}
