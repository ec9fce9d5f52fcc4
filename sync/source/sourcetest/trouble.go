package sourcetest

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"dialpadsync.app/sync/source"
)

func retryAfterIsObeyed(b *bench) {
	s := b.open()
	b.front.spoilNth(1, b.front.refuse(http.StatusTooManyRequests, 2))
	_, err := s.Fetch(b.ctx, "")
	b.must(err)
	asked := b.front.times()
	if len(asked) < 2 {
		b.Fatal("the refused request was not made again")
	}
	if wait := asked[1].Sub(asked[0]); wait < 2*time.Second {
		b.Errorf("asked again after %v, told to wait 2 s", wait)
	}
}

func refusedSignInIsSaid(b *bench) { b.refusalIsSaid(http.StatusUnauthorized, source.SignIn) }
func missingRightIsSaid(b *bench)  { b.refusalIsSaid(http.StatusForbidden, source.Forbidden) }

// refusalIsSaid: every method returns an error of this kind, and none takes the
// refusal for an empty answer or a deletion.
func (b *bench) refusalIsSaid(status int, want source.Kind) {
	f, s := b.imported()
	b.front.spoilNth(0, b.front.refuse(status, 0))
	_, fetchErr := s.Fetch(b.ctx, "")
	_, readErr := s.Read(b.ctx, f.keys()[0])
	_, listErr := list(b.ctx, s)
	_, newErr := b.open().Fetch(b.ctx, f.cursor)
	for name, err := range map[string]error{"Fetch": fetchErr, "Read": readErr, "Keys": listErr, "Fetch after a restart": newErr} {
		if err == nil || source.KindOf(err) != want {
			b.Errorf("%s with HTTP %d = %v, want kind %v", name, status, err, want)
		}
	}
	b.front.heal()
	b.must(f.catchUp(b.ctx, s))
	b.mustHold(f)
}

// cutBodyLosesNothing: whichever answer of an import is cut, the end is right.
func cutBodyLosesNothing(b *bench) {
	b.imported()
	for nth := 1; nth <= len(b.front.times()) && nth <= 12; nth++ {
		f, s := newFollower(), b.open()
		b.front.spoilNth(nth, cut)
		err := f.catchUp(b.ctx, s)
		for range 2 {
			if err == nil {
				break
			}
			if kind := source.KindOf(err); kind != source.Transient {
				b.Fatalf("cut answer %d: kind %v: %v", nth, kind, err)
			}
			err = f.catchUp(b.ctx, s)
		}
		b.must(err)
		b.mustHold(f)
		if len(f.docs) < b.h.Documents {
			b.Fatalf("%d documents after answer %d was cut", len(f.docs), nth)
		}
	}
}

// cutListingIsNotComplete: a listing that was cut gives an error or everything.
func cutListingIsNotComplete(b *bench) {
	_, s := b.imported()
	before := len(b.front.times())
	_, err := list(b.ctx, s)
	b.must(err)
	requests := len(b.front.times()) - before
	for nth := 1; nth <= requests && nth <= 12; nth++ {
		b.front.spoilNth(nth, cut)
		listed, err := list(b.ctx, s)
		if err != nil && source.KindOf(err) != source.Transient {
			b.Errorf("cut answer %d: kind %v: %v", nth, source.KindOf(err), err)
		}
		if err == nil && len(listed) != len(b.Keys()) {
			b.Errorf("a listing whose answer %d was cut ended with %d of %d keys and no error", nth, len(listed), len(b.Keys()))
		}
	}
}

func cancellingStopsInTheMiddle(b *bench) {
	b.stops(func(ctx context.Context) error {
		_, err := b.open().Fetch(ctx, "")
		return err
	})
}

func cancellingStopsAListing(b *bench) {
	b.stops(func(ctx context.Context) error {
		_, err := list(ctx, b.open())
		return err
	})
}

// stops runs work against a vendor that stalls in the middle of an answer, and
// ends its context there.
func (b *bench) stops(work func(context.Context) error) {
	b.front.spoilNth(0, stall)
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- work(ctx) }()
	b.must(b.front.await(b.ctx, 1))
	cancel()
	began := time.Now()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			b.Errorf("ended with %v, want context.Canceled", err)
		}
		if took := time.Since(began); took > 2*time.Second {
			b.Errorf("took %v to stop", took)
		}
	case <-b.ctx.Done():
		b.Fatal("does not stop")
	}
}

// listingCanBeLeft: whoever has seen enough stops ranging, and nothing stays.
func listingCanBeLeft(b *bench) {
	n := 0
	for _, err := range b.open().Keys(b.ctx) {
		b.must(err)
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		b.Errorf("saw %d keys before leaving", n)
	}
}

func readersDoNotDisturbEachOther(b *bench) {
	f, s := b.imported()
	keys := f.keys()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := i; j < len(keys) && j < 20; j += 4 {
				c, err := s.Read(b.ctx, keys[j])
				if err != nil || c.Key != keys[j] || c.Document == nil {
					b.Errorf("Read of %s = %+v, %v", keys[j], c, err)
				}
			}
		})
	}
	_, err := list(b.ctx, s)
	wg.Wait()
	b.must(err)
}
