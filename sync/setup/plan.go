package setup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/source"
)

const (
	// tellEvery is how many documents are counted between two pieces of news.
	tellEvery = 100
	// askAtOnce is how many documents are looked up in the records at a time.
	askAtOnce = 200
)

// Plan finds out what a selection would do, from complete listings of both
// sides, and tells how many documents have been counted. The last piece of news
// is the plan or the problem; none comes when ctx ends. Nothing is written, and
// of each document a few bytes are held.
func (d *Desk) Plan(ctx context.Context, ask local.ChooseRequest, tell func(local.PlanStep)) {
	plan, err := d.plan(ctx, ask, tell)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		problem := engine.ProblemOf(err)
		tell(local.PlanStep{Problem: &problem})
	default:
		tell(local.PlanStep{Plan: plan})
	}
}

func (d *Desk) plan(ctx context.Context, ask local.ChooseRequest, tell func(local.PlanStep)) (*local.Plan, error) {
	conf, a, err := d.known(ask.Account)
	if err != nil {
		return nil, err
	}
	a = chosen(a, ask.Selection)
	if err := d.valid(conf, a); err != nil {
		return nil, err
	}
	ctx = rest.WithPatience(ctx, patience)
	p := &planner{Plan: local.Plan{ByLocale: map[string]int{}}, tell: tell, others: map[[16]byte]bool{}}
	if err := d.countSource(ctx, conf, a, p); err != nil {
		return nil, err
	}
	p.selected.seal()
	return &p.Plan, d.countDialpad(ctx, conf, a, p)
}

// valid refuses a selection that settings.toml would not take.
func (d *Desk) valid(conf *settings.Settings, a settings.Account) error {
	changed := *conf
	changed.Accounts = slices.Clone(conf.Accounts)
	put(&changed, a)
	return classed(changed.Check(d.cfg.File))
}

// planner counts.
type planner struct {
	local.Plan
	tell     func(local.PlanStep)
	counted  int
	selected prints
	others   map[[16]byte]bool // in Dialpad, not selected
}

func (p *planner) count() {
	if p.counted++; p.counted%tellEvery == 0 {
		p.tell(local.PlanStep{Counted: p.counted})
	}
}

func (d *Desk) countSource(ctx context.Context, conf *settings.Settings, a settings.Account, p *planner) error {
	src, done, err := d.source(conf, a)
	if err != nil {
		return err
	}
	defer done()
	for item, err := range src.Keys(ctx) {
		if err != nil {
			return err
		}
		p.selected.add(item.Key)
		p.Total++
		if locale := item.Key.Locale(); locale != "" {
			p.ByLocale[locale]++
		}
		p.count()
	}
	return nil
}

// countDialpad holds what Dialpad has of the account against the selection.
func (d *Desk) countDialpad(ctx context.Context, conf *settings.Settings, a settings.Account, p *planner) error {
	dest, done, err := d.destination(ctx, conf, a.ID, a.SourceValue)
	if err != nil {
		return err
	}
	defer done()
	var some []source.Key
	for node, err := range dest.Owned(ctx) {
		if err != nil {
			return err
		}
		p.count()
		if node.Kind != source.Article || node.Key == "" {
			continue
		}
		if known, again := p.selected.see(node.Key); known {
			if !again {
				p.Already++
			}
			continue
		}
		if some = append(some, node.Key); len(some) == askAtOnce {
			if err := d.sortOthers(ctx, a.ID, some, p); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	p.Add = p.Total - p.Already
	return d.sortOthers(ctx, a.ID, some, p)
}

// sortOthers tells apart what this account copied, what an earlier set-up left,
// and what the person keeps.
func (d *Desk) sortOthers(ctx context.Context, account string, keys []source.Key, p *planner) error {
	if len(keys) == 0 {
		return nil
	}
	rows, err := d.cfg.Records.Rows(ctx, account, keys)
	if err != nil {
		return err
	}
	for _, key := range keys {
		row, copied := rows[key]
		switch {
		case row.Kept || p.hasOther(key):
		case copied && !row.Found():
			p.Remove++
		default:
			p.Extra++
		}
	}
	return nil
}

// hasOther says whether Dialpad has shown the key before, and notes it.
func (p *planner) hasOther(key source.Key) bool {
	sum := printOf(key).sum
	defer func() { p.others[sum] = true }()
	return p.others[sum]
}

// print stands for a key: sixteen bytes, and whether it has been seen.
type print struct {
	sum  [16]byte
	seen bool
}

// prints is a set of keys.
type prints []print

func printOf(key source.Key) print {
	sum := sha256.Sum256([]byte(key))
	return print{sum: [16]byte(sum[:16])}
}

func (p *prints) add(key source.Key) { *p = append(*p, printOf(key)) }

func compare(a, b print) int { return bytes.Compare(a.sum[:], b.sum[:]) }

// seal makes the set ready to be asked.
func (p prints) seal() { slices.SortFunc(p, compare) }

// see says whether a sealed set has the key, and whether it has been seen before.
func (p prints) see(key source.Key) (known, again bool) {
	i, known := slices.BinarySearchFunc(p, printOf(key), compare)
	if known {
		again, p[i].seen = p[i].seen, true
	}
	return known, again
}
