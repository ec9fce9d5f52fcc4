package model_test

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
)

// telling prints everything that happens, for whoever looks for the cause of a
// failure: by the computer's clock and, in brackets, by that of both sides.
var telling = os.Getenv("DIALPAD_SYNC_STORY") != ""

func (w *world) tell(format string, args ...any) {
	if telling {
		const form = "2006-01-02 15:04:05.000"
		fmt.Printf("%s [%s] %s\n", time.Now().UTC().Format(form), w.clock.Now().UTC().Format(form), fmt.Sprintf(format, args...))
	}
}

func (w *world) tellRequest(side string, r *http.Request, resp *http.Response, err error) {
	if !telling {
		return
	}
	answer := fmt.Sprint(err)
	if err == nil {
		answer = resp.Status
	}
	w.tell("  %s: %s %s: %s", side, r.Method, r.URL, answer)
}

func (w *world) tellMove(m move) {
	if telling {
		w.tell("  event %d, by hand %v: %s: %q becomes %q", m.seq, m.byHand, m.key(), state(m.before), state(m.after))
	}
}

func state(n dialpadsim.Node) string {
	if n.ID == "" {
		return ""
	}
	return n.ID + " " + n.Status + " " + n.Title + " " + n.Content
}
