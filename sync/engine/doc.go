// Package engine keeps Dialpad equal to a source: it decides what every change
// asks for, drives both sides, and is the only one that says whether they are
// equal. It declares the Destination it writes to and the Checkpoint it
// remembers with.
//
// # One document's way
//
// Run (or Sync) makes passes. A pass adopts what Dialpad already holds of ours
// when the checkpoint does not know (adopt.go), then catches up: Source.Fetch
// gives pages, plan decides for each change and its row, and apply hands the
// rest to a few workers (catchup.go, plan.go, work.go). Before a write begins
// its row is marked on disk as dirty, or as parked for a create; when the
// answer comes the row is clean (write.go). When a whole page has been dealt
// with the cursor moves. A document that fails is noted in its row and tried
// again later from a fresh read (retry.go); it never stops the others.
//
// Hourly the source's keys are compared with the rows: an unknown key or
// another version is read and put, a missing key is read and only that word
// counts (compare.go). Daily, after a first import and on request Dialpad is
// listed too (listing.go): creates whose answer was lost are found, drift is
// healed, doubles go. Removals are collected to the end of the pass and carried
// out together, or none of them when the guard says that the person has to
// decide (removals.go, guard.go). At the end judge compares both sets of keys;
// only equality is a proof (prove.go).
//
// # One status's way
//
// Every step changes the account's status through update, the only writer; the
// newest picture replaces the old one in each follower's slot (watch.go).
// Verdict turns the picture into the one word from which icon, sentence and
// exit code follow (status.go).
package engine
