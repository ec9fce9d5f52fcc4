package dialpad

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"dialpadsync.app/sync/rest"
)

// Writing says whether the credentials may write.
type Writing string

const (
	// WritingUnknown: the API did not tell without a write being made.
	WritingUnknown Writing = "unknown"
	// WritingForbidden: the API said that these credentials may not write.
	WritingForbidden Writing = "forbidden"
)

// Tested is what set-up shows of a Dialpad that answers.
type Tested struct {
	Version string
	// Ours and Elsewhere count the documents with our source value and those
	// with another or none.
	Ours, Elsewhere int
	Writing         Writing
}

// Test lists the knowledge base and finds out, without changing anything,
// whether the credentials are known to be read-only: deleting a node that
// cannot exist is refused with 403 where the right is looked at first. Documents
// with one of the further values count as ours too. It is for a Destination that
// has listed nothing yet.
func (d *Destination) Test(ctx context.Context, values ...string) (Tested, error) {
	t := Tested{Version: d.version, Writing: WritingUnknown}
	for n, err := range d.nodes(ctx) {
		if err != nil {
			return t, err
		}
		n, ours, err := d.sort(ctx, n)
		switch {
		case err != nil:
			return t, err
		case ours, n.typ == typeContent && slices.Contains(values, n.source):
			t.Ours++
		default:
			t.Elsewhere++
		}
	}
	r := d.request(deleteNode, "node_"+strings.ToLower(rand.Text()), "")
	r.Op = "ask for the right to write"
	_, err := d.client.Do(ctx, r)
	switch {
	case statusOf(err) == http.StatusForbidden:
		t.Writing = WritingForbidden
	case err != nil && !refusesDocument(statusOf(err)) && !isMissing(err):
		return t, err
	}
	return t, nil
}

// TestSignIn asks for one node, only to see whether the credentials are still
// valid. It implements engine.SignInTester.
func (d *Destination) TestSignIn(ctx context.Context) error {
	r := d.request(listNodes, "", "")
	r.Op, r.NoRetry, r.Timeout = "ask whether the sign-in is valid", true, 10*time.Second
	r.Query = url.Values{"type": {typeContent}, "status": {published}, "limit": {"1"}}
	_, err := d.client.Do(rest.WithPatience(ctx, 0), r)
	if isMissing(err) {
		err = noVersion(err)
	}
	return err
}
