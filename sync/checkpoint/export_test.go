package checkpoint

import (
	"fmt"
	"testing"
)

// Classify says what happens next after a failure.
var Classify = classify

// LimitPages makes the file behave as on a disk with room for n pages.
func LimitPages(t testing.TB, s *Store, n int) {
	t.Helper()
	if _, err := s.db.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", n)); err != nil {
		t.Fatal(err)
	}
}
