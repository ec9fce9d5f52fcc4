package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"sync/atomic"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/dialpad"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/settings/atomicfile"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
	"dialpadsync.app/ui/view"
)

// system is everything a sync needs, wired together.
type system struct {
	conf   *settings.Settings
	engine *engine.Engine
	store  *checkpoint.Store
	log    *slog.Logger
	// tokens are the token sources by their entry in the secret store; they can
	// be asked to save what they hold in memory only.
	tokens map[string]*signin.Refreshing
	// limits are the limiters towards an account's two sides.
	limits map[string]limits
	closes []func()
}

// limits are the limiters towards both sides of an account.
type limits struct{ source, dialpad *rest.Limiter }

// close lets go of everything in reverse order.
func (s *system) close() {
	for i := len(s.closes) - 1; i >= 0; i-- {
		s.closes[i]()
	}
}

// userAgent is what both sides see.
func userAgent() string { return "dialpad-sync/" + version }

// open takes the home for this process and wires what settings.toml names.
// onEvent hears of every document; it may be nil.
func (h *home) open(ctx context.Context, onEvent func(engine.Event)) (*system, error) {
	conf, err := h.connected()
	if err != nil {
		return nil, err
	}
	secrets, err := h.openSecrets(conf)
	if err != nil {
		return nil, err
	}
	unlock, err := h.lock()
	if err != nil {
		return nil, err
	}
	log, closeLog := h.openLog()
	sys := &system{conf: conf, log: log, tokens: map[string]*signin.Refreshing{}, limits: map[string]limits{}, closes: []func(){unlock, closeLog}}
	if err := sys.wire(ctx, h, conf, secrets, onEvent); err != nil {
		sys.close()
		return nil, err
	}
	return sys, nil
}

// wire is open for the agent, which has the home already and keeps a log.
func (h *home) wire(ctx context.Context, log *slog.Logger, onEvent func(engine.Event)) (*system, error) {
	conf, err := h.connected()
	if err != nil {
		return nil, classed(err)
	}
	secrets, err := h.openSecrets(conf)
	if err != nil {
		return nil, classed(err)
	}
	sys := &system{conf: conf, log: log, tokens: map[string]*signin.Refreshing{}, limits: map[string]limits{}}
	if err := sys.wire(ctx, h, conf, secrets, onEvent); err != nil {
		sys.close()
		return nil, classed(err)
	}
	return sys, nil
}

// connected are settings in which both sides are named.
func (h *home) connected() (*settings.Settings, error) {
	conf, err := h.prepare()
	switch {
	case err != nil:
		return nil, err
	case len(conf.Accounts) == 0:
		return nil, &usageError{says: "cli.no_source", fix: "cli.connect_source", notSetUp: true}
	case conf.Dialpad.Region == "":
		return nil, &usageError{says: "cli.no_dialpad", fix: "cli.connect_dialpad", notSetUp: true}
	case !slices.ContainsFunc(conf.Accounts, func(a settings.Account) bool { return a.Selected }):
		return nil, &usageError{says: "cli.nothing_chosen", fix: "cli.choose", notSetUp: true}
	}
	return conf, nil
}

// prepare loads the settings and fills in what is written once: the home's id
// and each account's source value.
func (h *home) prepare() (*settings.Settings, error) {
	fill := h.fill
	if fill == nil {
		fill = setup.New(setup.Config{File: h.Settings}).Fill
	}
	conf, err := fill()
	return conf, h.noneYet(err)
}

func (h *home) openSecrets(conf *settings.Settings) (secret.Store, error) {
	return h.secretsOf(conf.HomeID)
}

// secretsOf is the secret store of the home with this id.
func (h *home) secretsOf(homeID string) (secret.Store, error) {
	if h.store != nil {
		return h.store, nil
	}
	h.opening.Lock()
	defer h.opening.Unlock()
	if store, ok := h.opened[homeID]; ok {
		return store, nil
	}
	store, err := secret.Open(h.Secrets, homeID)
	if err != nil {
		return nil, &usageError{says: "cli.secrets_wrong", fix: "cli.secrets_kinds", args: view.Args{"store": h.Secrets, "error": err}}
	}
	if h.opened == nil {
		h.opened = map[string]secret.Store{}
	}
	h.opened[homeID] = store
	return store, nil
}

func (s *system) wire(ctx context.Context, h *home, conf *settings.Settings, secrets secret.Store, onEvent func(engine.Event)) error {
	key, known, err := sumKey(ctx, secrets)
	if err != nil {
		return err
	}
	fresh := !exists(h.checkpoint())
	if s.store, err = h.openCheckpoint(ctx, key); err != nil {
		return err
	}
	s.closes = append(s.closes, func() { _ = s.store.Close() })
	if err := s.look(ctx, h, conf); err != nil {
		return err
	}
	var accounts []engine.Account
	for _, a := range conf.Accounts {
		if !a.Selected {
			continue // its set-up is not finished
		}
		account, err := s.account(ctx, conf, a, secrets)
		if err != nil {
			return err
		}
		accounts = append(accounts, account)
	}
	s.engine, err = engine.New(ctx, engine.Config{
		Accounts: accounts, Checkpoint: s.store, Book: h.guardBook(), OnEvent: onEvent, Log: s.log,
		Sum:  func(doc source.Document) [16]byte { return content.Sum(s.store.SumKey(), doc) },
		Lost: (fresh && known) || s.store.Rebuilt(),
	})
	s.closes = append(s.closes, s.saveTokens)
	return err
}

// openRecords opens the checkpoint alone, where no engine is wired.
func (h *home) openRecords(ctx context.Context) (*checkpoint.Store, error) {
	conf, err := h.loadOrNew()
	if err != nil {
		return nil, err
	}
	secrets, err := h.openSecrets(conf)
	if err != nil {
		return nil, err
	}
	key, _, err := sumKey(ctx, secrets)
	if err != nil {
		return nil, err
	}
	return h.openCheckpoint(ctx, key)
}

// openCheckpoint opens the file, or names the folder that may not be written.
func (h *home) openCheckpoint(ctx context.Context, key []byte) (*checkpoint.Store, error) {
	store, err := checkpoint.Open(ctx, h.checkpoint(), key)
	if source.CodeOf(err) == source.CodeNotWritable {
		return nil, atomicfile.Failure(h.State, "open the checkpoint", err)
	}
	return store, err
}

// look reads every account's record once: one that cannot be read makes the
// checkpoint anew, which is no failure before the work has begun. A source value
// that is another one than is remembered is refused.
func (s *system) look(ctx context.Context, h *home, conf *settings.Settings) error {
	values := map[string]string{}
	for _, a := range conf.Accounts {
		state, _, err := s.store.Load(ctx, a.ID)
		if err != nil && source.CodeOf(err) != source.CodeRebuilt {
			return err
		}
		values[a.ID] = state.SourceValue
	}
	return setup.CheckValues(h.Settings, values)
}

// saveTokens gives tokens that could not be saved a last chance.
func (s *system) saveTokens() {
	ctx, cancel := context.WithTimeout(context.Background(), lastChance)
	defer cancel()
	for _, t := range s.tokens {
		if err := t.SaveNow(ctx); err != nil {
			s.log.Warn("a renewed sign-in could not be saved", slog.Any("error", err))
		}
	}
}

// hashKeyName is the entry of the key of the checkpoint's keyed hashes.
const hashKeyName = "checkpoint/hash_key"

// sumKey returns the key of the keyed hashes and whether it was there before.
// Where the store can be read but not written to (a server's credentials) the
// key is nil: the checkpoint then keeps one of its own.
func sumKey(ctx context.Context, secrets secret.Store) (key []byte, known bool, err error) {
	have, err := secrets.Get(ctx, hashKeyName)
	if err == nil {
		return []byte(have.Reveal()), true, nil
	}
	if !errors.Is(err, secret.ErrNotFound) {
		return nil, false, err
	}
	made := rand.Text()
	err = secrets.Set(ctx, hashKeyName, secret.Secret(made))
	if source.CodeOf(err) == source.CodeNotWritable {
		return nil, false, nil
	}
	return []byte(made), false, err
}

// The two sides, as errors and waits name them.
const (
	sourceSideName  = "source"
	dialpadSideName = "dialpad"
)

// rates is what both limiters of an account have learned.
type rates struct {
	Source  rest.LearnedRate `json:"source"`
	Dialpad rest.LearnedRate `json:"dialpad"`
}

// account wires one account's two sides.
func (s *system) account(ctx context.Context, conf *settings.Settings, a settings.Account, secrets secret.Store) (engine.Account, error) {
	state, _, err := s.store.Load(ctx, a.ID)
	if err != nil {
		return engine.Account{}, err
	}
	var learned rates
	_ = json.Unmarshal(state.Rates, &learned) // nothing learned is a fine start
	for side, known := range map[string]*rest.LearnedRate{sourceSideName: &learned.Source, dialpadSideName: &learned.Dialpad} {
		if *known, err = s.withWait(ctx, a.ID, side, *known); err != nil {
			return engine.Account{}, err
		}
	}
	entry, _ := catalog.Find(a.Source)
	left, err := s.sourceSide(entry, a, secrets, learned.Source)
	if err != nil {
		return engine.Account{}, err
	}
	right, err := s.dialpadSide(ctx, conf, a, secrets, learned.Dialpad)
	if err != nil {
		return engine.Account{}, err
	}
	s.limits[a.ID] = limits{left.limiter, right.limiter}
	return engine.Account{
		Selection: setup.SelectionPrint(a), SourceValue: a.SourceValue,
		ID: a.ID, Title: entry.Title, Place: entry.Place, Source: left.source, Destination: right.destination,
		Fingerprint: fingerprint(conf.Dialpad, a),
		Interval:    a.Interval, Lag: conf.Dialpad.ListLag,
		Requests:   func() (int64, int64) { return left.requests.Load(), right.requests.Load() },
		SourceTime: left.clock.now,
		SourceRate: func() float64 { return left.limiter.Status().PerSecond },
		Rates: func() json.RawMessage {
			text, _ := json.Marshal(rates{left.limiter.Learned(), right.limiter.Learned()}) // numbers only
			return text
		},
	}, nil
}

// fingerprint is of everything that says which two sides are compared.
func fingerprint(d settings.Dialpad, a settings.Account) string {
	return fmt.Sprintf("%s %s %s %s %s", d.Region, d.APIURL(), d.ClientID, a.Source, a.URL)
}

type sourceSide struct {
	source   source.Source
	limiter  *rest.Limiter
	requests *atomic.Int64
	clock    *serverClock
}

func (s *system) sourceSide(entry catalog.Entry, a settings.Account, secrets secret.Store, learned rest.LearnedRate) (sourceSide, error) {
	limit := entry.Rate
	limit.Learned, limit.OnTold = learned, s.keepWait(a.ID, sourceSideName)
	side := sourceSide{limiter: rest.NewLimiter(limit), requests: new(atomic.Int64), clock: new(serverClock)}
	base, err := url.Parse(a.URL)
	if err != nil {
		return side, err // Load has checked it
	}
	tokens := signin.NewRefreshing(signin.RefreshConfig{
		Provider: entry.SignIn(base, a.ClientID, a.MinimalScope), Store: secrets, Name: setup.TokenName(a.ID),
		HTTP: signin.HTTP{UserAgent: userAgent(), Requests: side.requests},
	})
	s.tokens[setup.TokenName(a.ID)] = tokens
	side.source, err = entry.New(catalog.Account{
		Base: base, Collections: a.Collections, Locales: a.Locales,
		IncludeDrafts: a.IncludeDrafts, IncludeRestricted: a.IncludeRestricted,
		HTTP: rest.Config{
			Tokens: tokens, Limiter: side.limiter, UserAgent: userAgent(), Log: s.log,
			Requests: side.requests, OnWait: s.onWait(a.ID, sourceSideName), OnResponse: side.clock.hear,
		},
	})
	return side, err
}

type dialpadSide struct {
	destination engine.Destination
	limiter     *rest.Limiter
	requests    *atomic.Int64
}

// versionValue names what keeps the API version a probe found at an address.
func versionValue(d settings.Dialpad) string { return "dialpad_version " + d.APIURL() }

func (s *system) dialpadSide(ctx context.Context, conf *settings.Settings, a settings.Account, secrets secret.Store, learned rest.LearnedRate) (dialpadSide, error) {
	d := conf.Dialpad
	ceiling := float64(d.MaxRequestsPerSecond)
	side := dialpadSide{
		limiter: rest.NewLimiter(rest.LimitConfig{
			Start: min(setup.DialpadStart, ceiling), Ceiling: ceiling, Learned: learned, OnTold: s.keepWait(a.ID, dialpadSideName),
		}),
		requests: new(atomic.Int64),
	}
	tokens, err := s.dialpadTokens(ctx, d, secrets, side.requests)
	if err != nil {
		return side, err
	}
	client, err := setup.DialpadClient(d, rest.Config{
		Tokens: tokens, Limiter: side.limiter, UserAgent: userAgent(), Requests: side.requests, Log: s.log,
		OnWait: s.onWait(a.ID, dialpadSideName),
	})
	if err != nil {
		return side, err
	}
	known, err := s.store.Value(ctx, versionValue(d))
	if err != nil {
		return side, err
	}
	locale := ""
	if len(a.Locales) > 0 {
		locale = a.Locales[0]
	}
	config := dialpad.Config{Client: client, Version: string(known), SourceValue: a.SourceValue, Locale: locale}
	side.destination = dialpad.Discover(config, d.APIVersion, s.keepVersion(versionValue(d)))
	return side, nil
}

// dialpadTokens gives an account its tokens for Dialpad. A sign-in in the browser
// is one for all accounts, and so is its source: of two that renew it, one would
// lose it. Its requests count for the account that was wired first.
func (s *system) dialpadTokens(ctx context.Context, d settings.Dialpad, secrets secret.Store, requests *atomic.Int64) (rest.Tokens, error) {
	if shared, ok := s.tokens[setup.DialpadToken]; ok {
		return shared, nil
	}
	tokens, err := setup.DialpadTokens(ctx, d, secrets, signin.HTTP{UserAgent: userAgent(), Requests: requests})
	if renewed, ok := tokens.(*signin.Refreshing); ok && err == nil {
		s.tokens[setup.DialpadToken] = renewed
	}
	return tokens, err
}

// keepVersion remembers Dialpad's API version and logs how the API differs
// from what we assume.
func (s *system) keepVersion(name string) func(dialpad.Found) {
	return func(found dialpad.Found) {
		s.log.Info("contract report", slog.String("version", found.Version), slog.Bool("described", found.Report.Described),
			slog.Any("missing", found.Report.Missing), slog.Any("new", found.Report.New))
		if err := s.store.SetValue(context.Background(), name, []byte(found.Version)); err != nil {
			s.log.Warn("the API version could not be kept", slog.Any("error", err))
		}
	}
}
