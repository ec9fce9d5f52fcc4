package signin

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// attack is what somebody sends to the listener while a person signs in. In raw,
// STATE is the right state, FAKE another of its length, PORT the listener's.
type attack struct {
	name, raw string
	// status is the answer's; 0 is none, or whichever.
	status int
}

func get10(target string, headers ...string) string {
	return request11("GET", target, append([]string{"Host: 127.0.0.1:PORT"}, headers...)...)
}

func request11(method, target string, headers ...string) string {
	return method + " " + target + " HTTP/1.1\r\n" + strings.Join(append(headers, "Connection: close"), "\r\n") + "\r\n\r\n"
}

// The right state is given where the attack is about something else, so that
// it is the defence named that holds.
func attacks() []attack {
	const right, long = "/callback?code=evil&state=STATE", 1 << 20
	return []attack{
		{"no state", get10("/callback?code=evil"), 400},
		{"empty state", get10("/callback?code=evil&state="), 400},
		{"wrong state", get10("/callback?code=evil&state=FAKE"), 400},
		{"state of another case", get10("/callback?code=evil&state=LOWER"), 400},
		{"half of the state", get10("/callback?code=evil&state=HALF"), 400},
		{"the state and more", get10("/callback?code=evil&state=STATEx"), 400},
		{"state in the fragment", get10("/callback?code=evil#state=STATE"), 400},
		{"state in a cookie", get10("/callback?code=evil", "Cookie: state=STATE"), 400},
		{"no code", get10("/callback?state=STATE"), 400},
		{"error without state", get10("/callback?error=access_denied"), 400},
		{"error with wrong state", get10("/callback?error=access_denied&state=FAKE"), 400},
		{"script in the error's text", get10("/callback?error=%3Cscript%3Ealert(1)%3C/script%3E&error_description=%3Cscript%3Ealert(1)%3C/script%3E"), 400},
		{"error and code", get10(right + "&error=access_denied"), 400},
		{"two codes", get10(right + "&code=other"), 400},
		{"two states, the right one first", get10(right + "&state=FAKE"), 400},
		{"two states, the right one last", get10("/callback?code=evil&state=FAKE&state=STATE"), 400},
		{"two errors", get10("/callback?error=a&error=b&state=STATE"), 400},
		{"another issuer", get10(right + "&iss=https%3A%2F%2Fevil.example"), 400},
		{"issuer that is no address", get10(right + "&iss=%25"), 400},
		{"response splitting", get10("/callback?code=evil&state=x%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0a%3Cscript%3E"), 400},
		{"broken escapes", get10("/callback?code=%zz&state=%zz"), 400},
		{"semicolons", get10("/callback?code=evil;state=STATE"), 400},
		{"foreign host", request11("GET", right, "Host: evil.example"), 421},
		{"DNS rebinding: foreign name, our port", request11("GET", right, "Host: evil.example:PORT"), 421},
		{"name that begins like ours", request11("GET", right, "Host: 127.0.0.1.evil.example:PORT"), 421},
		{"IPv6 host", request11("GET", right, "Host: [::1]:PORT"), 421},
		{"mapped IPv6 host", request11("GET", right, "Host: [::ffff:127.0.0.1]:PORT"), 421},
		{"all interfaces as host", request11("GET", right, "Host: 0.0.0.0:PORT"), 421},
		{"another port as host", request11("GET", right, "Host: 127.0.0.1:1"), 421},
		{"host without port", request11("GET", right, "Host: 127.0.0.1"), 421},
		{"two hosts", request11("GET", right, "Host: 127.0.0.1:PORT", "Host: evil.example"), 400},
		{"no host", request11("GET", right), 400},
		{"HTTP/1.0 without host", "GET " + right + " HTTP/1.0\r\n\r\n", 421},
		{"absolute target at another host", get10("http://evil.example" + right), 421},
		{"foreign Origin, by fetch", get10(right, "Origin: https://evil.example", "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: cross-site"), 403},
		{"image of a foreign page", get10(right, "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"), 403},
		{"WebSocket of a foreign page", get10(right, "Sec-Fetch-Mode: websocket", "Upgrade: websocket"), 403},
		{"wrong path", get10("/?code=evil&state=STATE"), 404},
		{"path below", get10("/callback/x?code=evil&state=STATE"), 404},
		{"path traversal", get10("/x/../callback?code=evil&state=STATE"), 404},
		{"escaped traversal", get10("/callback/%2e%2e/etc/passwd?code=evil&state=STATE"), 404},
		{"doubled slash", get10("//callback?code=evil&state=STATE"), 404},
		{"other case of the path", get10("/Callback?code=evil&state=STATE"), 404},
		{"POST", request11("POST", right, "Host: 127.0.0.1:PORT", "Content-Length: 0"), 405},
		{"POST with the answer as form", request11("POST", "/callback", "Host: 127.0.0.1:PORT", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 0"), 405},
		{"HEAD of a link checker", request11("HEAD", right, "Host: 127.0.0.1:PORT"), 405},
		{"OPTIONS", request11("OPTIONS", right, "Host: 127.0.0.1:PORT", "Origin: https://evil.example"), 405},
		{"OPTIONS of everything", request11("OPTIONS", "*", "Host: 127.0.0.1:PORT"), 0},
		{"CONNECT", request11("CONNECT", "evil.example:443", "Host: 127.0.0.1:PORT"), 0},
		{"TRACE", request11("TRACE", right, "Host: 127.0.0.1:PORT"), 405},
		{"method override", request11("POST", right, "Host: 127.0.0.1:PORT", "X-HTTP-Method-Override: GET", "Content-Length: 0"), 405},
		{"1 MB query", get10("/callback?code=" + strings.Repeat("x", long) + "&state=STATE"), 431},
		{"1 MB header", get10(right, "X-Long: "+strings.Repeat("x", long)), 431},
		{"100,000 headers", get10(right, strings.TrimSuffix(strings.Repeat("A: b\r\n", 100_000), "\r\n")), 431},
		{"header with a line end in its name", get10(right, "X Y: z"), 400},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 0},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0},
		{"garbage", "\x00\xff\x00\xff\r\n\r\n", 0},
	}
}

// No attack is accepted, none ends the person's sign-in, and the listener is
// gone when it is over.
func TestAttacksOnTheListener(t *testing.T) {
	v := newVendor(t)
	b := &fakeBrowser{consent: "approve"}
	pages := make(chan string)
	ended := make(chan error, 1)
	goOn := make(chan struct{})
	go func() {
		_, err := Run(t.Context(), Config{Provider: v.provider(), OpenURL: func(page string) error {
			pages <- page
			<-goOn
			return b.open(page)
		}})
		ended <- err
	}()
	address, state := calledBackAt(t, <-pages)
	for _, a := range attacks() {
		status, body := strike(t, address, spell(a.raw, address, state))
		if a.status != 0 && status != a.status || status == http.StatusOK && !strings.Contains(a.name, "OPTIONS") {
			t.Errorf("%s: HTTP %d, want %d", a.name, status, a.status)
		}
		for _, leak := range []string{state, "<script>", "Set-Cookie", "Access-Control-Allow"} {
			if strings.Contains(body, leak) {
				t.Errorf("%s: the answer holds %q", a.name, leak)
			}
		}
		if len(ended) > 0 {
			t.Fatalf("%s ended the person's sign-in: %v", a.name, <-ended)
		}
	}
	if len(v.grants) != 0 {
		t.Errorf("%d codes of attackers were exchanged", len(v.grants))
	}
	for range 200 { // half-open and slow ones, still there at the end
		conn, err := net.Dial("tcp4", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if _, err := io.WriteString(conn, "GET /callback?code=evil&st"); err != nil {
			t.Fatal(err)
		}
	}
	close(goOn)
	if err := <-ended; err != nil || b.status != http.StatusOK || len(v.grants) != 1 {
		t.Errorf("the person's own sign-in: %v, HTTP %d, %d codes exchanged", err, b.status, len(v.grants))
	}
	if conn, err := net.Dial("tcp4", address); err == nil {
		_ = conn.Close()
		t.Error("somebody still listens")
	}
	t.Logf("%d attacks and 200 slow clients, 0 accepted", len(attacks()))
}

// calledBackAt reads where a sign-in waits and its state from the vendor's page.
func calledBackAt(t *testing.T, page string) (address, state string) {
	t.Helper()
	u, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	back, err := url.Parse(u.Query().Get("redirect_uri"))
	if err != nil {
		t.Fatal(err)
	}
	return back.Host, u.Query().Get("state")
}

func spell(raw, address, state string) string {
	_, port, _ := strings.Cut(address, ":")
	fake := strings.Repeat("A", len(state))
	lower := strings.ToLower(state)
	if lower == state {
		lower = strings.ToUpper(state)
	}
	return strings.NewReplacer("PORT", port, "STATE", state, "FAKE", fake, "LOWER", lower, "HALF", state[:len(state)/2]).Replace(raw)
}

// strike sends bytes and returns what came back; no answer is status 0.
func strike(t *testing.T, address, raw string) (status int, all string) {
	t.Helper()
	conn, err := net.Dial("tcp4", address)
	if err != nil {
		t.Fatalf("the listener is gone: %v", err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(conn, raw) // it may be turned away before its end
		if len(raw) < 1<<10 {
			_ = conn.(*net.TCPConn).CloseWrite()
		}
	}()
	answer, _ := io.ReadAll(bufio.NewReader(conn)) // cut answers count as well
	_ = conn.SetDeadline(time.Now())
	<-sent
	var minor int
	_, _ = fmt.Sscanf(string(answer), "HTTP/1.%d %d", &minor, &status)
	return status, string(answer)
}

// What comes before there is a sign-in, or after it was given up, meets nobody;
// the answer of an earlier sign-in is of no use to a later one.
func TestAnAnswerOfAnotherSignInIsOfNoUse(t *testing.T) {
	v := newVendor(t)
	first, old, done := waiting(t, Config{Provider: v.provider()})
	get(t, "GET", first+"?error=access_denied&state="+old, "")
	<-done
	if conn, err := net.Dial("tcp4", hostOf(first)); err == nil {
		_ = conn.Close()
		t.Error("an ended sign-in still listens")
	}
	second, _, result := waiting(t, Config{Provider: v.provider(), Timeout: time.Second})
	for _, query := range []string{"?code=c&state=", "?error=access_denied&state="} {
		if got := get(t, "GET", second+query+old, ""); got.status != http.StatusBadRequest {
			t.Errorf("%s with the state of an earlier sign-in: HTTP %d", query, got.status)
		}
	}
	if err := <-result; err == nil || len(v.grants) != 0 {
		t.Errorf("%v, %d codes exchanged", err, len(v.grants))
	}
}
