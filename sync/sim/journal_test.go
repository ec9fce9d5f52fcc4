package sim

import "testing"

func TestJournalIsBoundedAndCountsExactly(t *testing.T) {
	j := NewJournal(10)
	for i := range 1000 {
		j.Record(Entry{Method: "GET", Template: "/x", Status: 200 + i%2, Parallel: i % 7})
	}
	entries := j.Entries()
	if len(entries) != 10 || entries[0].Seq != 991 || entries[9].Seq != 1000 {
		t.Errorf("%d entries, %d … %d", len(entries), entries[0].Seq, entries[len(entries)-1].Seq)
	}
	tally := j.Counts()["GET /x"]
	if j.Total() != 1000 || j.Count("GET", "/x") != 1000 || tally.Statuses[201] != 500 || j.MaxParallel() != 6 {
		t.Errorf("total %d, tally %+v, parallel %d", j.Total(), tally, j.MaxParallel())
	}
	if j.Count("GET", "/y") != 0 {
		t.Error("an unknown template is counted")
	}
	j.Reset()
	if len(j.Entries()) != 0 || j.Total() != 0 || j.MaxParallel() != 0 {
		t.Error("Reset left something")
	}
}
