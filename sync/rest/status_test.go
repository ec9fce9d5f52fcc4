package rest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

func TestStatusClasses(t *testing.T) {
	tests := []struct {
		status  int
		kind    source.Kind
		code    source.Code
		repeats bool
	}{
		{400, source.BadDocument, source.CodeRefused, false},
		{403, source.Forbidden, "", false},
		{404, source.BadDocument, source.CodeRefused, false},
		{408, source.Transient, source.CodeDown, true},
		{409, source.BadDocument, source.CodeRefused, false},
		{410, source.BadDocument, source.CodeRefused, false},
		{413, source.BadDocument, source.CodeTooLarge, false},
		{415, source.BadDocument, source.CodeRefused, false},
		{422, source.BadDocument, source.CodeRefused, false},
		{429, source.Throttled, "", true},
		{500, source.Transient, source.CodeDown, true},
		{502, source.Transient, source.CodeDown, true},
		{503, source.Transient, source.CodeDown, true},
		{504, source.Transient, source.CodeDown, true},
		{511, source.Transient, source.CodeNotData, true},
	}
	for _, test := range tests {
		t.Run(http.StatusText(test.status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var arrived seen
				client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
					arrived.note(req)
					w.WriteHeader(test.status)
					io.WriteString(w, `{"code":"x","message":"no way","id":"node_1"}`)
				})
				resp, err := client.Do(t.Context(), rest.Request{Op: "list nodes"})
				e := want(t, err, test.kind, test.code)
				if e.Status != test.status || e.Side != "dialpad" || e.Host != "localhost" || e.Op != "Dialpad: list nodes" {
					t.Errorf("error is %+v", e)
				}
				if e.Err == nil || e.Err.Error() != "no way" {
					t.Errorf("cause is %v, want the server's message", e.Err)
				}
				if resp == nil || resp.Status != test.status || !strings.Contains(string(resp.Body), "node_1") {
					t.Errorf("response beside the error is %+v", resp)
				}
				tries := 1
				if test.repeats {
					tries = 6
				}
				if arrived.count() != tries {
					t.Errorf("%d requests, want %d", arrived.count(), tries)
				}
			})
		})
	}
}

func TestOutageEnds(t *testing.T) {
	for _, body := range []string{`{"message":"later"}`, "<html>Bad gateway</html>", ""} {
		for _, status := range []int{500, 502, 503} {
			synctest.Test(t, func(t *testing.T) {
				var arrived seen
				client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
					if arrived.note(req) <= 4 {
						w.WriteHeader(status)
						io.WriteString(w, body)
						return
					}
					io.WriteString(w, "done")
				})
				resp, err := client.Do(t.Context(), rest.Request{Op: "get"})
				if err != nil || string(resp.Body) != "done" {
					t.Errorf("after %d %q: %v, %v", status, body, resp, err)
				}
			})
		}
	}
}

func TestExpiredToken(t *testing.T) {
	var arrived seen
	signIn := &tokens{current: "one", next: []string{"two"}}
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		arrived.note(req)
		if req.Header.Get("Authorization") != "Bearer two" {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			w.WriteHeader(401)
			io.WriteString(w, `{"code":"token_expired","message":"expired"}`)
			return
		}
		body, _ := io.ReadAll(req.Body)
		w.Write(body)
	}, func(cfg *rest.Config) { cfg.Tokens = signIn })
	resp, err := client.Do(t.Context(), rest.Request{
		Method: "POST", Path: "/kbm/nodes", Op: "create", NoRetry: true,
		Body: func() (io.Reader, error) { return strings.NewReader("the same body"), nil },
	})
	if err != nil || string(resp.Body) != "the same body" {
		t.Fatalf("after a renewal: %v, %v", resp, err)
	}
	if arrived.count() != 2 || len(signIn.renewals) != 1 || signIn.renewals[0] != "one" {
		t.Errorf("%d requests, renewals of %q", arrived.count(), signIn.renewals)
	}
}

func TestRevokedToken(t *testing.T) {
	var arrived seen
	signIn := &tokens{current: "one", next: []string{"two"}}
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		arrived.note(req)
		w.WriteHeader(401)
	}, func(cfg *rest.Config) { cfg.Tokens = signIn })
	_, err := client.Do(t.Context(), rest.Request{Op: "list"})
	if e := want(t, err, source.SignIn, ""); e.Status != 401 || e.Unsure {
		t.Errorf("error is %+v", e)
	}
	if arrived.count() != 2 || len(signIn.renewals) != 1 {
		t.Errorf("%d requests, %d renewals, want 2 and 1", arrived.count(), len(signIn.renewals))
	}
}

func TestRenewalFails(t *testing.T) {
	var arrived seen
	signIn := &tokens{current: "one", err: &source.Error{Kind: source.SignIn, Code: source.CodeWrongSecret, Op: "refresh", Side: "source"}}
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		arrived.note(req)
		w.WriteHeader(401)
	}, func(cfg *rest.Config) { cfg.Tokens = signIn })
	_, err := client.Do(t.Context(), rest.Request{Op: "list"})
	if e := want(t, err, source.SignIn, source.CodeWrongSecret); e.Side != "source" {
		t.Errorf("side is %q, want the token's", e.Side)
	}
	if arrived.count() != 1 {
		t.Errorf("%d requests after a failed renewal, want 1", arrived.count())
	}
}

// A token that is renewed, used up and rejected again much later is renewed
// again: only two 401 in a row mean that the person has to sign in.
func TestRenewedTokenExpiresAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signIn := &tokens{current: "one", next: []string{"two", "three"}}
		client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
			switch req.Header.Get("Authorization") {
			case "Bearer two":
				if len(signIn.next) == 1 && time.Now().Before(start(t).Add(time.Hour)) {
					w.Header().Set("Retry-After", "7200")
					w.WriteHeader(429)
					return
				}
				w.WriteHeader(401)
			case "Bearer three":
			default:
				w.WriteHeader(401)
			}
		}, func(cfg *rest.Config) { cfg.Tokens = signIn })
		if _, err := client.Do(t.Context(), rest.Request{Op: "list"}); err != nil {
			t.Error(err)
		}
		if len(signIn.renewals) != 2 {
			t.Errorf("renewed %q, want twice", signIn.renewals)
		}
	})
}

// start is when every synctest bubble starts.
func start(*testing.T) time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

func TestShouldRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived seen
		began := time.Now()
		client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
			if arrived.note(req) == 1 {
				w.WriteHeader(403)
				io.WriteString(w, `{"error":"REQUEST_LIMIT_EXCEEDED"}`)
				return
			}
			w.WriteHeader(404)
		}, func(cfg *rest.Config) {
			cfg.ShouldRetry = func(resp *http.Response, err error) (source.Kind, source.Code) {
				if resp == nil {
					t.Errorf("asked about error %v", err)
					return source.Unclassified, ""
				}
				body, _ := io.ReadAll(resp.Body)
				if strings.Contains(string(body), "LIMIT_EXCEEDED") {
					return source.Throttled, ""
				}
				if resp.StatusCode == 404 {
					return source.Fatal, source.CodeNoHelpCenter
				}
				return source.Unclassified, ""
			}
		})
		_, err := client.Do(t.Context(), rest.Request{Op: "list"})
		want(t, err, source.Fatal, source.CodeNoHelpCenter)
		if offsets := arrived.when(began); len(offsets) != 2 || offsets[1] < 500*time.Millisecond {
			t.Errorf("requests at %v, want a pause after the first", offsets)
		}
	})
}

func TestOnResponse(t *testing.T) {
	limiter := rest.NewLimiter(rest.LimitConfig{Start: 10, Ceiling: 10})
	client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Rate-Limit", "200")
		w.WriteHeader(404)
	}, func(cfg *rest.Config) {
		cfg.Limiter = limiter
		cfg.OnResponse = func(h http.Header) {
			if h.Get("X-Rate-Limit") == "200" {
				limiter.SetCeiling(200.0 / 60 / 2)
			}
		}
	})
	_, err := client.Do(t.Context(), rest.Request{Op: "get"})
	want(t, err, source.BadDocument, source.CodeRefused)
	if rate := limiter.Status().PerSecond; rate > 1.7 {
		t.Errorf("pace is %v after the server named 200 a minute", rate)
	}
}
