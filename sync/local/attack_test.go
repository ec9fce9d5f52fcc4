package local_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// spelled is a request as it goes over the wire.
func spelled(method, target, token, body string, more ...string) string {
	head := append([]string{method + " " + target + " HTTP/1.1", "Host: agent", "Connection: close"}, more...)
	if token != "" {
		head = append(head, "Dialpad-Sync-Token: "+token)
	}
	return strings.Join(head, "\r\n") + fmt.Sprintf("\r\nContent-Length: %d\r\n\r\n", len(body)) + body
}

// What is refused, garbled or too large reaches nothing, and the agent answers
// its own people afterwards.
func TestAttacksOnTheLocalAPI(t *testing.T) {
	f := &fakeEngine{}
	path := serve(t, f)
	read, err := os.ReadFile(path + ".token")
	if err != nil {
		t.Fatal(err)
	}
	token := string(read)
	large := `{"account":"` + strings.Repeat("x", 1<<20) + `"}`
	attacks := []struct {
		name, raw string
		status    int // 0: no answer, or whichever but 200
	}{
		{"no token", spelled("POST", "/v2/stop", "", ""), 403},
		{"empty token", spelled("POST", "/v2/stop", "", "", "Dialpad-Sync-Token:"), 403},
		{"wrong token", spelled("POST", "/v2/stop", "guess", ""), 403},
		{"half of the token", spelled("POST", "/v2/stop", token[:len(token)/2], ""), 403},
		{"token and more", spelled("POST", "/v2/stop", token+"x", ""), 403},
		{"token in the query", spelled("POST", "/v2/stop?Dialpad-Sync-Token="+token, "", ""), 403},
		{"token in a cookie", spelled("POST", "/v2/stop", "", "", "Cookie: Dialpad-Sync-Token="+token), 403},
		{"wrong token before the right one", spelled("POST", "/v2/stop", token, "", "Dialpad-Sync-Token: guess"), 403},
		{"a web page", spelled("POST", "/v2/stop", token, "", "Origin: https://evil.example"), 403},
		{"a page without an origin", spelled("POST", "/v2/stop", token, "", "Origin: null"), 403},
		{"a browser that goes there", spelled("GET", "/v2/status", token, "", "Sec-Fetch-Site: none"), 403},
		{"a form, through a redirect", spelled("POST", "/v2/stop", "", "a=b", "Content-Type: application/x-www-form-urlencoded", "Origin: null"), 403},
		{"preflight", spelled("OPTIONS", "/v2/stop", "", "", "Origin: https://evil.example", "Access-Control-Request-Method: POST"), 403},
		{"stop by GET", spelled("GET", "/v2/stop", token, ""), 0},
		{"stop by HEAD", spelled("HEAD", "/v2/stop", token, ""), 404},
		{"sync without a body", spelled("POST", "/v2/sync", token, ""), 400},
		{"garbage as body", spelled("POST", "/v2/sync", token, "\x00\xff{"), 400},
		{"cut body", spelled("POST", "/v2/sync", token, `{"account":"he`), 400},
		{"a list as body", spelled("POST", "/v2/sync", token, `[]`), 400},
		{"1 MB body", spelled("POST", "/v2/sync", token, large), 400},
		{"1 MB decision", spelled("POST", "/v2/deletions", token, large), 400},
		{"10,000 brackets", spelled("POST", "/v2/sync", token, strings.Repeat("[", 10_000)), 400},
		{"no decision", spelled("POST", "/v2/deletions", token, `{"account":"help","decision":"everything"}`), 500},
		{"1 MB header", spelled("POST", "/v2/stop", token, "", "X-Long: "+strings.Repeat("x", 1<<20)), 431},
		{"1 MB path", spelled("GET", "/"+strings.Repeat("x", 1<<20), token, ""), 431},
		{"two lengths", spelled("POST", "/v2/stop", token, "", "Content-Length: 5"), 400},
		{"two hosts", spelled("POST", "/v2/stop", token, "", "Host: evil.example"), 400},
		{"unknown path", spelled("POST", "/v1/stop", token, ""), 404},
		{"path traversal", spelled("GET", "/v2/../../etc/passwd", token, ""), 0},
		{"CONNECT", spelled("CONNECT", "evil.example:443", token, ""), 0},
		{"garbage", "\x16\x03\x01\x00\xff\r\n\r\n", 0},
	}
	for _, a := range attacks {
		status, answer := knock(t, path, a.raw)
		if a.status != 0 && status != a.status || status == 200 || strings.Contains(answer, token) || strings.Contains(answer, "Access-Control-Allow") {
			t.Errorf("%s: %d, want %d", a.name, status, a.status)
		}
	}
	for range 500 { // half-open; they are there while the agent is asked, and end with it
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, "POST /v2/st")
	}
	f.mu.Lock()
	if len(f.asked) != 0 {
		t.Errorf("attackers reached %v", f.asked)
	}
	f.mu.Unlock()
	if err := dial(t, path).Resume(t.Context()); err != nil {
		t.Errorf("the agent's own people: %v", err)
	}
	t.Logf("%d attacks and 500 half-open connections, nothing reached", len(attacks))
}

// knock sends bytes to the socket; no answer is status 0.
func knock(t *testing.T, path, raw string) (status int, answer string) {
	t.Helper()
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatalf("the agent is gone: %v", err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(conn, raw) // it may be turned away before its end
	}()
	all, _ := io.ReadAll(conn) // cut answers count as well
	_ = conn.SetDeadline(time.Now())
	<-sent
	_, _ = fmt.Sscanf(string(all), "HTTP/1.1 %d", &status)
	return status, string(all)
}
