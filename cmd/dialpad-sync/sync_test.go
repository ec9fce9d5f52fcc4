package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func TestFirstCopyThenNothingToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.dialpad.Seed(dialpadsim.Foreign(2, 2, 1)...)
	before := time.Now()
	o := w.exec("sync", "--json")
	if o.code != exitInSync {
		t.Fatalf("%s", o)
	}
	w.equal()
	r := o.report(t)
	if r.Account != "help-center" || r.Result != "in_sync" || r.SourceDocuments != 3 || r.DialpadDocuments != 3 || r.Created != 3 ||
		r.Updated+r.Deleted+r.Unchanged+r.Failed+r.HeldDeletions != 0 || r.Error != nil || r.Seconds <= 0 {
		t.Errorf("reported %+v", r)
	}
	if r.CheckedAt.Before(before) || r.ProvedAt.Before(before) || r.ProvedAt.After(time.Now()) {
		t.Errorf("checked %v, proved %v", r.CheckedAt, r.ProvedAt)
	}
	if r.SourceRequests != w.zendesk.Journal().Total() || r.DialpadRequests != w.dialpad.Journal().Total() {
		t.Errorf("reported %d and %d requests, the doubles saw %d and %d",
			r.SourceRequests, r.DialpadRequests, w.zendesk.Journal().Total(), w.dialpad.Journal().Total())
	}
	if !strings.Contains(o.errs, "both sides list the same 3 answers") {
		t.Errorf("the words do not say what was proved:\n%s", o.errs)
	}

	w.forgetJournals()
	again := w.sync()
	if again.Created+again.Updated+again.Deleted != 0 || again.Unchanged != 3 || again.SourceRequests > 2 || again.DialpadRequests > 2 {
		t.Errorf("a pass with nothing to do reported %+v", again)
	}
	if w.writes() != 0 || w.zendesk.Journal().Total() > 2 || w.dialpad.Journal().Total() > 2 {
		t.Errorf("a pass with nothing to do made %d writes, %d and %d requests",
			w.writes(), w.zendesk.Journal().Total(), w.dialpad.Journal().Total())
	}
	if n := len(w.dialpad.Nodes()); n != 3+5 {
		t.Errorf("Dialpad has %d nodes, want ours and 5 of others", n)
	}
}

// A change of each kind arrives, and only what changed is written.
func TestChangesArrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 8 })
	w.sync()
	ids := w.articles()
	added, err := w.zendesk.AddArticle(zendesksim.NewArticle{Title: "How do I grind for a moka pot?", Body: "<p>A little finer than for a filter.</p>"})
	w.must(err)
	w.must(w.zendesk.Edit(ids[0], "en-us", "A new title", "<p>A new text.</p>"))
	w.must(w.zendesk.Unpublish(ids[1], "en-us"))
	w.must(w.zendesk.Restrict(ids[2]))
	w.forgetJournals()
	r := w.sync()
	if r.Created != 1 || r.Updated != 1 || r.Deleted != 2 || r.SourceDocuments != 7 || r.DialpadDocuments != 7 {
		t.Errorf("reported %+v", r)
	}
	if n := w.writes(); n != 2+2+2 {
		t.Errorf("%d writes, want two for the new answer, two for the changed one, two removals", n)
	}
	w.must(w.zendesk.Archive(added)) // nothing tells of it but its absence
	w.must(w.zendesk.Publish(ids[1], "en-us"))
	w.must(w.zendesk.Unrestrict(ids[2]))
	if r := w.sync("--full"); r.Created != 2 || r.Deleted != 1 {
		t.Errorf("reported %+v", r)
	}
}

func TestMovesInAndOutOfTheSelection(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 0 })
	category, err := w.zendesk.AddCategory(0, "Orders")
	w.must(err)
	inside, err := w.zendesk.AddSection(category, 0, "Delivery")
	w.must(err)
	outside, err := w.zendesk.AddSection(category, 0, "Wholesale")
	w.must(err)
	var ids []int64
	for i, section := range []int64{inside, inside, inside, outside} {
		id, err := w.zendesk.AddArticle(zendesksim.NewArticle{Section: section, Title: fmt.Sprint("Answer ", i), Body: "<p>Text.</p>"})
		w.must(err)
		ids = append(ids, id)
	}
	w.change("locales =", fmt.Sprintf("collections = [\"section:%d\"]\nlocales =", inside))
	holds := func(want ...int64) {
		t.Helper()
		if o := w.call("sync"); o.code != exitInSync {
			t.Errorf("%s", o)
		}
		held := w.ours()
		for _, id := range want {
			if _, ok := held[fmt.Sprintf("%d:en-us", id)]; !ok {
				t.Errorf("%d is missing", id)
			}
		}
		if len(held) != len(want) {
			t.Errorf("Dialpad holds %d answers, want %d", len(held), len(want))
		}
	}
	holds(ids[:3]...)
	w.must(w.zendesk.Move(ids[0], outside))
	w.must(w.zendesk.Move(ids[3], inside))
	holds(ids[1:]...)
}

func TestTwoLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) {
		p.zendesk.Articles, p.zendesk.Untranslated, p.zendesk.Locales = 4, 1, []string{"en-us", "de"}
		p.locales = []string{"en-us", "de"}
	})
	if r := w.sync(); r.Created != 7 || r.DialpadDocuments != 7 {
		t.Errorf("reported %+v", r)
	}
	w.forgetJournals()
	if r := w.sync(); r.SourceRequests > 3 || r.DialpadRequests > 2 || w.writes() != 0 {
		t.Errorf("nothing to do in two languages: %+v, %d writes", r, w.writes())
	}
	w.change(`"en-us", "de"`, `"en-us"`)
	w.locales = []string{"en-us"}
	if r := w.sync(); r.Deleted != 3 || r.DialpadDocuments != 4 {
		t.Errorf("a language was taken off the list: %+v", r)
	}
}

func TestFullPutsBackWhatWasChangedInDialpad(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 4 })
	w.dialpad.Seed(dialpadsim.Foreign(1, 1, 1)...)
	w.sync()
	var mine, foreign []dialpadsim.Node
	for _, n := range w.dialpad.Nodes() {
		if n.Source == "dialpad-sync:zendesk:acme" {
			mine = append(mine, n)
		} else {
			foreign = append(foreign, n)
		}
	}
	w.must(w.dialpad.EditByHand(mine[0].ID, "Typed over", "<p>Somebody typed over this.</p>"))
	w.must(w.dialpad.DeleteByHand(mine[1].ID))
	w.must(w.dialpad.UnpublishByHand(mine[2].ID))
	w.sync("--full")
	for _, was := range foreign {
		if is, err := w.dialpad.Node(was.ID); err != nil || is.Revision != was.Revision {
			t.Errorf("an answer of others was touched: %+v (%v), was %+v", is, err, was)
		}
	}
}

// The checkpoint is a cache: without it nothing is sent again.
func TestLostCheckpointWritesNothing(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*world){
		"the file":             func(w *world) { w.loseCheckpoint() },
		"the key":              func(w *world) { w.must(os.Remove(filepath.Join(w.secrets, "checkpoint", "hash_key"))) },
		"everything but words": func(w *world) { w.newHome() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sync()
			lose(w)
			w.forgetJournals()
			r := w.sync()
			if n := w.writes(); n != 0 || r.Created+r.Updated+r.Deleted != 0 || r.DialpadDocuments != 3 {
				t.Errorf("%d writes, reported %+v", n, r)
			}
		})
	}
}

func (w *world) loseCheckpoint() {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.home, "checkpoint.db*"))
	w.must(err)
	if len(files) == 0 {
		w.t.Fatal("there is no checkpoint to lose")
	}
	for _, file := range files {
		w.must(os.Remove(file))
	}
}

// A second run ends at once while the first one works, and says why.
func TestSecondSyncOnOneHomeEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	creating, goOn := hold(w.atDialpad, "POST", 2) // the first is for a token
	first := make(chan outcome)
	go func() { first <- w.call("sync", "--json") }()
	<-creating
	second := w.exec("sync", "--json")
	second.says(t, exitWaiting, "Another run of Dialpad Sync works on this folder.")
	if r := second.report(t); r.Account != "help-center" || r.Result != "waiting" || r.Error == nil || r.Error.Kind != "busy" {
		t.Errorf("reported %+v", r)
	}
	close(goOn)
	if o := <-first; o.code != exitInSync {
		t.Errorf("the first run: %s", o)
	}
	w.equal()
}

func TestTwoHomesDoNotShare(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	first := *w
	w.newHome()
	if o := w.call("status"); o.code != exitSignIn {
		t.Errorf("the second home knows the first one's status: %s", o)
	}
	w.sync()
	ids := map[string]bool{}
	for _, home := range []*world{&first, w} {
		text := home.read(filepath.Join(home.home, "settings.toml"))
		_, after, ok := strings.Cut(text, "home_id = ")
		id, _, _ := strings.Cut(after, "\n")
		if !ok || len(id) < 10 || ids[id] {
			t.Errorf("the home id of %s is %s", home.home, id)
		}
		ids[id] = true
	}
	w.must(os.RemoveAll(w.home))
	if o := first.call("status"); o.code != exitInSync {
		t.Errorf("the first home suffers from the end of the second: %s", o)
	}
}

// Told to come back later than the wait allows, a run ends at once and says
// when; the next one asks nothing before that time.
func TestRetryAfterBeyondTheWait(t *testing.T) {
	t.Parallel()
	for side, row := range map[string]struct {
		fault, name string
		faults      func(*world) interface{ AddText(...string) error }
	}{
		"source":  {"GET /articles status=429 retry-after=3600", "Zendesk", func(w *world) interface{ AddText(...string) error } { return w.zendesk.Faults() }},
		"dialpad": {"POST /kbm/nodes status=429 retry-after=3600", "Dialpad", func(w *world) interface{ AddText(...string) error } { return w.dialpad.Faults() }},
	} {
		t.Run(side, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			fault(t, row.faults(w), row.fault)
			began := time.Now()
			o := w.exec("sync", "--json", "--wait", "2s")
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("it ended after %v", took)
			}
			back := began.Add(time.Hour)
			minute := func(t time.Time) string { return strings.TrimPrefix(t.Format("15:04"), "0") + "." }
			o.says(t, exitWaiting, row.name+" asked us to wait until ")
			if !strings.Contains(o.errs, minute(back)) && !strings.Contains(o.errs, minute(back.Add(time.Minute))) {
				t.Errorf("the time to come back is missing: %s", o)
			}
			if r := o.report(t); r.Result != "waiting" || r.Error == nil || r.Error.Kind != "throttled" {
				t.Errorf("reported %+v", r)
			}
			w.forgetJournals()
			w.call("sync", "--wait", "2s").says(t, exitWaiting, row.name+" asked us to wait until ")
			early := w.zendesk.Journal().Total()
			if side == "dialpad" {
				early = w.dialpad.Journal().Count("POST", "/{v}/kbm/nodes")
			}
			if early != 0 {
				t.Errorf("%d requests were sent early", early)
			}
		})
	}
}

// Who asks through the agent is told at once too; the agent itself waits.
func TestRetryAfterThroughTheAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.startAgent()
	w.watch(upToDate)
	fault(t, w.zendesk.Faults(), "GET /articles status=429 retry-after=3600")
	began := time.Now()
	o := w.exec("sync", "--json", "--wait", "2s")
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it ended after %v", took)
	}
	o.says(t, exitWaiting, "Zendesk asked us to wait until ")
	if r := o.report(t); r.Result != "waiting" || r.Error == nil || r.Error.Kind != "throttled" {
		t.Errorf("reported %+v", r)
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
}

// What a killed agent had been told holds for whoever comes next.
func TestRetryAfterOutlivesAKilledAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.startAgent()
	w.watch(upToDate)
	fault(t, w.zendesk.Faults(), "GET /articles status=429 retry-after=3600")
	w.call("resume").says(t, exitInSync) // which makes a pass
	w.watch(func(p picture) bool { return strings.Contains(p.Line, "asked us to wait until") })
	agent.signal(syscall.SIGKILL)
	agent.end()
	clearFaults(w)
	w.forgetJournals()
	w.call("sync", "--wait", "2s").says(t, exitWaiting, "Zendesk asked us to wait until ")
	if n := w.zendesk.Journal().Total(); n != 0 {
		t.Errorf("%d requests were sent early", n)
	}
}

func TestRetryAfterWithinTheWaitIsObeyed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fault(t, w.dialpad.Faults(), "POST /kbm/nodes times=1 status=429 retry-after=2")
	w.sync("--wait", "1m")
	entries := w.dialpad.Journal().Entries()
	i := slices.IndexFunc(entries, func(e entry) bool { return e.Status == 429 })
	if i < 0 || i+1 >= len(entries) {
		t.Fatal("nothing was refused")
	}
	if gap := entries[i+1].Time.Sub(entries[i].Time); gap < 2*time.Second {
		t.Errorf("the next request came after %v, told was 2s", gap)
	}
}

// What is refused for a moment, for everybody, is no bad answer; a bad one is
// tried again when a person asks for it.
func TestRefusedAnswersAreTriedAgain(t *testing.T) {
	t.Parallel()
	edit := func(w *world) {
		for _, id := range w.articles() {
			w.must(w.zendesk.Edit(id, "en-us", "Edited", "<p>Edited.</p>"))
		}
	}
	t.Run("403 for a moment", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.sync()
		edit(w)
		fault(t, w.dialpad.Faults(), "POST /content nth=2 status=403")
		w.sync()
	})
	for _, args := range [][]string{{"--full"}, {"help-center"}} {
		t.Run(args[0], func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sync()
			edit(w)
			fault(t, w.dialpad.Faults(), "POST /content nth=2 status=422")
			w.call("sync").says(t, exitAttention, "1 could not be copied")
			w.sync(args...)
		})
	}
}

func TestUnknownAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.call("sync", "shop", "--json")
	o.says(t, exitUsage, `There is no such account: "shop"`, "settings.toml lists the accounts")
	if !strings.HasPrefix(o.out, `{"error":{`) || w.dialpad.Journal().Total() > 0 {
		t.Errorf("%s", o)
	}
}
