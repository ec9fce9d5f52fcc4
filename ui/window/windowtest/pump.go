package windowtest

import (
	"fmt"
	"sync"
	"time"
)

// Pump is a UI thread that is turned by hand: what is posted runs where Until
// is called, one after the other.
type Pump struct {
	mu     sync.Mutex
	posted []func()
	news   chan struct{}
}

// NewPump makes one.
func NewPump() *Pump { return &Pump{news: make(chan struct{}, 1)} }

// Post hands a function over without waiting.
func (p *Pump) Post(f func()) {
	p.mu.Lock()
	p.posted = append(p.posted, f)
	p.mu.Unlock()
	p.Wake()
}

// Wake makes Until look again.
func (p *Pump) Wake() {
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// patience is how long Until waits for something that never comes.
const patience = 45 * time.Second

// Until runs what is posted until ok, and returns an error that names what was
// waited for if that never comes.
func (p *Pump) Until(what string, ok func() bool) error {
	limit := time.After(patience)
	for {
		p.Turn()
		if ok() {
			return nil
		}
		select {
		case <-p.news:
		case <-limit:
			return fmt.Errorf("waited in vain until %s", what)
		}
	}
}

// Turn runs what is posted now.
func (p *Pump) Turn() {
	for {
		p.mu.Lock()
		posted := p.posted
		p.posted = nil
		p.mu.Unlock()
		if len(posted) == 0 {
			return
		}
		for _, f := range posted {
			f()
		}
	}
}
