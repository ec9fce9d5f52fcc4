package sim

import (
	"encoding/json"
	"maps"
	"sync"
	"time"
)

// DefaultEntries is how many entries a journal keeps when it is not told.
const DefaultEntries = 10_000

// Entry is one request as the double saw it. It holds no body, no header and no
// secret: TokenID is the double's own number for a token.
type Entry struct {
	Seq       int64     `json:"seq"`
	Time      time.Time `json:"time"`
	Method    string    `json:"method"`
	Template  string    `json:"template"`
	Subject   string    `json:"subject,omitempty"`
	QueryKeys []string  `json:"query_keys,omitempty"`
	Status    int       `json:"status"` // 0: the connection was cut before a status
	TokenID   string    `json:"token_id,omitempty"`
	Locale    string    `json:"locale,omitempty"`
	Parallel  int       `json:"parallel"` // requests under way when it came, itself included
	BodyBytes int64     `json:"body_bytes"`
	Fault     string    `json:"fault,omitempty"` // the fault that spoiled the answer
	// Took is how long it was under way by the double's clock, until just before
	// its last byte went out.
	Took time.Duration `json:"took,omitempty"`
}

// Tally counts the requests of one method and template.
type Tally struct {
	Requests int64         `json:"requests"`
	Statuses map[int]int64 `json:"statuses"`
}

// Journal keeps the newest entries and exact counts of all. It is safe for
// concurrent use.
type Journal struct {
	mu          sync.Mutex
	limit       int
	ring        []Entry
	start       int // index of the oldest entry once the ring is full
	total       int64
	running     int
	maxParallel int
	tallies     map[string]*Tally
}

// NewJournal returns a journal that keeps at most limit entries; zero or less
// means DefaultEntries.
func NewJournal(limit int) *Journal {
	if limit <= 0 {
		limit = DefaultEntries
	}
	return &Journal{limit: limit, tallies: make(map[string]*Tally)}
}

// begin notes that a request is under way and returns how many are.
func (j *Journal) begin() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.running++
	j.maxParallel = max(j.maxParallel, j.running)
	return j.running
}

// end is the counterpart of begin.
func (j *Journal) end(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.running--
	j.record(e)
}

// Record adds an entry and gives it the next number.
func (j *Journal) Record(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.maxParallel = max(j.maxParallel, e.Parallel)
	j.record(e)
}

func (j *Journal) record(e Entry) {
	j.total++
	e.Seq = j.total
	if len(j.ring) < j.limit {
		j.ring = append(j.ring, e)
	} else {
		j.ring[j.start] = e
		j.start = (j.start + 1) % j.limit
	}
	key := e.Method + " " + e.Template
	t := j.tallies[key]
	if t == nil {
		t = &Tally{Statuses: make(map[int]int64)}
		j.tallies[key] = t
	}
	t.Requests++
	t.Statuses[e.Status]++
}

// Entries returns the newest entries, oldest first.
func (j *Journal) Entries() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.entries()
}

func (j *Journal) entries() []Entry {
	out := make([]Entry, 0, len(j.ring))
	out = append(out, j.ring[j.start:]...)
	return append(out, j.ring[:j.start]...)
}

// Total is how many requests were recorded since the last Reset.
func (j *Journal) Total() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.total
}

// Count is how many requests had this method and template.
func (j *Journal) Count(method, template string) int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	if t := j.tallies[method+" "+template]; t != nil {
		return t.Requests
	}
	return 0
}

// Counts returns the tallies by "METHOD template".
func (j *Journal) Counts() map[string]Tally {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.counts()
}

func (j *Journal) counts() map[string]Tally {
	out := make(map[string]Tally, len(j.tallies))
	for key, t := range j.tallies {
		out[key] = Tally{Requests: t.Requests, Statuses: maps.Clone(t.Statuses)}
	}
	return out
}

// MaxParallel is the largest number of requests that were under way together.
func (j *Journal) MaxParallel() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.maxParallel
}

// Reset forgets everything; requests under way stay counted as such.
func (j *Journal) Reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring, j.start, j.total = nil, 0, 0
	j.maxParallel = j.running
	clear(j.tallies)
}

// MarshalJSON gives {"total","max_parallel","counts","entries"}.
func (j *Journal) MarshalJSON() ([]byte, error) {
	j.mu.Lock()
	out := struct {
		Total       int64            `json:"total"`
		MaxParallel int              `json:"max_parallel"`
		Counts      map[string]Tally `json:"counts"`
		Entries     []Entry          `json:"entries"`
	}{j.total, j.maxParallel, j.counts(), j.entries()}
	j.mu.Unlock()
	return json.Marshal(out)
}
