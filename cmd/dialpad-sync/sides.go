package main

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"dialpadsync.app/sync/dialpad"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
)

// lastChance bounds the saving of tokens at the end of the program.
const lastChance = 3 * time.Second

// Entries of the secret store that belong to Dialpad.
const (
	dialpadSecretName = "dialpad/client_secret"
	dialpadTokenName  = "dialpad/token"
)

// dialpadClient makes the client of the knowledge API with the chosen way to
// sign in.
func dialpadClient(ctx context.Context, d settings.Dialpad, secrets secret.Store, requests *atomic.Int64, config rest.Config) (*rest.Client, error) {
	base, err := url.Parse(d.APIURL())
	if err != nil {
		return nil, err // Load has checked it
	}
	config.Base, config.Side, config.Name = base, "dialpad", "Dialpad"
	config.UserAgent, config.Requests = userAgent(), requests
	counted := signin.HTTP{UserAgent: userAgent(), Requests: requests}
	switch d.SignIn {
	case settings.SignInBrowser:
		provider, err := dialpadProvider(ctx, d, secrets)
		if err != nil {
			return nil, err
		}
		config.Tokens = signin.NewRefreshing(signin.RefreshConfig{
			Provider: provider, Store: secrets, Name: dialpadTokenName, HTTP: counted,
		})
	default:
		config.Tokens = signin.NewCredentials(signin.CredentialsConfig{
			API: d.APIURL(), ClientID: d.ClientID, Store: secrets, Name: dialpadSecretName, HTTP: counted,
		})
	}
	return rest.New(config)
}

// dialpadProvider is the browser sign-in, with the client secret where one is
// kept.
func dialpadProvider(ctx context.Context, d settings.Dialpad, secrets secret.Store) (signin.Provider, error) {
	clientSecret, err := secrets.Get(ctx, dialpadSecretName)
	if err != nil && !errors.Is(err, secret.ErrNotFound) {
		return signin.Provider{}, err
	}
	return dialpad.SignIn(d.SignInURL, d.ClientID, clientSecret), nil
}

// onWait shows in the status that a side asked to wait.
func (s *system) onWait(account, side string) func(time.Time, source.Kind) {
	return func(until time.Time, why source.Kind) {
		if why != source.Throttled {
			until = time.Time{}
		}
		if s.engine != nil {
			s.engine.Waiting(account, side, until)
		}
	}
}

// serverClock knows the source's time from the Date header of its last answer,
// carried on by this computer's monotonic clock.
type serverClock struct {
	mu    sync.Mutex
	there time.Time
	here  time.Time
}

func (c *serverClock) hear(header http.Header) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.there, c.here = date, time.Now()
}

func (c *serverClock) now() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.there.IsZero() {
		return time.Time{}, false
	}
	return c.there.Add(time.Since(c.here)), true
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
