//go:build long

package main

import (
	"bytes"
	"context"
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
	"dialpadsync.app/sync/local"
)

// stormFor is how long everything fails: STORM, or four minutes.
func stormFor(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("STORM")
	if text == "" {
		return 4 * time.Minute
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// stormSeed chooses the weather and what people do: STORM_SEED, or always the
// same.
func stormSeed(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("STORM_SEED")
	if text == "" {
		return 29
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// fairFor is how long people go on working when nothing fails any more.
const fairFor = 75 * time.Second

// TestTheStorm lets an agent, built with the race detector, live through four
// minutes in which both sides fail in every way that is known, sign-ins are
// withdrawn, people edit both sides, so much goes at once that the person has
// to decide, and somebody asks for a sync every second. When it is over one
// sync makes both sides equal. Then people go on in fair weather, sign-ins end,
// and the help center is silent for two intervals. All the while somebody looks at the agent, and each time it
// says that everything is up to date, that is held against what the doubles
// know: see falseGreens. No call ends with a defect.
func TestTheStorm(t *testing.T) {
	seed := stormSeed(t)
	t.Logf("STORM_SEED=%d", seed)
	s := &storm{
		havoc: newHavoc(t, seed, 80, dialpadsim.Switches{LagMS: 300}), bin: racyProgram(t),
		winds: rand.New(rand.NewPCG(seed, 31)), fired: map[string]int{}, calls: map[string]int{},
		seen: looks{counts: map[string]int{}}, length: stormFor(t),
	}
	if o := s.exec("sync"); o.code != exitInSync {
		t.Fatalf("%s", o)
	}
	s.same()
	agent := s.startAgent()
	stopLooking := s.keepLooking()
	s.live(s.length, true, s.decide(engine.Delete))
	s.logBooks()
	s.calm()
	s.live(fairFor, false, s.decide(engine.Keep), s.putBack)
	s.calm()
	for n := 0; n < 8 && len(s.unseen()) > 0; n++ {
		s.live(fairFor/3, false)
		s.calm()
	}
	s.unreadable()
	s.signedOut()
	stopLooking()
	s.stopAgent(agent)
	s.silences()
	s.judged()
	s.enough()
}

// storm is a havoc in which nothing can be relied on.
type storm struct {
	*havoc
	bin     string
	agent   *local.Client
	began   time.Time
	length  time.Duration
	winds   *rand.Rand
	gusts   int
	waiting atomic.Int64 // calls of sync under way

	zendeskShut, dialpadShut []period // when a sign-in was not valid
	nights                   []night
	seen                     looks
	full                     []period // of sync --full that said that both sides are equal

	fired map[string]int // faults; of the weather alone
	calls map[string]int // ends of calls
	// hidden counts articles that were hidden one by one.
	hidden int
}

// night is a time in which the computer was off.
type night struct {
	at     time.Time
	length time.Duration
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
	s.redial()
	return a
}

func (s *storm) stopAgent(agent *running) {
	s.t.Helper()
	s.agent.Close()
	if o := s.mustEnd("stop"); o.code != exitInSync {
		s.t.Errorf("stop: %s", o)
	}
	if err := agent.Wait(); err != nil || strings.Contains(agent.said.String(), "DATA RACE") {
		s.t.Errorf("the agent ended with %v\n%s", err, &agent.said)
	}
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

// keepLooking looks at the agent until what it returns is called.
func (s *storm) keepLooking() (stop func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	var lookers sync.WaitGroup
	lookers.Go(func() { every(ctx, 40*time.Millisecond, func() { s.lookAtAPI(s.t.Context()) }) })
	lookers.Go(func() { every(ctx, time.Second, s.lookByCommand) })
	return func() {
		cancel()
		lookers.Wait()
	}
}

// decideFor bounds how long the people of a time wait for its removals.
const decideFor = 3 * time.Minute

// live is a time in which people are at work. Ends are what becomes of removals
// that wait for the person; the time lasts until they have.
func (s *storm) live(length time.Duration, stormy bool, ends ...func(context.Context, []int64)) {
	s.began = time.Now()
	ctx, over := context.WithCancel(s.t.Context())
	defer over()
	var people sync.WaitGroup
	decided := make(chan struct{})
	people.Go(func() {
		defer over()
		linger(ctx, length)
		select {
		case <-decided:
		case <-ctx.Done():
		case <-time.After(decideFor):
		}
	})
	if stormy {
		people.Go(func() { s.weather(ctx) })
	}
	people.Go(func() { every(ctx, time.Second, s.edits) })
	people.Go(func() { every(ctx, 3*time.Second, s.handEdits) })
	people.Go(func() {
		defer close(decided)
		s.decisions(ctx, ends)
	})
	for n := 0; ctx.Err() == nil; n++ {
		if s.waiting.Load() < 2 {
			s.waiting.Add(1)
			people.Go(func() { s.ask(n) })
		}
		linger(ctx, time.Second)
	}
	people.Wait()
	s.fair()
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
	full := n%6 == 5
	if full {
		args = append(args, "--full")
	}
	asked := time.Now()
	o, cut := s.callFor(25*time.Second, args...)
	noAPI := o.code == exitUsage && strings.Contains(o.out, `"no_knowledge_api"`)
	if o.code >= exitDefect || o.code < 0 || (o.code == exitUsage && !noAPI) {
		s.t.Errorf("sync: %s", o)
	}
	if !cut && !noAPI {
		s.lookAtReport(asked, o, full)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if cut {
		s.calls["given up by the caller"]++
		return
	}
	s.calls[fmt.Sprintf("exit %d", o.code)]++
}

// calm is the end of the storm: one sync makes both sides equal.
func (s *storm) calm() {
	s.t.Helper()
	began := time.Now()
	for range 3 { // what nobody could decide in the storm waits only now
		s.mend()
		if s.waitingRemovals(s.t.Context()) == 0 {
			break
		}
		s.decideRest()
	}
	asked := time.Now()
	o := s.mustEnd("sync", "--full", "--json", "--wait", "4m")
	s.t.Logf("%d mended; after the storm it took %s: %s", s.deeds["mended"], time.Since(began).Round(time.Second), o)
	s.lookAtReport(asked, o, true)
	if o.code != exitInSync {
		s.t.Error("it did not end in a proof")
	}
	s.same()
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
			s.write("mended", id, title, body)
		}
		if len(named) == 0 {
			return
		}
	}
}

func (s *storm) logBooks() {
	s.t.Logf("articles: %s", counted(s.deeds))
	s.t.Logf("calls: %s", counted(s.calls))
	total := 0
	for _, n := range s.fired {
		total += n
	}
	s.t.Logf("%d faults of %d kinds; sign-ins withdrawn: %d by Dialpad, %d by the help center; %d requests to the help center, %d to Dialpad",
		total, len(s.fired), len(s.dialpadShut), len(s.zendeskShut), s.zendesk.Journal().Total(), s.dialpad.Journal().Total())
	if total == 0 {
		s.t.Error("there was no storm")
	}
}
