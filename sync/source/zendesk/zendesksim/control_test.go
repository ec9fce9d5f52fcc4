package zendesksim_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// control posts JSON to /__sim/ and demands a status.
func (a *account) control(call, body string, status int) string {
	a.t.Helper()
	got := a.anonymous().do("POST", "/__sim/"+call, "application/json", body)
	if got.status != status {
		a.t.Errorf("POST /__sim/%s %s: %d %s, want %d", call, body, got.status, got.body, status)
	}
	return got.body
}

type state struct {
	Articles, Archived, Restricted, Sections, Tokens int
	Visible, Drafts                                  map[string]int
	Listed                                           []struct {
		ID     int64
		Locale string
		Title  string
		Body   string `json:"body_sha256"`
	}
}

func TestControlEdits(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 6, Locales: []string{"en-us", "fr"}})
	id := func(body string) string {
		var out struct{ ID int64 }
		if json.Unmarshal([]byte(body), &out) != nil || out.ID == 0 {
			t.Fatalf("no id in %s", body)
		}
		return itoa(out.ID)
	}
	category := id(a.control("edit", `{"op":"add_category","name":"C"}`, 200))
	section := id(a.control("edit", `{"op":"add_section","category":`+category+`,"name":"S"}`, 200))
	made := id(a.control("edit", `{"op":"add","title":"T","body":"<p>b</p>","section":`+section+`,"labels":["x"]}`, 200))
	for _, body := range []string{
		`{"op":"edit","id":` + made + `,"locale":"en-us","title":"T2","body":"B2"}`,
		`{"op":"add_translation","id":` + made + `,"locale":"fr","title":"F","body":"F"}`,
		`{"op":"edit_translation","id":` + made + `,"locale":"fr","title":"F2","body":"F2","bump":false}`,
		`{"op":"unpublish","id":` + made + `,"locale":"fr"}`, `{"op":"publish","id":` + made + `,"locale":"fr"}`,
		`{"op":"remove_translation","id":` + made + `,"locale":"fr"}`,
		`{"op":"restrict","id":` + made + `}`, `{"op":"unrestrict","id":` + made + `}`,
		`{"op":"move","id":` + made + `,"section":` + itoa(a.Sections()[0]) + `}`, `{"op":"label","id":` + made + `,"labels":["y"]}`,
		`{"op":"archive","id":` + made + `}`, `{"op":"restore","id":` + made + `}`,
		`{"op":"bulk_touch","n":3}`, `{"op":"rescan"}`, `{"op":"expire_cursors"}`, `{"op":"role","from":"admin","to":"agent"}`,
	} {
		a.control("edit", body, 200)
	}
	if got, _ := a.Text(mustInt(made), "en-us"); got != (zendesksim.Text{Title: "T2", Body: "B2"}) {
		t.Errorf("edited to %v", got)
	}
	a.wantRole("agent")
	a.control("edit", `{"op":"revoke"}`, 200)
	a.refused("/api/v2/users/me", 401, "")
	for body, status := range map[string]int{`{"op":"nonsense"}`: 422, `{"op":"archive","id":1}`: 422, `{"op":1}`: 400, `{"typo":1}`: 400, `x`: 400} {
		a.control("edit", body, status)
	}
}

func mustInt(text string) int64 {
	var n int64
	for _, digit := range text {
		n = n*10 + int64(digit-'0')
	}
	return n
}

func TestControlState(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 6, Drafts: 1, Restricted: 2, Locales: []string{"en-us", "fr"}})
	a.must(a.Archive(a.Articles()[0].ID))
	a.must(a.Edit(a.Articles()[1].ID, "fr", "Titre", "corps"))
	var got state
	a.anonymous().get("/__sim/state?visible=fr", &got)
	if got.Articles != 5 || got.Archived != 1 || got.Restricted != 2 || got.Visible["fr"] != 2 || got.Drafts["en-us"] != 1 || got.Sections != 1 || got.Tokens != 1 || len(got.Listed) != 2 {
		t.Errorf("state: %+v", got)
	}
	sum := sha256.Sum256([]byte("corps"))
	if first := got.Listed[0]; first.Title != "Titre" || first.Body != hex.EncodeToString(sum[:]) {
		t.Errorf("listed: %+v", first)
	}
	if a.anonymous().get("/__sim/state?visible=1", &got); len(got.Listed) != 4 {
		t.Errorf("%d listed in all locales", len(got.Listed))
	}
}

func TestControlFaultsClockJournalReset(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 6, Clock: sim.NewClock()})
	a.control("faults", `{"faults":["GET /articles status=503 times=1"]}`, 200)
	if got := a.do("GET", articles, "", ""); got.status != 503 || !strings.Contains(got.header.Get("Content-Type"), "text/html") {
		t.Errorf("with the fault: %d %s", got.status, got.body)
	}
	a.list(articles + ".json")
	a.control("clock", `{"advance":"1h","skew":"+10y"}`, 200)
	date, err := http.ParseTime(a.do("GET", articles, "", "").header.Get("Date"))
	if err != nil || time.Until(date) < 9*8760*time.Hour {
		t.Errorf("the Date header is %v", date)
	}
	a.refused("/api/v2/users/me", 401, "") // the token's half hour is over
	var journal struct {
		Total   int64
		Entries []sim.Entry
	}
	a.anonymous().get("/__sim/journal", &journal)
	if journal.Total != 4 || journal.Entries[0].Template != "/api/v2/help_center/{locale}/articles" || journal.Entries[0].Locale != "en-us" ||
		journal.Entries[0].TokenID == "" || journal.Entries[0].Status != 503 || journal.Entries[1].Status != 200 {
		t.Errorf("journal: %+v", journal)
	}
	a.must(a.Archive(a.Articles()[0].ID))
	a.control("reset", "", 204)
	if n := a.CountVisible(); n != 6 || a.Journal().Total() != 0 || len(a.Faults().Rules()) != 0 {
		t.Errorf("after the reset: %d articles", n)
	}
	a.wantRole("admin") // the clock is right again and tokens stay
}

func TestControlKey(t *testing.T) {
	a := open(t, zendesksim.Config{Key: "k1"})
	if got := a.do("GET", "/__sim/state", "", ""); got.status != http.StatusForbidden {
		t.Errorf("without the key: %d", got.status)
	}
	req, _ := http.NewRequest("GET", a.http.URL+"/__sim/state", nil)
	req.Header.Set("X-Sim-Key", "k1")
	if got := a.send(req); got.status != http.StatusOK {
		t.Errorf("with the key: %d", got.status)
	}
}

func TestControlIsForThisComputer(t *testing.T) {
	a := open(t, zendesksim.Config{})
	for address, status := range map[string]int{"127.0.0.1:5": 200, "[::1]:5": 200, "192.0.2.1:5": 403, "": 403} {
		req := httptest.NewRequest("GET", "http://127.0.0.1/__sim/state", nil)
		req.RemoteAddr = address
		w := httptest.NewRecorder()
		if a.ServeHTTP(w, req); w.Code != status {
			t.Errorf("from %q: %d, want %d", address, w.Code, status)
		}
	}
}
