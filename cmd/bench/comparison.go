package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dialpadsync.app/cmd/bench/standin"
	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// way is who brings Dialpad up to date.
type way string

const (
	ours       way = "Dialpad Sync"
	everything way = way(standin.Everything)
	each       way = way(standin.Each)
)

// scene is what there is to do.
type scene struct {
	// first says that nothing has been copied yet.
	first bool
	// changes is how many articles were edited since the pass before.
	changes int
	// looks says how closely we look: what a pass does beyond catching up. The
	// others look at everything always.
	looks looks
}

type looks int

const (
	everyPass looks = iota
	hourly          // the source's keys are compared
	daily           // both sides' are
)

// trial is what one way took in one scene.
type trial struct {
	Articles int
	Scene    scene
	Way      way
	cost
	Took time.Duration
}

// compareWorkers is how many documents everybody deals with at a time: as many
// as an engine that nobody throttles.
const compareWorkers = 4

// rival is a script with a Dialpad of its own.
type rival struct {
	way   way
	knows *dialpadsim.Server
	at    *served
}

// comparison takes the product and two scripts side by side: the same help
// center, a Dialpad double each, the same edits, one after the other.
func comparison(ctx context.Context, b *bench) ([]figure, error) {
	var runs []trial
	for _, size := range b.sizes.compared {
		more, err := b.compareAt(ctx, size)
		runs = append(runs, more...)
		if err != nil {
			return nil, fmt.Errorf("%s articles: %w", many(size), err)
		}
	}
	if b.docs != "" {
		if err := writeComparison(b.docs, runs); err != nil {
			return nil, err
		}
	}
	return ratios(runs, b.sizes), nil
}

func (b *bench) compareAt(ctx context.Context, articles int) (runs []trial, err error) {
	w, err := b.newWorld(ctx, articles, []string{"en-us"}, nil)
	if err != nil {
		return nil, err
	}
	defer w.close()
	rivals, err := newRivals()
	for _, r := range rivals {
		defer r.at.close()
	}
	if err != nil {
		return nil, err
	}
	for _, s := range b.sizes.scenes(articles) {
		if err := w.prepare(ctx, s); err != nil {
			return runs, err
		}
		r, err := w.ourRun(ctx, s)
		if err != nil {
			return runs, fmt.Errorf("%s, %+v: %w", ours, s, err)
		}
		runs = append(runs, r)
		if s.looks != everyPass {
			continue // the others' passes are all alike
		}
		for _, other := range rivals {
			r, err := w.rivalRun(ctx, other, s)
			if err != nil {
				return runs, fmt.Errorf("%s, %+v: %w", other.way, s, err)
			}
			runs = append(runs, r)
		}
	}
	return runs, nil
}

// scenes are all that are played at a size, in this order.
func (s sizes) scenes(articles int) []scene {
	scenes := []scene{{first: true, changes: articles}}
	for _, n := range s.changes {
		scenes = append(scenes, scene{changes: min(n, articles)})
	}
	return append(scenes, scene{looks: hourly}, scene{looks: daily})
}

func newRivals() (rivals []rival, err error) {
	for _, way := range []way{everything, each} {
		knows, err := dialpadsim.New(dialpadsim.Config{Seed: 1})
		if err != nil {
			return rivals, fmt.Errorf("make the Dialpad double: %w", err)
		}
		at, err := serve(knows, nil)
		if err != nil {
			return rivals, err
		}
		rivals = append(rivals, rival{way, knows, at})
	}
	return rivals, nil
}

// prepare edits the articles of a scene and makes our closer looks due.
func (w *world) prepare(ctx context.Context, s scene) error {
	if !s.first {
		for i, a := range w.helps.Articles()[:s.changes] {
			text := strings.Repeat(fmt.Sprintf("<p>Answer %d was edited at %v.</p>\n", i, w.helps.Clock().Now()), bodySize/60)
			if err := w.helps.Edit(a.ID, w.locales[0], fmt.Sprintf("Edited %d", i), text); err != nil {
				return err
			}
		}
		w.helps.Clock().Advance(later)
	}
	if err := w.refreshSoon(ctx); err != nil {
		return err
	}
	return w.lookCloser(ctx, s.looks)
}

// lookCloser makes a comparison or a proof due.
func (w *world) lookCloser(ctx context.Context, l looks) error {
	if l == everyPass {
		return nil
	}
	store, err := openStore(ctx, w.home)
	if err != nil {
		return err
	}
	state, _, err := store.Load(ctx, w.account)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	state.Compared = time.Time{}
	if l == daily {
		state.Proved, state.Listed = time.Time{}, time.Time{}
	}
	return errors.Join(store.Commit(ctx, w.account, engine.Batch{State: &state}), store.Close())
}

func (w *world) ourRun(ctx context.Context, s scene) (trial, error) {
	j := w.job()
	j.Workers = compareWorkers
	before := w.spent()
	found, err := child[result](ctx, "sync", j)
	if err != nil {
		return trial{}, err
	}
	if n := found.Run.Created + found.Run.Updated; n != s.changes {
		return trial{}, fmt.Errorf("%d documents were written, not %d", n, s.changes)
	}
	return trial{w.articles, s, ours, w.spent().since(before), found.Run.Ended.Sub(found.Run.Began)}, nil
}

func (w *world) rivalRun(ctx context.Context, r rival, s scene) (trial, error) {
	access, _ := w.helps.Token(zendesksim.Admin)
	client := r.knows.Credentials().Knowledge
	order := rivalOrder{standin.Way(r.way), standin.Config{
		HelpCenter: w.left.address, Knowledge: r.at.address, Token: access, ClientID: client.ClientID, ClientSecret: client.ClientSecret,
		Locale: w.locales[0], Workers: compareWorkers,
	}}
	spent := func() cost {
		return cost{w.helps.Journal().Total(), r.knows.Journal().Total(), w.left.traffic.bytes.Load() + r.at.traffic.bytes.Load()}
	}
	before := spent()
	found, err := child[rivalFound](ctx, "rival", order)
	if err != nil {
		return trial{}, err
	}
	written := s.changes
	if r.way == everything {
		written = w.articles // as it does
	}
	if n := found.Created + found.Updated; n != written || found.Deleted > 0 {
		return trial{}, fmt.Errorf("%+v, not %d written", found.Result, written)
	}
	return trial{w.articles, s, r.way, spent().since(before), found.Took}, nil
}

type rivalOrder struct {
	Way    standin.Way
	Config standin.Config
}

type rivalFound struct {
	standin.Result
	Took time.Duration
}

// rivalTask runs a script in a child.
func rivalTask(ctx context.Context, in io.Reader, out io.Writer) error {
	var order rivalOrder
	if err := json.NewDecoder(in).Decode(&order); err != nil {
		return err
	}
	began := time.Now()
	done, err := standin.Run(ctx, order.Way, order.Config)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(rivalFound{done, time.Since(began)})
}

// ratios are the lines of the bench, at the largest size.
func ratios(runs []trial, s sizes) []figure {
	size, most := s.compared[len(s.compared)-1], s.changes[len(s.changes)-1]
	of := func(w way, sc scene) trial { return find(runs, size, sc, w) }
	first := scene{first: true, changes: size}
	figures := []figure{
		atMost("beside a script: requests, first import", many(size)+" documents, ours ÷ \"put all\"", of(ours, first).requests()/of(everything, first).requests(), 1.05, ""),
	}
	for _, w := range []way{everything, each} {
		for _, row := range []struct {
			what  string
			scene scene
			value func(trial) float64
			bound float64
		}{
			{"requests, no change", scene{}, trial.requests, 0.01},
			{"bytes, no change", scene{}, func(r trial) float64 { return float64(r.bytes) }, 0.01},
			{"seconds, no change", scene{}, func(r trial) float64 { return r.Took.Seconds() }, 0.2},
			{fmt.Sprintf("requests, %s changes", many(most)), scene{changes: min(most, size)}, trial.requests, 0.05},
		} {
			a, b := row.value(of(ours, row.scene)), row.value(of(w, row.scene))
			figures = append(figures, atMost("beside a script: "+row.what, many(size)+" documents, ours ÷ "+w.title(), a/b, row.bound, "").more("%.6g ÷ %.6g", a, b))
		}
	}
	return figures
}

// find returns the run of a way in a scene.
func find(runs []trial, articles int, s scene, w way) trial {
	for _, r := range runs {
		if r.Articles == articles && r.Scene == s && r.Way == w {
			return r
		}
	}
	return trial{}
}

func (r trial) requests() float64 { return float64(r.left + r.right) }

// title is the way in words.
func (w way) title() string {
	switch w {
	case everything:
		return "compare everything each time"
	case each:
		return "one get and one read per document"
	}
	return string(w)
}

// looksADay is how often each kind of pass comes in a day at the usual
// interval: a proof, a comparison in each other hour, and catching up.
func looksADay() (passes, comparisons, proofs int) {
	day := 24 * time.Hour
	return int(day/settings.DefaultInterval) - 24, 23, 1
}

func writeComparison(dir string, runs []trial) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "comparison.svg"), []byte(curve(runs)), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "COMPARISON.md"), []byte(page(runs)), 0o600)
}
