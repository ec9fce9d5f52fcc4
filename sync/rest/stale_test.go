package rest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/rest"
)

// shortLived gives tokens that are good for thirty seconds; each names its end.
type shortLived struct {
	mu      sync.Mutex
	end     time.Time
	renewed int
}

const tokenForm = "2006-01-02T15-04-05"

func (s *shortLived) Token(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !time.Now().Before(s.end) {
		s.end = time.Now().Add(30 * time.Second)
	}
	return s.end.Format(tokenForm), nil
}

func (s *shortLived) Renew(context.Context, string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.renewed++
	s.end = time.Now().Add(30 * time.Second)
	return s.end.Format(tokenForm), nil
}

// Where a server takes one request in fifty seconds, a token that was had before
// the wait is not good after it. Nobody has to sign in because of that.
func TestATokenIsTakenAfterTheWaitForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := &shortLived{}
		client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
			end, err := time.Parse(tokenForm, strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "))
			if err != nil || !time.Now().Before(end) {
				w.WriteHeader(http.StatusUnauthorized)
			}
		}, func(cfg *rest.Config) {
			cfg.Tokens = tokens
			cfg.Limiter = rest.NewLimiter(rest.LimitConfig{Start: 0.02, Ceiling: 0.02})
		})
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				if _, err := client.Do(t.Context(), rest.Request{Op: fmt.Sprint("ask ", i)}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if tokens.renewed > 0 {
			t.Errorf("%d tokens were refused", tokens.renewed)
		}
	})
}
