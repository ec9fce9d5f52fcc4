package model_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/dialpad"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

const (
	account    = "help-center"
	clientID   = "dialpad_sync"
	tokenName  = account + "/token"
	secretName = "dialpad/client_secret"
	interval   = 15 * time.Minute
	lag        = 2 * time.Minute
	latency    = 20 * time.Millisecond
)

// computer is where the program runs: what it keeps, and its present process.
type computer struct {
	*world
	t        *testing.T // of the present bubble
	keep     keep
	secrets  secret.Store
	lost     bool           // an earlier checkpoint is known to be gone
	seen     seen           // by the passes so far
	shut     map[string]int // when a side's sign-in was withdrawn, by its name
	previous int            // the event at which the pass before began
	ended    time.Time      // when the last pass did, by the clock of both sides
	there    time.Time      // the time of both sides when a bubble ended
	process
}

// process is one run of the program.
type process struct {
	doom     *doom
	engine   *engine.Engine
	requests [2]atomic.Int64
	date     serverClock
	during   during
	closes   []func()
}

// start wires the program as the agent does.
func (c *computer) start() {
	c.stop()
	c.doom, c.date, c.during = &doom{}, serverClock{}, during{}
	ctx := c.t.Context()
	rebuilt, err := c.keep.open(ctx)
	c.must(err)
	c.lost = c.lost || rebuilt
	entry, _ := catalog.Find("zendesk")
	c.engine, err = engine.New(ctx, engine.Config{
		Accounts:   []engine.Account{c.account(entry)},
		Checkpoint: mortalCheckpoint{c.keep.checkpoint(), c.doom},
		Sum:        func(d source.Document) [16]byte { return content.Sum([]byte("key"), d) },
		Lost:       c.lost,
	})
	c.must(err)
}

// stop ends the process as a person does.
func (c *computer) stop() {
	for i := len(c.closes) - 1; i >= 0; i-- {
		c.closes[i]()
	}
	c.closes = nil
	c.must(c.keep.close())
}

func (c *computer) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *computer) account(entry catalog.Entry) engine.Account {
	store := mortalSecrets{c.secrets, c.doom}
	base, _ := url.Parse(zendeskBase)
	left := &wire{c: c, side: "zendesk", to: sim.Transport(c.zendesk)}
	limiter := rest.NewLimiter(entry.Rate)
	var collections []string
	for _, id := range c.chosen.sections {
		collections = append(collections, fmt.Sprintf("section:%d", id))
	}
	src, err := entry.New(catalog.Account{
		Base: base, Collections: collections, Locales: c.chosen.locales,
		HTTP: rest.Config{
			Limiter: limiter, Transport: left, Requests: &c.requests[0], OnResponse: c.date.hear, OnWait: c.waits("source"),
			Tokens: signin.NewRefreshing(signin.RefreshConfig{
				Provider: entry.SignIn(base, clientID, false), Store: store, Name: tokenName,
				HTTP: signin.HTTP{Transport: left, Requests: &c.requests[0]},
			}),
		},
	})
	c.must(err)
	if closer, ok := src.(io.Closer); ok {
		c.closes = append(c.closes, func() { c.must(closer.Close()) })
	}
	return engine.Account{
		ID: account, Title: entry.Title, Place: entry.Place, Source: src, Destination: c.destination(store),
		Fingerprint: "here", Selection: strings.Join(collections, " ") + strings.Join(c.chosen.locales, " "), SourceValue: ours,
		Interval: interval, Lag: lag,
		Requests:   func() (int64, int64) { return c.requests[0].Load(), c.requests[1].Load() },
		SourceTime: c.date.now,
		SourceRate: func() float64 { return limiter.Status().PerSecond },
	}
}

func (c *computer) destination(store secret.Store) engine.Destination {
	base, _ := url.Parse(dialpadBase)
	right := &wire{c: c, side: "dialpad", to: sim.Transport(c.dialpad)}
	client, err := rest.New(rest.Config{
		Base: base, Side: "dialpad", Name: "Dialpad", Transport: right, Requests: &c.requests[1], OnWait: c.waits("dialpad"),
		Limiter: rest.NewLimiter(rest.LimitConfig{Start: 4, Ceiling: 10}),
		Tokens: signin.NewCredentials(signin.CredentialsConfig{
			API: dialpadBase, ClientID: c.dialpad.Credentials().Knowledge.ClientID, Store: store, Name: secretName,
			HTTP: signin.HTTP{Transport: right, Requests: &c.requests[1]},
		}),
	})
	c.must(err)
	c.closes = append(c.closes, client.Close)
	return dialpad.Discover(dialpad.Config{Client: client, SourceValue: ours}, "", nil)
}

// waits shows in the status that a side asked to wait, as the agent does.
func (c *computer) waits(side string) func(time.Time, source.Kind) {
	return func(until time.Time, why source.Kind) {
		if why != source.Throttled {
			until = time.Time{}
		}
		if e := c.engine; e != nil {
			e.Waiting(account, side, until)
		}
	}
}

// signIn is the person signing in to the source again, and the key for Dialpad.
func (c *computer) signIn() {
	delete(c.shut, "zendesk")
	access, refresh := c.zendesk.Token(zendesksim.Admin)
	c.must(signin.Save(c.t.Context(), c.secrets, tokenName, signin.Token{
		Access: secret.Secret(access), Refresh: secret.Secret(refresh), Expiry: time.Now().Add(30 * time.Minute),
	}))
	c.must(c.secrets.Set(c.t.Context(), secretName, secret.Secret(c.dialpad.Credentials().Knowledge.ClientSecret)))
}

// endToken makes the sign-in to the source due to be renewed.
func (c *computer) endToken() {
	c.stop()
	token, err := signin.Load(c.t.Context(), c.secrets, tokenName)
	c.must(err)
	token.Expiry = time.Now()
	c.must(signin.Save(c.t.Context(), c.secrets, tokenName, token))
	c.start()
}

// wire carries requests to one side: it takes its time, packs as net/http does,
// lets deeds happen before and after, and breaks with the process.
type wire struct {
	c    *computer
	side string
	to   http.RoundTripper
}

var errKilled = errors.New("the process is dead")

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	place := w.side + " " + placeOf(r)
	doom := w.c.doom
	if doom.reached("before " + place) {
		return nil, errKilled
	}
	w.c.during.request()
	if !sleep(r.Context(), latency) {
		return nil, r.Context().Err()
	}
	packed := r.Clone(r.Context())
	packed.Header.Set("Accept-Encoding", "gzip")
	resp, err := w.to.RoundTrip(packed)
	w.c.tellRequest(w.side, r, resp, err)
	if doom.reached("after " + place) {
		if err == nil {
			_ = resp.Body.Close()
		}
		return nil, errKilled
	}
	if err == nil && resp.Header.Get("Content-Encoding") == "gzip" {
		err = unpack(resp)
	}
	return resp, err
}

// unpack is net/http's own unpacking; the answers are small.
func unpack(resp *http.Response) error {
	defer resp.Body.Close()
	z, err := gzip.NewReader(resp.Body)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(z)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.Header.Del("Content-Encoding")
	resp.ContentLength = -1
	return err
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// placeOf names what a request is about, without ids.
func placeOf(r *http.Request) string {
	path := r.URL.Path
	switch {
	case strings.Contains(path, "/oauth"):
		return "token"
	case strings.HasSuffix(path, "/content"):
		return r.Method + " content"
	case strings.Contains(path, "/content/"):
		return "GET content"
	case strings.HasSuffix(path, "/kbm/nodes") && r.Method == http.MethodGet:
		return "list"
	case strings.Contains(path, "/kbm/nodes"):
		return r.Method + " node"
	case strings.HasSuffix(path, "/incremental/articles"):
		return "feed"
	case strings.HasSuffix(path, "/articles"):
		return "list"
	case strings.Contains(path, "/articles/"):
		return "article"
	}
	return "other"
}

// serverClock is the source's time, as the agent knows it.
type serverClock struct {
	mu          sync.Mutex
	there, here time.Time
}

func (s *serverClock) hear(header http.Header) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.there, s.here = date, time.Now()
}

func (s *serverClock) now() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.there.IsZero() {
		return time.Time{}, false
	}
	return s.there.Add(time.Since(s.here)), true
}
