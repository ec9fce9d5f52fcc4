// Package standin has what somebody without this program would write to keep
// Dialpad equal to a Zendesk help center, for the bench to measure beside it:
// two scripts, each as simple as they are in use and as quick as that lets them
// be. Both keep their connections, ask for pages of the same size as we do, and
// write as many documents at a time.
package standin

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Way is how a script finds out what to do.
type Way string

const (
	// Everything is the guide's simplest way: read all, list all, put all, and
	// delete what is gone.
	Everything Way = "everything"
	// Each is what a customer's published script does: it gets every node and
	// reads its content, and puts those that differ.
	Each Way = "each"
)

// Config says what a script works on.
type Config struct {
	// HelpCenter and Knowledge are the addresses of the two sides.
	HelpCenter, Knowledge string
	// Token opens the help center, the client's id and secret Dialpad.
	Token, ClientID, ClientSecret string
	Locale                        string
	// Workers is how many documents are dealt with at a time.
	Workers int
}

// Result counts what a script wrote.
type Result struct{ Created, Updated, Deleted, Unchanged int }

// Run does one run of a script.
func Run(ctx context.Context, way Way, c Config) (Result, error) {
	s := &script{Config: c, way: way, http: newClient(c.Workers)}
	defer s.http.CloseIdleConnections()
	return s.run(ctx)
}

// source is what the scripts' nodes carry.
const source = "help.example.com"

func (s *script) run(ctx context.Context) (Result, error) {
	if err := s.signIn(ctx); err != nil {
		return Result{}, err
	}
	articles, err := s.articles(ctx)
	if err != nil {
		return Result{}, err
	}
	nodes, err := s.nodes(ctx)
	if err != nil {
		return Result{}, err
	}
	have := map[string]node{}
	for _, n := range nodes {
		if n.Content.Source == source {
			have[n.Content.ExternalID] = n
		}
	}
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(s.Workers)
	for _, a := range articles {
		n, found := have[a.key()]
		delete(have, a.key())
		group.Go(func() error { return s.keep(gctx, a, n, found) })
	}
	for _, key := range slices.Sorted(maps.Keys(have)) {
		group.Go(func() error { return s.remove(gctx, have[key]) })
	}
	return s.done, group.Wait()
}

// keep makes Dialpad hold an article, in the script's way.
func (s *script) keep(ctx context.Context, a article, n node, found bool) error {
	if !found {
		if err := s.create(ctx, a); err != nil {
			return fmt.Errorf("create %d: %w", a.ID, err)
		}
		s.count(func(r *Result) { r.Created++ })
		return nil
	}
	if s.way == Each {
		same, err := s.same(ctx, a, n.ID)
		if err != nil {
			return fmt.Errorf("compare %d: %w", a.ID, err)
		}
		if same {
			s.count(func(r *Result) { r.Unchanged++ })
			return nil
		}
	}
	if err := s.put(ctx, a, n.ID); err != nil {
		return fmt.Errorf("put %d: %w", a.ID, err)
	}
	s.count(func(r *Result) { r.Updated++ })
	return nil
}

func (s *script) remove(ctx context.Context, n node) error {
	if err := s.delete(ctx, n.ID); err != nil {
		return fmt.Errorf("delete %s: %w", n.Content.ExternalID, err)
	}
	s.count(func(r *Result) { r.Deleted++ })
	return nil
}

// script is one run.
type script struct {
	Config
	way    Way
	http   *client
	access string // Dialpad's token

	mu   sync.Mutex
	done Result
}

func (s *script) count(f func(*Result)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.done)
}

func (a article) key() string { return strconv.FormatInt(a.ID, 10) }
