// Package sourcetest is the suite every source passes. A connector gives it a
// double of its vendor and a few verbs on that double; Run then plays first
// imports, restarts, edits, deletions and bad networks against the connector
// through a real HTTP server. A new source is done when the suite passes.
package sourcetest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dialpadsync.app/sync/source"
)

// Harness is what a connector gives to Run.
type Harness struct {
	// Documents is how many documents make an import of at least three pages.
	Documents int
	// Open makes a double with this many documents that ought to be copied.
	Open func(t *testing.T, documents int) Double
	// Refusal is the body the vendor sends with a status of 401, 403 or 429.
	Refusal func(status int) string
}

// Double is a vendor that can be changed. Its clock stands still until it is
// moved, so that what happens between two moves happens in the same second.
type Double struct {
	// Handler answers as the vendor.
	Handler http.Handler
	// Source returns a source as after a restart of the program: it reads the
	// vendor at base through the transport and remembers nothing.
	Source func(base *url.URL, transport http.RoundTripper) (source.Source, error)
	// Keys are the documents that ought to be copied now, in any order.
	Keys func() []source.Key
	// Add makes a new document with this title; Edit gives one another title;
	// Remove deletes one.
	Add    func(title string)
	Edit   func(key source.Key, title string)
	Remove func(key source.Key)
	// Advance moves the vendor's clock.
	Advance func(d time.Duration)
}

// patience is how long a test may take. Nothing here should come near it.
const patience = 90 * time.Second

// Run plays the whole suite.
func Run(t *testing.T, h Harness) {
	for _, p := range []struct {
		name string
		play func(*bench)
	}{
		{"EveryPageIsSeen", everyPageIsSeen},
		{"ImportGoesOnFromEveryCursor", importGoesOnFromEveryCursor},
		{"PageIsRepeated", pageIsRepeated},
		{"CursorIsNotOurs", cursorIsNotOurs},
		{"UpdateIsSeen", updateIsSeen},
		{"UpdateDuringTheImportIsSeen", updateDuringTheImportIsSeen},
		{"DeletionIsSeen", deletionIsSeen},
		{"DeletionDuringTheImportIsSeen", deletionDuringTheImportIsSeen},
		{"ChangesOfTheSameSecondAreSeen", changesOfTheSameSecondAreSeen},
		{"NothingChangedIsCheap", nothingChangedIsCheap},
		{"VersionsOfPathsAgree", versionsOfPathsAgree},
		{"SameDocumentByEveryPath", sameDocumentByEveryPath},
		{"ReadersDoNotDisturbEachOther", readersDoNotDisturbEachOther},
		{"ListingCanBeLeft", listingCanBeLeft},
		{"RetryAfterIsObeyed", retryAfterIsObeyed},
		{"RefusedSignInIsSaid", refusedSignInIsSaid},
		{"MissingRightIsSaid", missingRightIsSaid},
		{"CutBodyLosesNothing", cutBodyLosesNothing},
		{"CutListingIsNotComplete", cutListingIsNotComplete},
		{"CancellingStopsInTheMiddle", cancellingStopsInTheMiddle},
		{"CancellingStopsAListing", cancellingStopsAListing},
	} {
		t.Run(p.name, func(t *testing.T) { p.play(newBench(t, h)) })
	}
}

// bench is one double behind a server, and the connector in front of it.
type bench struct {
	*testing.T
	Double
	h     Harness
	front *front
	base  *url.URL
	wire  *http.Transport
	ctx   context.Context //nolint:containedctx // a test's own
}

func newBench(t *testing.T, h Harness) *bench {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	d := h.Open(t, h.Documents)
	f := newFront(d.Handler, h.Refusal)
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	wire := &http.Transport{}
	t.Cleanup(wire.CloseIdleConnections)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{T: t, Double: d, h: h, front: f, base: base, wire: wire, ctx: ctx}
}

// open returns a source that remembers nothing.
func (b *bench) open() source.Source {
	b.Helper()
	s, err := b.Source(b.base, b.wire)
	if err != nil {
		b.Fatalf("open the source: %v", err)
	}
	return s
}
