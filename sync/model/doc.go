// Package model holds no code, only a test: it lets everything happen to the
// engine that can happen, with both vendors' clients and doubles around it, and
// holds the end, every proof and every green answer against what the doubles
// know. It stands beside the packages it joins, because none of those may
// import all the others.
//
// # One world
//
// A world is a small help center (zendesksim) and a Dialpad (dialpadsim) in the
// fake time of testing/synctest, reached without sockets. rapid draws a list of
// deeds: somebody edits, somebody changes Dialpad by hand, the weather on either
// side turns bad, the process is killed, its checkpoint is lost, a clock is set,
// the computer sleeps; and between them the engine makes passes. A deed may
// happen in the middle of a pass, before or after a request. A failing list
// shrinks; what it was becomes a plain test where it is mended.
//
// # The judge
//
// What both sides hold is kept as a history of numbered events; the program has
// no part in it (history_test.go). After every deed judge_test.go asks: may the
// status say what it says, was every write needed, was every removal the
// source's own word, is what others own untouched? When the weather is fair
// again both sides have to be equal to the letter, and stay so without a write.
//
// Nine of ten worlds remember in maps instead of SQLite, which under the race
// detector takes ten times the rest; keep_test.go shows that both answer alike.
package model
