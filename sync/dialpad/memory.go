package dialpad

import (
	"sync"

	"dialpadsync.app/sync/source"
)

// Memory remembers what nodes are whose entries in a listing do not name their
// source. It is asked only about those. It is safe for concurrent use.
type Memory interface {
	// Known returns the key of a node of ours, from the checkpoint or from
	// Learn.
	Known(id string) (source.Key, bool)
	Learn(id string, key source.Key)
	// Foreign says whether LearnForeign was called for the node. A node does
	// not change its source.
	Foreign(id string) bool
	LearnForeign(id string)
}

// memory is a Memory for the life of the process.
type memory struct {
	mu      sync.Mutex
	ours    map[string]source.Key
	foreign ids
}

func newMemory() *memory {
	return &memory{ours: make(map[string]source.Key), foreign: newIDs()}
}

func (m *memory) Known(id string) (source.Key, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key, ok := m.ours[id]
	return key, ok
}

func (m *memory) Learn(id string, key source.Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ours[id] = key
}

func (m *memory) Foreign(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.foreign.has(id)
}

func (m *memory) LearnForeign(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.foreign.add(id, 1)
}
