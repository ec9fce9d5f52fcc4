package dialpad

import (
	"context"
	"errors"
	"iter"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Found is what a probe found out.
type Found struct {
	Version string
	Report  Report
}

// Discovered is a Destination that finds the API version when it is first
// used, and again when Dialpad has retired it. It implements
// engine.Destination.
type Discovered struct {
	config Config
	pinned string
	// keep is told what was found, to be remembered over restarts.
	keep func(Found)

	// gate holds one token; whoever has it may use dest, and may look for the
	// version meanwhile.
	gate chan struct{}
	dest *Destination
}

// Discover returns a Destination that has sent nothing yet. A known
// config.Version is used without asking; pinned is the only version to try, or
// empty. keep may be nil.
func Discover(config Config, pinned string, keep func(Found)) *Discovered {
	d := &Discovered{config: config, pinned: pinned, keep: keep, gate: make(chan struct{}, 1)}
	if config.Version != "" && (pinned == "" || pinned == config.Version) {
		d.dest = New(config)
	}
	return d
}

// destination is the one of the version Dialpad speaks, but not gone, whose
// version has been retired. One caller looks for it, the others wait for that
// one no longer than their ctx lasts.
func (d *Discovered) destination(ctx context.Context, gone *Destination) (*Destination, error) {
	select {
	case d.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-d.gate }()
	if d.dest == gone {
		d.dest = nil
	}
	if d.dest != nil {
		return d.dest, nil
	}
	version, report, err := Probe(ctx, d.config.Client, d.pinned)
	if err != nil {
		return nil, err
	}
	d.config.Version = version
	d.dest = New(d.config)
	if d.keep != nil {
		d.keep(Found{Version: version, Report: report})
	}
	return d.dest, nil
}

// with does one thing with the destination. When the answer says that the
// version is gone, which means that nothing was done, another one is looked for
// once.
func (d *Discovered) with(ctx context.Context, do func(*Destination) error) error {
	var gone *Destination
	for {
		dest, err := d.destination(ctx, gone)
		if err != nil {
			return err
		}
		err = do(dest)
		if source.CodeOf(err) != source.CodeNoKnowledgeAPI || gone != nil {
			return err
		}
		gone = dest
	}
}

// Put implements engine.Destination; see Destination.Put.
func (d *Discovered) Put(ctx context.Context, doc source.Document, known engine.Node) (node engine.Node, err error) {
	var halfway error // of a write that had begun: it is not done twice
	err = d.with(ctx, func(dest *Destination) (err error) {
		node, err = dest.Put(ctx, doc, known)
		if node.ID != "" {
			halfway, err = err, nil
		}
		return err
	})
	return node, errors.Join(err, halfway)
}

// Delete implements engine.Destination; see Destination.Delete.
func (d *Discovered) Delete(ctx context.Context, node engine.Node) error {
	return d.with(ctx, func(dest *Destination) error { return dest.Delete(ctx, node) })
}

// Owned implements engine.Destination; see Destination.Owned. A listing that
// has given nodes is not begun again.
func (d *Discovered) Owned(ctx context.Context) iter.Seq2[engine.Node, error] {
	return func(yield func(engine.Node, error) bool) {
		var failure error // of a listing that has given nodes
		begun := false
		err := d.with(ctx, func(dest *Destination) error {
			for node, err := range dest.Owned(ctx) {
				if err != nil && begun {
					failure = err
					return nil
				}
				if err != nil {
					return err
				}
				if begun = true; !yield(node, nil) {
					return nil
				}
			}
			return nil
		})
		if err = errors.Join(err, failure); err != nil {
			yield(engine.Node{}, err)
		}
	}
}

// Read implements engine.Destination; see Destination.Read.
func (d *Discovered) Read(ctx context.Context, known engine.Node) (doc source.Document, node engine.Node, err error) {
	err = d.with(ctx, func(dest *Destination) (err error) {
		doc, node, err = dest.Read(ctx, known)
		return err
	})
	return doc, node, err
}

// Test is for set-up; see Destination.Test.
func (d *Discovered) Test(ctx context.Context, values ...string) (tested Tested, err error) {
	err = d.with(ctx, func(dest *Destination) (err error) {
		tested, err = dest.Test(ctx, values...)
		return err
	})
	return tested, err
}

// TestSignIn implements engine.SignInTester; see Destination.TestSignIn.
func (d *Discovered) TestSignIn(ctx context.Context) error {
	return d.with(ctx, func(dest *Destination) error { return dest.TestSignIn(ctx) })
}
