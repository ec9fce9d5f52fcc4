package main

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"
)

// politeRate is how many requests a second a client may send to Dialpad that
// leaves half of what it allows to others.
const politeRate = 10

const introduction = `# Beside what people do otherwise

Written by ` + "`make comparison`" + ` from what it measured; not edited by hand.

Somebody without this program keeps Dialpad equal to a help center with a script. There are two kinds, and we wrote one
of each as well as we could (` + "`cmd/bench/standin`" + `):

- **Compare everything each time**, the simplest way of the guide for data fetchers: read all articles, list all nodes,
  put every document (its node and its content), delete what is gone.
- **One get and one read per document**, what a customer's published script does: read all articles, list all nodes, get
  each node and read its content, put those that differ, delete what is gone.

All three work on the same help center double with the same edits, each with a Dialpad double of its own, one after the
other in the same run on the same computer (%s/%s, %d cores, %s). All ask for pages of 100, keep their connections, deal
with %d documents at a time and are throttled by nobody. What is fair to know: the scripts sign in to Dialpad once a
run, and so do we here, for every pass is a new process with an empty memory but for its checkpoint; our sign-in to the
help center is renewed in every pass, theirs is handed to them. The doubles answer at once, so seconds say what the
computer does; against Dialpad itself the requests decide. Our first copy takes longer than a script's: it ends with a
proof that both sides hold the same, and every write is on the disk as begun before it is sent, so that a power cut
doubles nothing. A script has neither. Our changed answers cost a read at the source and one at Dialpad beside the write,
which is how nothing of somebody else's is written over.

![Requests and bytes of a pass](comparison.svg)

`

// page is the comparison in words.
func page(runs []trial) string {
	var b strings.Builder
	fmt.Fprintf(&b, introduction, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), compareWorkers)
	b.WriteString("## A pass\n\nRequests to the help center + to Dialpad, bytes over both connections, seconds.\n\n")
	fmt.Fprintf(&b, "| documents | what there is to do | %s | %s | %s |\n|---:|---|---:|---:|---:|\n", ours, everything.title(), each.title())
	for _, r := range runs {
		if r.Way == ours {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", many(r.Articles), r.Scene, r, find(runs, r.Articles, r.Scene.plain(), everything), find(runs, r.Articles, r.Scene.plain(), each))
		}
	}
	b.WriteString("\nOnce an hour a pass of ours compares all keys of the source, and once a day those of both sides; a script's pass is always the same.\n\n")
	b.WriteString(days(runs))
	b.WriteString("## As a curve\n\nRequests of a pass without changes, each further `█` twice as many.\n\n```\n")
	b.WriteString(bars(runs))
	b.WriteString("```\n")
	return b.String()
}

// String is the scene in words.
func (s scene) String() string {
	switch {
	case s.first:
		return "first copy"
	case s.looks == hourly:
		return "0 changes, hourly look"
	case s.looks == daily:
		return "0 changes, daily look"
	case s.changes == 1:
		return "1 change"
	}
	return many(s.changes) + " changes"
}

// plain is the scene as it is for those who always look at everything.
func (s scene) plain() scene {
	s.looks = everyPass
	return s
}

// String is a cell of the table.
func (r trial) String() string {
	return fmt.Sprintf("%s + %s · %s · %s", many(int(r.left)), many(int(r.right)), size(r.bytes), seconds(r.Took))
}

func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func size(bytes int64) string {
	if bytes < 1e6 {
		return fmt.Sprintf("%.1f kB", float64(bytes)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}

// days are a day's requests, reckoned from the passes.
func days(runs []trial) string {
	var b strings.Builder
	passes, comparisons, proofs := looksADay()
	all := passes + comparisons + proofs
	fmt.Fprintf(&b, "## A day without changes\n\nReckoned from the passes above, looking every %d minutes (%d passes; ours: %d, %d with the hourly look, %d with the daily one), and, for the scripts, every 6 hours as the guide asks at least. In brackets: how long Dialpad is asked at %d requests a second.\n\n",
		int((24 * time.Hour / time.Duration(all)).Minutes()), all, passes, comparisons, proofs, politeRate)
	b.WriteString("| documents | " + string(ours) + " | " + everything.title() + " | every 6 h | " + each.title() + " | every 6 h |\n|---:|---:|---:|---:|---:|---:|\n")
	for _, n := range articlesOf(runs) {
		of := func(s scene, w way) trial { return find(runs, n, s, w) }
		quiet, hour, day := of(scene{}, ours), of(scene{looks: hourly}, ours), of(scene{looks: daily}, ours)
		a := cost{
			left:  int64(passes)*quiet.left + int64(comparisons)*hour.left + int64(proofs)*day.left,
			right: int64(passes)*quiet.right + int64(comparisons)*hour.right + int64(proofs)*day.right,
		}
		fmt.Fprintf(&b, "| %s | %s |", many(n), a.day())
		for _, w := range []way{everything, each} {
			one := of(scene{}, w)
			for _, times := range []int{all, 4} {
				fmt.Fprintf(&b, " %s |", cost{left: one.left * int64(times), right: one.right * int64(times)}.day())
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	return b.String()
}

func (c cost) day() string {
	took := time.Duration(c.right) * time.Second / politeRate
	text := many(int(c.left)) + " + " + many(int(c.right)) + " (" + spell(took) + ")"
	if took >= 24*time.Hour {
		text += ", more than a day has"
	}
	return text
}

// spell writes a time of a day to the unit that matters.
func spell(d time.Duration) string {
	switch {
	case d >= 2*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	case d >= 2*time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}

func articlesOf(runs []trial) (sizes []int) {
	for _, r := range runs {
		if !slices.Contains(sizes, r.Articles) {
			sizes = append(sizes, r.Articles)
		}
	}
	return sizes
}

// bars are the curve as text.
func bars(runs []trial) string {
	var b strings.Builder
	for _, n := range articlesOf(runs) {
		fmt.Fprintf(&b, "%s documents\n", many(n))
		for _, w := range []way{ours, everything, each} {
			requests := find(runs, n, scene{}, w).requests()
			fmt.Fprintf(&b, "  %-36s %-18s %s\n", w.title(), strings.Repeat("█", int(math.Round(math.Log2(max(1, requests)))+1)), many(int(requests)))
		}
	}
	return b.String()
}
