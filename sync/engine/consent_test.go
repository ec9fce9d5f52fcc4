package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// agree is what the window keeps when a person has chosen after seeing the
// number; the process then begins anew with that selection.
func (b *bench) agree(c engine.Consent) {
	b.t.Helper()
	state, _, err := b.store.Load(b.t.Context(), "help")
	if err == nil {
		state.Consent = c
		err = b.store.Commit(b.t.Context(), "help", engine.Batch{State: &state})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.start(nil)
}

// untick takes documents out of the selection, which the change order does not
// tell.
func (b *bench) untick(from, to int) {
	for i := from; i < to; i++ {
		b.hide(number(i), source.Deselected, false)
	}
}

func (b *bench) consent() engine.Consent {
	b.t.Helper()
	state, _, err := b.store.Load(b.t.Context(), "help")
	if err != nil {
		b.t.Fatal(err)
	}
	return state.Consent
}

func TestWhatWasTickedOffAfterSeeingTheNumberGoes(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		b.untick(0, 60)
		b.selection = "less"
		b.agree(engine.Consent{Selection: "less", Removals: 60})
		b.check(b.sync(engine.Options{Full: true}, 0))
		if b.deletes != 60 || b.consent() != (engine.Consent{}) {
			t.Errorf("%d deleted, the consent is %+v", b.deletes, b.consent())
		}
		// It opened no door for others: 40 are left, 20 of them may go unasked.
		for i := 60; i < 81; i++ {
			b.hide(number(i), source.Deleted, false)
		}
		if out := b.sync(engine.Options{Full: true}, 0); b.deletes != 60 || out.Status.Held != 21 {
			t.Errorf("%d deleted, %d held", b.deletes, out.Status.Held)
		}
	})
}

func TestMoreThanThePersonSawWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		b.untick(0, 90)
		b.selection = "less"
		b.agree(engine.Consent{Selection: "less", Removals: 60})
		out := b.sync(engine.Options{Full: true}, 0)
		if b.deletes != 60 || out.Status.Held != 30 || out.Status.Waiting != engine.WaitMany {
			t.Fatalf("%d deleted, %+v", b.deletes, out.Status)
		}
		if b.sync(engine.Options{Full: true}, 0); b.deletes != 60 {
			t.Errorf("%d deleted by one consent for 60", b.deletes)
		}
	})
}

func TestAnEditedSettingsFileIsNoConsent(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		b.untick(0, 60)
		b.selection = "by hand"
		b.agree(engine.Consent{Selection: "less", Removals: 60})
		if out := b.sync(engine.Options{Full: true}, 0); b.deletes != 0 || out.Status.Held != 60 {
			t.Fatalf("%d deleted, %+v", b.deletes, out.Status)
		}
		b.selection = "less" // a consent that was void does not come back
		b.start(nil)
		if b.sync(engine.Options{Full: true}, 0); b.deletes != 0 {
			t.Errorf("%d deleted", b.deletes)
		}
	})
}

// Somebody else is signed in: nothing goes, agreed to or not.
func TestConsentDoesNotOutweighAnotherPerson(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(10)
		b.equal()
		b.untick(0, 3)
		b.role, b.selection = "agent", "less"
		b.agree(engine.Consent{Selection: "less", Removals: 3})
		if out := b.sync(engine.Options{Full: true}, 0); b.deletes != 0 || out.Status.Waiting != engine.WaitWho {
			t.Errorf("%d deleted, %+v", b.deletes, out.Status)
		}
	})
}

// What waited already goes with the number the person saw, which included it.
func TestConsentCoversWhatWaited(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		b.untick(0, 60)
		b.selection = "less"
		b.start(nil)
		if out := b.sync(engine.Options{Full: true}, 0); out.Status.Held != 60 {
			t.Fatalf("%+v", out.Status)
		}
		b.agree(engine.Consent{Selection: "less", Removals: 60})
		b.check(b.sync(engine.Options{Full: true}, 0))
	})
}

func TestWhatAnEarlierSetUpLeftIsKept(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		b.untick(0, 60)
		b.hide(number(60), source.Deleted, false)
		b.close()
		b.file += "x" // another computer
		b.selection = "less"
		b.start(nil)
		b.agree(engine.Consent{Selection: "less", KeepFound: true})
		out := b.sync(engine.Options{}, 5*time.Minute)
		if v := out.Status.Verdict(time.Now()); v != engine.UpToDate || b.deletes != 0 || out.Status.Kept != 61 || out.Status.DialpadDocuments != 39 {
			t.Fatalf("verdict %d, %d deleted, %+v", v, b.deletes, out.Status)
		}
		b.hide(number(61), source.Deselected, false) // found later: not covered
		b.sync(engine.Options{Full: true}, 0)
		if b.deletes != 1 {
			t.Errorf("%d deleted", b.deletes)
		}
	})
}

// A decision about many leaves a guard for the few that are left.
func TestTheGuardMeasuresWhatADecisionLeft(t *testing.T) {
	for _, d := range []engine.Decision{engine.Keep, engine.Delete} {
		t.Run(string(d), func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bench) {
				b.fill(300)
				b.equal()
				for i := range 250 {
					b.hide(number(i), source.Deleted, true)
				}
				b.sync(engine.Options{}, 0)
				if _, err := b.engine.Decide(t.Context(), "help", d, time.Now()); err != nil {
					t.Fatal(err)
				}
				before := b.deletes
				for i := 250; i < 290; i++ {
					b.hide(number(i), source.Deleted, true)
				}
				if out := b.sync(engine.Options{}, 0); b.deletes != before || out.Status.Held != 40 {
					t.Errorf("%d of the 50 that were left are deleted, %d held", b.deletes-before, out.Status.Held)
				}
			})
		})
	}
}

// choice is what a person ticks off, sees and agrees to, and what meanwhile
// goes at the source.
type choice struct {
	size      int
	off, gone []int
	consent   engine.Consent
	chosen    string
	earlier   bool // Dialpad's documents are an earlier set-up's
}

func drawChoice(rt *rapid.T) choice {
	c := choice{size: rapid.IntRange(1, 50).Draw(rt, "size")}
	fate := rapid.SliceOfN(rapid.SampledFrom([]string{"stays", "stays", "off", "gone"}), c.size, c.size).Draw(rt, "fate")
	for i, f := range fate {
		switch f {
		case "off":
			c.off = append(c.off, i)
		case "gone":
			c.gone = append(c.gone, i)
		}
	}
	c.consent = engine.Consent{
		Selection: rapid.SampledFrom([]string{"less", "less", "other"}).Draw(rt, "consent for"),
		Removals:  rapid.IntRange(0, c.size).Draw(rt, "agreed"), KeepFound: rapid.Bool().Draw(rt, "keep"),
	}
	c.chosen, c.earlier = "less", rapid.Bool().Draw(rt, "earlier")
	return c
}

// unasked is how many of c.size may go in a day without a consent.
func (c choice) unasked() int {
	n := max(20, c.size/5)
	if c.size > 3 {
		n = min(n, c.size/2)
	}
	return n
}

// However a person chooses, no more goes than they agreed to and the guard
// lets pass, what they keep stays, and within both nothing is left over.
func TestConsentNeverGoesFurther(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawChoice(rt)
		fault := ""
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			fault = b.choose(c)
			b.close()
		})
		if fault != "" {
			rt.Fatal(fault)
		}
	})
}

func (b *bench) choose(c choice) string {
	b.start(nil)
	b.fill(c.size)
	b.equal()
	if c.earlier {
		b.close()
		b.file += "x"
	}
	for _, i := range c.off {
		b.hide(number(i), source.Deselected, false)
	}
	for _, i := range c.gone {
		b.hide(number(i), source.Deleted, false)
	}
	b.selection = c.chosen
	b.start(nil)
	b.agree(c.consent)
	out := b.sync(engine.Options{Full: true}, 5*time.Minute)
	agreed := c.consent
	if agreed.Selection != c.chosen {
		agreed = engine.Consent{}
	}
	due, covered := len(c.off)+len(c.gone), len(c.off)
	if c.earlier {
		covered = due
	}
	others := due - min(covered, agreed.Removals)
	want := due
	switch {
	case c.earlier && agreed.KeepFound:
		want = 0
	case others > c.unasked():
		want = due - others
	}
	switch {
	case len(b.wrong) > 0:
		return fmt.Sprint(b.wrong)
	case b.deletes != want:
		return fmt.Sprintf("%d of %d deleted, want %d", b.deletes, due, want)
	case b.consent() != (engine.Consent{}):
		return fmt.Sprintf("the consent outlives its comparison: %+v", b.consent())
	case want == due && slices.Contains([]engine.Verdict{engine.RemovalsHeld, engine.NeedsPerson}, out.Status.Verdict(time.Now())):
		return fmt.Sprintf("nothing is left to do, yet %+v", out.Status)
	}
	return ""
}
