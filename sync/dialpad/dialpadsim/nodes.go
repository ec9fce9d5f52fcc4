package dialpadsim

import (
	"net/http"

	"dialpadsync.app/sync/sim"
)

// create is D3 and R3.
func (s *Server) create(c *call) *refusal {
	m, x := c.readNode()
	if x != nil {
		return x
	}
	v, status, x := s.insert(c, m)
	if x == nil {
		c.answerWrite(status, v)
	}
	return x
}

// insert adds a node, or does what the dup switch says about a taken key.
func (s *Server) insert(c *call, m meta) (view, int, *refusal) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if holders := s.store.byKey[m.key()]; m.key().complete() && len(holders) > 0 {
		switch c.sw.Dup {
		case "conflict":
			return view{}, 0, c.conflict(holders[0])
		case "upsert":
			old := holders[0]
			s.store.change(old, func() { old.meta = m })
			return old.view(), http.StatusOK, nil
		}
	}
	return s.store.add(m, c.locale).view(), c.sw.CreateCode, nil
}

func (c *call) conflict(holder *node) *refusal {
	if c.sw.ConflictID == "off" {
		return conflict("")
	}
	return conflict(holder.id)
}

func (s *Server) getWithoutSlash(c *call) *refusal {
	if c.sw.TrailingSlash == "required" {
		return notFound("no such path")
	}
	return s.get(c)
}

// get is D2 and R2. A softly deleted node is still there to be read.
func (s *Server) get(c *call) *refusal {
	s.store.mu.RLock()
	n := s.store.byID[c.r.PathValue("id")]
	if n == nil || !c.sees(n.meta) {
		s.store.mu.RUnlock()
		return notFound("no such node")
	}
	v := n.view()
	s.store.mu.RUnlock()
	sim.WriteJSON(c.w, http.StatusOK, c.out(v))
	return nil
}

// update is D6 and R4: it replaces the whole object.
func (s *Server) update(c *call) *refusal {
	m, x := c.readNode()
	if x != nil {
		return x
	}
	v, x := s.replace(c, m)
	if x == nil {
		c.answerWrite(http.StatusOK, v)
	}
	return x
}

func (s *Server) replace(c *call, m meta) (view, *refusal) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	n, x := s.own(c)
	if x != nil {
		return view{}, x
	}
	if m.typ != n.typ {
		return view{}, invalidField("type", "cannot change")
	}
	if c.sw.Dup == "conflict" && m.key().complete() && m.key() != n.key() {
		if holders := s.store.byKey[m.key()]; len(holders) > 0 {
			return view{}, c.conflict(holders[0])
		}
	}
	s.store.change(n, func() { n.meta = m })
	return n.view(), nil
}

// remove is D7 and R5.
func (s *Server) remove(c *call) *refusal {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	n, x := s.own(c)
	if x != nil {
		return x
	}
	s.store.remove(n, c.sw.Delete == "soft")
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// own finds the node that a write names. The store's lock is held.
func (s *Server) own(c *call) (*node, *refusal) {
	n := s.store.find(c.r.PathValue("id"))
	if n == nil || !c.sees(n.meta) {
		return nil, notFound("no such node")
	}
	return n, nil
}
