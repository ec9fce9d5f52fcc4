package local

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
)

// Connector signs in and shows how far the set-up has come.
type Connector interface {
	Setup(ctx context.Context) (Setup, error)
	Address(ctx context.Context, ask AddressRequest) (Address, error)
	// Connect blocks until the sign-in is over and tells of every step; a
	// failure is the last step, not an error.
	Connect(ctx context.Context, ask ConnectRequest, tell func(ConnectStep))
	Dialpad(ctx context.Context, ask DialpadRequest) (DialpadAnswer, error)
}

// Selector chooses what of a source is copied.
type Selector interface {
	Choices(ctx context.Context, account string) (Choices, error)
	Plan(ctx context.Context, ask ChooseRequest, tell func(PlanStep))
	Sample(ctx context.Context, ask ChooseRequest) (Sample, error)
	Choose(ctx context.Context, ask ChooseRequest) error
}

// Householder lets accounts in and out.
type Householder interface {
	Sources() []SourceCard
	Forget(ctx context.Context, ask ForgetRequest, tell func(ForgetStep))
}

// Preferrer keeps what a person changes in the window's settings.
type Preferrer interface {
	Preferences(ctx context.Context) (Preferences, error)
	SetPreferences(ctx context.Context, p Preferences) error
}

// Chronicler tells what happened.
type Chronicler interface {
	Activity(after int64) []ActivityRow
	History(ctx context.Context) ([]Day, error)
	Diagnostics(ctx context.Context) (string, error)
}

// Opener shows things on the person's screen.
type Opener interface {
	OpenAgain() error
	OpenDocument(ctx context.Context, ask DocumentRequest) error
	Show(want Show) error
	// Came is the window's answer to a wish of Show.
	Came(count int)
}

func (s *Server) setupRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /v2/sources", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.House.Sources(), nil) })
	mux.HandleFunc("GET /v2/setup", func(w http.ResponseWriter, r *http.Request) {
		setup, err := s.Connect.Setup(r.Context())
		answer(w, setup, err)
	})
	mux.HandleFunc("POST /v2/address", asked(s.Connect.Address))
	mux.HandleFunc("POST /v2/connect", told(s.Connect.Connect))
	mux.HandleFunc("POST /v2/dialpad", asked(s.Connect.Dialpad))
	mux.HandleFunc("GET /v2/choices", func(w http.ResponseWriter, r *http.Request) {
		choices, err := s.Select.Choices(r.Context(), r.URL.Query().Get("account"))
		answer(w, choices, err)
	})
	mux.HandleFunc("POST /v2/plan", told(s.Select.Plan))
	mux.HandleFunc("POST /v2/sample", asked(s.Select.Sample))
	mux.HandleFunc("POST /v2/choose", done(s.Select.Choose))
	mux.HandleFunc("POST /v2/forget", told(s.House.Forget))
}

func (s *Server) recordRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /v2/activity", func(w http.ResponseWriter, r *http.Request) {
		after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64) // 0 is all there is
		answer(w, s.Records.Activity(after), nil)
	})
	mux.HandleFunc("GET /v2/history", func(w http.ResponseWriter, r *http.Request) {
		days, err := s.Records.History(r.Context())
		answer(w, days, err)
	})
	mux.HandleFunc("GET /v2/preferences", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.Prefer.Preferences(r.Context())
		answer(w, p, err)
	})
	mux.HandleFunc("POST /v2/preferences", done(s.Prefer.SetPreferences))
	mux.HandleFunc("GET /v2/diagnostics", func(w http.ResponseWriter, r *http.Request) {
		text, err := s.Records.Diagnostics(r.Context())
		answer(w, text, err)
	})
	mux.HandleFunc("POST /v2/connect/open", func(w http.ResponseWriter, _ *http.Request) { answer(w, struct{}{}, s.Open.OpenAgain()) })
	mux.HandleFunc("POST /v2/open", done(s.Open.OpenDocument))
	mux.HandleFunc("POST /v2/came", done(func(_ context.Context, seen Show) error {
		s.Open.Came(seen.Count)
		return nil
	}))
	mux.HandleFunc("POST /v2/show", done(func(_ context.Context, want Show) error {
		if !want.Page.known() {
			return errBadPage
		}
		return s.Open.Show(want)
	}))
}

var errBadPage = errors.New("the window has no such page")

// asked answers a question in one piece.
func asked[Q, A any](f func(context.Context, Q) (A, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var ask Q
		if read(w, r, &ask) {
			a, err := f(r.Context(), ask)
			answer(w, a, err)
		}
	}
}

// done answers that something was done.
func done[Q any](f func(context.Context, Q) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var ask Q
		if read(w, r, &ask) {
			answer(w, struct{}{}, f(r.Context(), ask))
		}
	}
}

// told answers with a line of JSON for every piece of news until the work is
// over. The work ends with its client.
func told[Q, N any](f func(context.Context, Q, func(N))) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var ask Q
		if !read(w, r, &ask) {
			return
		}
		w.Header().Set("Content-Type", "application/x-ndjson")
		ctx, stop := context.WithCancel(r.Context())
		defer stop()
		flush, lines := http.NewResponseController(w), json.NewEncoder(w)
		f(ctx, ask, func(news N) {
			if lines.Encode(news) != nil || flush.Flush() != nil {
				stop()
			}
		})
	}
}
