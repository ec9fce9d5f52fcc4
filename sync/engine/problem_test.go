package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// What a failure says survives the checkpoint and the way to another program.
func TestAProblemKeepsWhatItSays(t *testing.T) {
	was := &source.Error{
		Kind: source.Transient, Code: source.CodeTLS, Op: "list articles", Side: "source", Host: "acme.zendesk.com", Status: 495,
		RetryAt: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Issuer: "Inspecting Proxy Inc", ClockOff: -73 * time.Hour,
		Err: errors.New("not trusted"),
	}
	text, err := json.Marshal(engine.ProblemOf(fmt.Errorf("read changes: %w", was)))
	if err != nil {
		t.Fatal(err)
	}
	var p engine.Problem
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	var is *source.Error
	if !errors.As(p.AsError(), &is) {
		t.Fatalf("%v is no failure of a class", p.AsError())
	}
	if d := cmp.Diff(was, is, cmpopts.IgnoreFields(source.Error{}, "Err")); d != "" {
		t.Error(d)
	}
}
