//go:build long

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/ui/view"
)

// stormFor is how long everything fails.
const stormFor = 3 * time.Minute

// TestTheStorm lets an agent, built with the race detector, live through three
// minutes in which both sides fail in every way that is known, people edit both
// of them, and somebody asks for a sync every second. It never claims more than
// it can know, never ends a call with a defect, and when the storm is over one
// sync makes both sides equal.
func TestTheStorm(t *testing.T) {
	const seed = 29
	s := &storm{
		havoc: newHavoc(t, seed, 80, dialpadsim.Switches{LagMS: 300}), bin: racyProgram(t),
		winds: rand.New(rand.NewPCG(seed, 31)), hands: map[string]time.Time{}, fired: map[string]int{}, calls: map[string]int{},
	}
	if o := s.exec("sync"); o.code != exitInSync {
		t.Fatalf("%s", o)
	}
	s.same()
	agent := s.startAgent()
	s.began = time.Now()
	ctx, over := context.WithTimeout(t.Context(), stormFor)
	defer over()
	var people sync.WaitGroup
	people.Go(func() { s.weather(ctx) })
	people.Go(func() { every(ctx, 700*time.Millisecond, s.edits) })
	people.Go(func() { every(ctx, 3*time.Second, s.handEdits) })
	people.Go(func() { every(ctx, 100*time.Millisecond, s.watch) })
	for n := 0; ctx.Err() == nil; n++ {
		if s.waiting.Load() < 4 {
			s.waiting.Add(1)
			people.Go(func() { s.ask(n) })
		}
		linger(ctx, time.Second)
	}
	people.Wait()
	s.fair()
	s.logBooks()
	began := time.Now()
	s.mend()
	o := s.mustEnd("sync", "--full", "--json", "--wait", "4m")
	t.Logf("%d mended; after the storm it took %s: %s", s.deeds["mended"], time.Since(began).Round(time.Second), o)
	if o.code != exitInSync {
		t.Error("it did not end in a proof")
	}
	s.same()
	if o := s.mustEnd("stop"); o.code != exitInSync {
		t.Errorf("stop: %s", o)
	}
	if err := agent.Wait(); err != nil || strings.Contains(agent.said.String(), "DATA RACE") {
		t.Errorf("the agent ended with %v\n%s", err, &agent.said)
	}
}

// storm is a havoc in which nothing can be relied on.
type storm struct {
	*havoc
	bin     string
	began   time.Time
	winds   *rand.Rand
	waiting atomic.Int64         // calls of sync under way
	hands   map[string]time.Time // when somebody last changed a key's document in Dialpad

	fired  map[string]int // faults; of the weather alone
	calls  map[string]int // ends of calls
	looks  int
	greens int
	judged int // greens, and calls that ended in a proof
	agreed int // those of them with both sides equal to the letter
}

// racyProgram builds the program with the race detector.
func racyProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dialpad-sync")
	build := exec.CommandContext(t.Context(), "go", "build", "-race", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return path
}

// running is an agent and what it says.
type running struct {
	*exec.Cmd
	said bytes.Buffer
}

func (s *storm) startAgent() *running {
	s.t.Helper()
	a := &running{Cmd: s.program("agent", "--no-tray")}
	a.Path = s.bin
	a.Stdout, a.Stderr = &a.said, &a.said
	s.must(a.Start())
	for !strings.Contains(s.exec("status", "--json").out, `"running":true`) {
		linger(s.t.Context(), 50*time.Millisecond)
	}
	return a
}

// every does something again and again until ctx ends.
func every(ctx context.Context, interval time.Duration, do func()) {
	for ctx.Err() == nil {
		do()
		linger(ctx, interval)
	}
}

// linger is a while, or less when ctx ends.
func linger(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}

// dialpadWinds are the faults of Dialpad, one of each kind the contract lists.
var dialpadWinds = []string{
	"GET /kbm/nodes token=expired times=2",
	"status=401 times=3",
	"GET /kbm/nodes/{id} probability=0.1 status=404",
	"/kbm/** status=410 times=2",
	"POST /kbm/nodes probability=0.3 status=409",
	"probability=0.2 status=429 retry-after=2",
	"probability=0.2 status=429 retry-after=date:2",
	"probability=0.1 status=429",
	"probability=0.1 status=429 retry-after=0",
	"probability=0.1 status=429 retry-after=-1",
	"probability=0.1 status=429 retry-after=soon",
	"limit=6/s parallel=2 retry-after=1",
	"status=503",
	"probability=0.5 status=500 body=html",
	"probability=0.5 status=502 body=empty",
	"probability=0.3 status=503 retry-after=2",
	"probability=0.1 status=500 body=huge",
	"POST /kbm/nodes probability=0.4 reset=after",
	"POST,PUT,DELETE probability=0.2 status=504 effect",
	"probability=0.3 delay=800ms",
	"probability=0.2 hold=1s",
	"GET /kbm/nodes drip=4000",
	"probability=0.2 reset=before",
	"probability=0.2 reset=mid",
	"probability=0.5 reset=idle",
	"GET probability=0.2 truncate",
	"GET probability=0.2 html",
	"GET probability=0.2 status=200 body=null",
	"GET /kbm/nodes page=loop",
	"GET /kbm/nodes page=repeat",
	"GET /kbm/nodes page=empty",
	"GET /kbm/nodes page=short",
	"GET /kbm/nodes page=invalid",
	"GET /kbm/nodes page=gone",
	"probability=0.1 redirect=http://127.0.0.1:9/elsewhere",
	"probability=0.5 gzip",
	"clock=+26h",
	"clock=-26h",
}

// lateWinds make Dialpad refuse single answers, which are then not tried again
// within the hour. They come last, because nothing is green from then on.
var lateWinds = []string{
	"POST,PUT,DELETE /kbm/** status=403 times=3",
	"POST /kbm/nodes/{id}/content probability=0.2 status=413",
	"POST /kbm/nodes/{id}/content probability=0.2 status=415",
	"POST,PUT /kbm/** probability=0.2 status=422",
}

// zendeskWinds are those of the help center. None of them lies about an answer
// being gone, and none loses a new sign-in: the first would be the source's own
// word, after the second a person has to sign in.
var zendeskWinds = []string{
	"GET probability=0.2 status=429 retry-after=2",
	"GET probability=0.1 status=429 retry-after=0",
	"GET limit=5/s retry-after=1",
	"GET status=503 body=html",
	"GET probability=0.4 status=500",
	"GET probability=0.3 status=503 retry-after=2",
	"GET probability=0.05 status=500 body=huge",
	"GET probability=0.3 delay=800ms",
	"GET probability=0.2 hold=1s",
	"GET drip=20000",
	"GET probability=0.2 reset=before",
	"GET probability=0.2 reset=mid",
	"GET probability=0.5 reset=idle",
	"GET probability=0.2 truncate",
	"GET probability=0.2 html",
	"GET probability=0.2 status=200 body=null",
	"GET probability=0.1 redirect=http://127.0.0.1:9/elsewhere",
	"GET probability=0.5 gzip",
	"GET /incremental/articles status=404 times=2",
	"GET probability=0.1 status=403",
	`GET probability=0.1 status=503 body="{\"error\":{\"title\":\"odd\",\"message\":\"an object\"}}"`,
}

// weather is gusts, each with other faults and another behaviour of Dialpad,
// and lulls in which everything works.
func (s *storm) weather(ctx context.Context) {
	for ctx.Err() == nil {
		s.gust()
		linger(ctx, time.Duration(1000+s.winds.IntN(3000))*time.Millisecond)
		s.fair()
		linger(ctx, time.Duration(s.winds.IntN(8000))*time.Millisecond)
	}
}

func (s *storm) gust() {
	late := time.Since(s.began) > stormFor*3/4
	if late {
		s.blow(s.dialpad.Faults(), lateWinds)
	}
	s.blow(s.dialpad.Faults(), dialpadWinds)
	s.blow(s.zendesk.Faults(), zendeskWinds)
	s.must(s.dialpad.SetSwitches(func(sw *dialpadsim.Switches) {
		one := func(values ...string) string { return values[s.winds.IntN(len(values))] }
		sw.ListShape, sw.ConflictID = one("full", "full", "sparse"), one("on", "off")
		sw.Cursor, sw.ErrorShape = one("stable", "generation"), one("kare", "google", "oauth", "detail", "html", "empty")
		sw.ExtraFields, sw.ReportVersions = one("on", "off"), one("on", "on", "off")
		sw.EmptyBody, sw.UploadAnswer = one("off", "upload"), one("json", "text")
		sw.PageCap = 10 + 90*s.winds.IntN(2)
		if late {
			sw.RejectTitles, sw.Writes = one("", "[0-9]0$"), one("allow", "forbid")
		}
		sw.Retired = [][]string{nil, nil, nil, {"v2.2"}, {"v3.1"}}[s.winds.IntN(5)]
	}))
	switch s.winds.IntN(8) {
	case 0:
		s.dialpad.ExpireTokens()
	case 1:
		s.dialpad.RevokeAll()
	case 2:
		s.zendesk.ExpireCursors()
	}
}

func (s *storm) blow(faults *sim.Faults, winds []string) {
	for range 1 + s.winds.IntN(3) {
		s.must(faults.AddText(winds[s.winds.IntN(len(winds))]))
	}
}

// fair ends all faults.
func (s *storm) fair() {
	for side, faults := range map[string]*sim.Faults{"Dialpad: ": s.dialpad.Faults(), "help center: ": s.zendesk.Faults()} {
		for _, rule := range faults.Rules() {
			s.fired[side+rule.Fault] += rule.Fired
		}
		faults.Clear()
	}
	s.dialpad.Restore()
	s.must(s.dialpad.SetSwitches(func(sw *dialpadsim.Switches) { *sw = dialpadsim.Switches{LagMS: 300} }))
}

// edits is the help center's day.
func (s *storm) edits() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch n := s.dice.IntN(100); {
	case n < 50:
		s.edit()
	case n < 75:
		s.add()
	case n < 85:
		s.hide()
	case n < 95:
		s.show()
	case n < 97:
		s.must(s.zendesk.BulkTouch(30))
	}
}

// handEdits is somebody at work in Dialpad itself.
func (s *storm) handEdits() {
	s.mu.Lock()
	defer s.mu.Unlock()
	nodes := s.nodes()
	ids := s.visible()
	have := nodes[keyOf(ids[s.dice.IntN(len(ids))])]
	if len(have) != 1 || have[0].Status != engine.Published {
		return
	}
	n := have[0]
	switch s.dice.IntN(3) {
	case 0:
		s.must(s.dialpad.EditByHand(n.ID, n.Title, "<html><body><p>Somebody typed over this.</p></body></html>"))
	case 1:
		s.must(s.dialpad.UnpublishByHand(n.ID))
	default:
		s.must(s.dialpad.DeleteByHand(n.ID))
	}
	s.hands[n.ExternalID] = time.Now()
	s.deeds["changed by hand in Dialpad"]++
}

// callFor makes a call of the racy program, which is asked to end after a while
// and then has to be gone within two seconds.
func (s *storm) callFor(patience time.Duration, args ...string) (o outcome, cut bool) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	like := s.program(args...)
	cmd := exec.CommandContext(ctx, s.bin, like.Args[1:]...)
	cmd.Dir, cmd.Env = like.Dir, like.Env
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 10 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	_ = cmd.Run() // its exit code says how it went
	if late := time.Since(began) - patience; late > 3*time.Second {
		s.t.Errorf("%v was still there %s after Ctrl-C", args, late)
	}
	o = outcome{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
	if strings.Contains(o.errs, "DATA RACE") {
		s.t.Errorf("%v: %s", args, o)
	}
	return o, ctx.Err() != nil
}

func (s *storm) mustEnd(args ...string) outcome {
	o, cut := s.callFor(6*time.Minute, args...)
	if cut {
		s.t.Errorf("%v did not end: %s", args, o)
	}
	return o
}

// ask is somebody who wants a sync now. That no version of Dialpad's API is
// there looks like a wrong address, because it is one of the faults.
func (s *storm) ask(n int) {
	defer s.waiting.Add(-1)
	args := []string{"sync", "--json", "--wait", "2s"}
	if n%6 == 5 {
		args = append(args, "--full")
	}
	o, cut := s.callFor(25*time.Second, args...)
	s.mu.Lock()
	defer s.mu.Unlock()
	if cut {
		s.calls["given up by the caller"]++
		return
	}
	s.calls[fmt.Sprintf("exit %d", o.code)]++
	if o.code == exitInSync {
		var r report
		s.must(json.Unmarshal([]byte(o.out), &r))
		s.judge(r.CheckedAt, r.ProvedAt)
	}
	noAPI := o.code == exitUsage && strings.Contains(o.out, `"no_knowledge_api"`)
	if o.code >= exitDefect || o.code < 0 || (o.code == exitUsage && !noAPI) {
		s.t.Errorf("sync: %s", o)
	}
}

// watch looks at the status and holds a green one against what the agent must
// know.
func (s *storm) watch() {
	s.mu.Lock() // nobody edits between the status and the look at both sides
	defer s.mu.Unlock()
	o, _ := s.callFor(20*time.Second, "status", "--json")
	var status struct {
		Running  bool                   `json:"running"`
		Icon     view.Icon              `json:"icon"`
		Accounts []engine.AccountStatus `json:"accounts"`
	}
	if err := json.Unmarshal([]byte(o.out), &status); err != nil || !status.Running || len(status.Accounts) != 1 {
		s.t.Errorf("status: %v %s", err, o)
		return
	}
	s.looks++
	if status.Icon == view.UpToDate {
		s.greens++
		s.judge(status.Accounts[0].Checked, status.Accounts[0].Proved)
	}
}

// settling is how long after a change another one may be missed for a while:
// Zendesk's times have whole seconds, and an article that young is looked at
// again.
const settling = 4 * time.Second

// judge says where a green status is a lie. "Checked" has to mean that every
// change the feed told of by then is in Dialpad, "proved" that everything that
// was different by then, in whatever way, is.
func (s *storm) judge(checked, proved time.Time) {
	fed := s.lastGood(checked, "/api/v2/help_center/incremental/articles")
	listed := s.lastGood(proved, "/api/v2/help_center/{locale}/articles")
	wrong := s.differences()
	s.judged++
	if len(wrong) == 0 {
		s.agreed++
	}
	for id, what := range wrong {
		c := s.last[id]
		known := fed
		if !c.told {
			known = listed
		}
		news := c.at.After(known.Add(-settling))
		byHand := s.hands[keyOf(id)].After(proved.Add(-2 * time.Second))
		if !news && !byHand {
			s.t.Errorf("a false green: checked %s, proved %s, but %d, last changed %s (told %v, known up to %s), by hand %s, %s",
				clock(checked), clock(proved), id, clock(c.at), c.told, clock(known), clock(s.hands[keyOf(id)]), what)
		}
	}
}

func clock(t time.Time) string { return t.Format("15:04:05.000") }

// lastGood is when the last listing before a moment began that was answered
// well; of a listing in pages, its first one.
func (s *storm) lastGood(before time.Time, template string) time.Time {
	var last time.Time
	for _, e := range s.zendesk.Journal().Entries() {
		first := true
		for _, key := range e.QueryKeys {
			first = first && key != "page[after]"
		}
		if e.Template == template && e.Status == 200 && e.Fault == "" && first && e.Time.Before(before) && e.Time.After(last) {
			last = e.Time
		}
	}
	return last
}

var refusedArticle = regexp.MustCompile(`did not accept .*/articles/(\d+)`)

// mend writes anew what Dialpad has refused, as somebody does who reads what
// the program names: a refused answer is not tried again within the hour.
func (s *storm) mend() {
	for range 5 {
		o := s.mustEnd("sync", "--wait", "2m")
		named := refusedArticle.FindAllStringSubmatch(o.out, -1)
		for _, name := range named {
			id, err := strconv.ParseInt(name[1], 10, 64)
			s.must(err)
			title, body := s.text("Mended")
			s.must(s.zendesk.Edit(id, "en-us", title, body))
			s.deeds["mended"]++
		}
		if len(named) == 0 {
			return
		}
	}
}

func (s *storm) logBooks() {
	s.t.Logf("articles: %s", counted(s.deeds))
	s.t.Logf("calls of sync: %s", counted(s.calls))
	s.t.Logf("looked %d times, green %d times; judged %d claims, in %d cases both sides were equal to the letter", s.looks, s.greens, s.judged, s.agreed)
	total := 0
	for _, n := range s.fired {
		total += n
	}
	s.t.Logf("%d faults of %d kinds; %d requests to the help center, %d to Dialpad", total, len(s.fired),
		s.zendesk.Journal().Total(), s.dialpad.Journal().Total())
	if total == 0 || s.greens == 0 {
		s.t.Error("there was no storm, or nothing was ever green")
	}
}
