package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// wireWays are the lies as Zendesk, or what stands before it, tells them.
var wireWays = []string{
	"empty", "cut", "repeated pages", "wrong brand", "every answer 403", "demoted", "login page", "error in mid-listing",
	"another section chosen", "tree incomplete", "help center gone", "cut and checkpoint lost", "demoted and checkpoint lost",
}

// TestZendesksLiesDeleteNothing puts the real connector before an account that
// lies about more than the guard lets go, or about who is signed in: nothing the
// account still has goes, what it shows arrives, and in the end both sides are
// equal.
func TestZendesksLiesDeleteNothing(t *testing.T) {
	sum := newTally()
	t.Run("worlds", func(t *testing.T) {
		for place, size := range wireWorldsOf {
			t.Run(fmt.Sprint(size.documents), func(t *testing.T) {
				t.Parallel()
				for i := range size.worlds * len(wireWays) {
					seed := uint64(10*(i+1) + place)
					if *guardSeed == 0 || *guardSeed == seed {
						lieOverTheWire(t, seed, size.documents, wireWays[i%len(wireWays)], sum)
					}
				}
			})
		}
	})
	t.Log(sum)
	if *guardSeed == 0 && !t.Failed() {
		at := map[string]int{
			"passes: removals held": 60, "passes: ended by the lie": 40, "removals: honest, unasked": 30, "removals: decided": 5,
			"documents: arrived while removals were held": 60,
		}
		for _, way := range wireWays {
			at["worlds: "+way] = 11
		}
		sum.enough(t, at)
	}
}

func lieOverTheWire(t *testing.T, seed uint64, size int, way string, sum *tally) {
	synctest.Test(t, func(t *testing.T) {
		z := newZendeskWorld(t, seed, size, sum)
		z.live(way)
		sum.add("worlds: "+way, 1)
		if len(z.wrong) > 0 {
			t.Errorf("seed %d (go test ./sync/engine -run ZendesksLies -guard.seed=%d): %q\n%s", seed, seed, z.wrong, strings.Join(z.story, "\n"))
		}
	})
}

// zendeskWorld is an account behind a front, the connector, and a Dialpad.
type zendeskWorld struct {
	*world
	t       *testing.T
	rng     *rand.Rand
	tally   *tally
	account *zendesksim.Server
	front   *front
	token   string
	chosen  []string
	slate   *slate
	book    *shelf
	engine  *engine.Engine
	story   []string
	decided bool
}

const acme, shop = "acme.zendesk.com", "shop.zendesk.com"

func newZendeskWorld(t *testing.T, seed uint64, size int, sum *tally) *zendeskWorld {
	account, err := zendesksim.New(zendesksim.Config{
		Seed: seed, Articles: size, Restricted: size / 3, BodySize: 200, PageClamp: 30, AccessLife: 10000 * time.Hour, PerMinute: 1_000_000,
		Brands: []zendesksim.Brand{
			{ID: 1, Name: "Acme", Subdomain: "acme", Base: "https://" + acme},
			{ID: 2, Name: "Shop", Subdomain: "shop", Base: "https://" + shop, Articles: 1 + size/2},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	z := &zendeskWorld{
		t: t, rng: rand.New(rand.NewPCG(seed, 5)), tally: sum, world: newWorld(), account: account,
		front: &front{account: account}, slate: newSlate(), book: &shelf{}, chosen: []string{"brand:1"},
	}
	z.perPage = 100
	z.token, _ = account.Token(zendesksim.Admin)
	return z
}

// signedAs is a token source that cannot renew.
type signedAs string

func (s signedAs) Token(context.Context) (string, error) { return string(s), nil }

func (s signedAs) Renew(context.Context, string) (string, error) {
	return "", &source.Error{Kind: source.SignIn, Op: "renew the sign-in", Err: errors.New("the test's token is final")}
}

// start begins a new process.
func (z *zendeskWorld) start() {
	src, err := zendesk.New(zendesk.Config{
		Base: &url.URL{Scheme: "https", Host: acme}, Collections: z.chosen, IncludeRestricted: true,
		HTTP: rest.Config{
			Tokens: signedAs(z.token), UserAgent: "test", Transport: sim.Transport(z.front),
			Limiter: rest.NewLimiter(rest.LimitConfig{Start: 5000, Ceiling: 10000}),
		},
	})
	if err != nil {
		z.t.Fatal(err)
	}
	z.engine, err = engine.New(z.t.Context(), engine.Config{
		Checkpoint: z.slate, Book: z.book, Sum: func(doc source.Document) [16]byte { return content.Sum([]byte("key"), doc) },
		Accounts: []engine.Account{{
			ID: "help", Fingerprint: "here", Selection: strings.Join(z.chosen, " "), SourceValue: "ours",
			Source: src, Destination: zendeskTarget{dialpad{z.world}, z}, Workers: 2,
		}},
	})
	if err != nil {
		z.t.Fatal(err)
	}
}

// zendeskTarget is a Dialpad that judges removals.
type zendeskTarget struct {
	dialpad
	judge *zendeskWorld
}

// Delete implements engine.Destination.
func (d zendeskTarget) Delete(_ context.Context, node engine.Node) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.nodes[node.ID]
	if n == nil {
		return nil
	}
	_, there := d.judge.there()[n.key]
	switch {
	case there && !d.hasOther(node.ID, n.key):
		d.never("%s goes although the account has it", n.key)
	case d.judge.decided:
		d.judge.tally.add("removals: decided", 1)
	default:
		d.judge.tally.add("removals: honest, unasked", 1)
	}
	delete(d.nodes, node.ID)
	return nil
}

func zendeskKey(id int64) source.Key { return source.Key(fmt.Sprintf("%d:en-us", id)) }

// there is what the first brand really has.
func (z *zendeskWorld) there() map[source.Key]int64 {
	out := map[source.Key]int64{}
	for _, a := range z.account.Articles() {
		if a.Brand == 1 && !a.Archived {
			out[zendeskKey(a.ID)] = a.ID
		}
	}
	return out
}

func (z *zendeskWorld) note(format string, args ...any) {
	z.story = append(z.story, time.Now().Format("02 15:04:05 ")+fmt.Sprintf(format, args...))
}

func (z *zendeskWorld) must(err error) {
	z.t.Helper()
	if err != nil {
		z.t.Fatal(err)
	}
}

func (z *zendeskWorld) sync(opts engine.Options) engine.Outcome {
	outs, err := z.engine.Sync(z.t.Context(), "help", opts, 0)
	z.must(err)
	s := outs[0].Status
	z.note("sync full=%v: %d created, %d updated, %d removed, held %d (%s), %v",
		opts.Full, outs[0].Run.Created, outs[0].Run.Updated, outs[0].Run.Deleted, s.Held, s.Waiting, outs[0].Err)
	if s.Held > 0 {
		z.tally.add("passes: removals held", 1)
	}
	if outs[0].Err != nil {
		z.tally.add("passes: ended by the lie", 1)
	}
	return outs[0]
}

// live copies, removes honestly, lies for a while and tells the truth again.
func (z *zendeskWorld) live(way string) {
	z.start()
	z.sync(engine.Options{})
	z.equal()
	if all := z.account.Articles(); len(z.there()) > 10 {
		z.must(z.account.Archive(all[z.rng.IntN(3)].ID))
	}
	time.Sleep(61 * time.Minute)
	z.sync(engine.Options{})
	z.equal()
	z.begin(way)
	for range 1 + z.rng.IntN(3) {
		time.Sleep([]time.Duration{10 * time.Minute, 61 * time.Minute, 25 * time.Hour}[z.rng.IntN(3)])
		added := z.add()
		out := z.sync(engine.Options{Full: z.rng.IntN(3) == 0})
		if out.Err == nil && !strings.Contains(way, "brand") && !strings.Contains(way, "chosen") && !z.holds(added) {
			z.never("what was added during %q did not arrive", way)
		}
		if out.Err == nil && out.Status.Held > 0 {
			z.tally.add("documents: arrived while removals were held", out.Run.Created+out.Run.Updated)
		}
		if strings.HasSuffix(way, "checkpoint lost") || z.rng.IntN(4) == 0 {
			z.note("the checkpoint is lost")
			z.slate = newSlate()
			z.start()
		}
	}
	z.end()
}

func (z *zendeskWorld) add() source.Key {
	id, err := z.account.AddArticle(zendesksim.NewArticle{Title: fmt.Sprint("Added ", len(z.nodes)), Body: "<p>New.</p>"})
	z.must(err)
	return zendeskKey(id)
}

func (z *zendeskWorld) holds(key source.Key) bool {
	for _, n := range z.nodes {
		if n.key == key {
			return true
		}
	}
	return false
}

// begin lets a lie begin.
func (z *zendeskWorld) begin(way string) {
	z.note("%s", way)
	denied := map[int64]bool{}
	for _, id := range z.there() {
		denied[id] = true
	}
	if way != "empty" {
		keep := z.rng.IntN(max(1, len(denied)/2))
		for id := range denied {
			if keep--; keep < 0 {
				break
			}
			delete(denied, id)
		}
	}
	var lie wireLie
	switch way {
	case "empty", "cut", "cut and checkpoint lost":
		lie = without("articles", denied)
	case "repeated pages":
		lie = firstPageAgain(without("articles", denied))
	case "error in mid-listing":
		lie = brokenAfter(without("articles", denied))
	case "wrong brand":
		lie = ofBrand(acme, shop)
	case "every answer 403":
		lie = helpCenterOnly(forbidden)
	case "help center gone":
		lie = helpCenterOnly(func(w http.ResponseWriter, _ *http.Request) { notFound(w) })
	case "login page":
		lie = loginPage
	case "tree incomplete":
		z.chooseSections()
		hidden := map[int64]bool{}
		for _, id := range z.account.Sections() {
			hidden[id] = z.rng.IntN(2) == 0
		}
		lie = without("sections", hidden)
	case "another section chosen":
		section, err := z.account.AddSection(z.category(), 0, "Just made")
		z.must(err)
		z.chosen = []string{fmt.Sprint("section:", section)}
		z.start()
	default: // demoted
		z.account.SetRole(zendesksim.Admin, zendesksim.EndUser)
	}
	if lie != nil {
		z.front.lie.Store(&lie)
	}
}

// category is one of the first brand's.
func (z *zendeskWorld) category() int64 {
	id, err := z.account.AddCategory(1, "Another")
	z.must(err)
	return id
}

// chooseSections ticks every section by itself, so that the tree matters.
func (z *zendeskWorld) chooseSections() {
	z.chosen = nil
	seen := map[int64]bool{}
	for _, a := range z.account.Articles() {
		if a.Brand == 1 && !seen[a.Section] {
			seen[a.Section] = true
			z.chosen = append(z.chosen, fmt.Sprint("section:", a.Section))
		}
	}
	z.start()
	z.sync(engine.Options{Full: true})
}

// end lets the account tell the truth again.
func (z *zendeskWorld) end() {
	z.note("the truth")
	z.front.lie.Store(nil)
	z.account.SetRole(zendesksim.EndUser, zendesksim.Admin)
	z.chosen = []string{"brand:1"}
	z.start()
	z.sync(engine.Options{})
	time.Sleep(61 * time.Minute)
	out := z.sync(engine.Options{})
	there := z.there()
	for row, err := range z.slate.Each(z.t.Context(), "help", engine.Unsettled) {
		z.must(err)
		if _, ok := there[row.Key]; ok && row.Hold != "" {
			z.never("the account shows %s again and its removal still waits", row.Key)
		}
	}
	if out.Status.Held > 0 {
		z.decided = true
		_, err := z.engine.Decide(z.t.Context(), "help", engine.Delete, time.Now())
		z.must(err)
		z.decided = false
	}
	out = z.sync(engine.Options{Full: true})
	if v := out.Status.Verdict(time.Now()); v != engine.UpToDate {
		z.never("in the end the verdict is %d: %v, %+v", v, out.Err, out.Status)
	}
	z.equal()
}

func (z *zendeskWorld) never(format string, args ...any) {
	z.wrong = append(z.wrong, fmt.Sprintf(format, args...))
}

// equal demands the same keys on both sides.
func (z *zendeskWorld) equal() {
	there := z.there()
	for _, n := range z.nodes {
		if _, ok := there[n.key]; !ok {
			z.never("Dialpad holds %s, which the account does not have", n.key)
		}
		delete(there, n.key)
	}
	for key := range there {
		z.never("%s is missing in Dialpad", key)
	}
}
