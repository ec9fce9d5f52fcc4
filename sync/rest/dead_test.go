package rest_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// tripper is a server seen through its transport.
type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func refusing(err error) tripper {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func answering(status int, body string) tripper {
	return func(req *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		resp := w.Result()
		resp.Request = req
		return resp, nil
	}
}

// handshake is a server that takes connections and fails every handshake; the
// transport is a real one, as it is where the server is asked for its clock.
func handshake(err error) func(note func()) http.RoundTripper {
	return func(note func()) http.RoundTripper {
		transport := rest.NewTransport()
		transport.DialTLSContext = func(context.Context, string, string) (net.Conn, error) {
			note()
			return nil, err
		}
		return transport
	}
}

func noted(server tripper) func(note func()) http.RoundTripper {
	return func(note func()) http.RoundTripper {
		return tripper(func(req *http.Request) (*http.Response, error) {
			note()
			return server(req)
		})
	}
}

func deadServers() map[string]func(note func()) http.RoundTripper {
	expired := &tls.CertificateVerificationError{
		UnverifiedCertificates: []*x509.Certificate{{}}, Err: x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired},
	}
	return map[string]func(note func()) http.RoundTripper{
		"refused":        noted(refusing(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED})),
		"reset":          noted(refusing(&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET})),
		"no such name":   noted(refusing(&net.DNSError{Err: "no such host", Name: "localhost", IsNotFound: true})),
		"no way there":   noted(refusing(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ENETUNREACH})),
		"closes at once": noted(refusing(io.EOF)),
		"timeout": noted(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, context.Cause(req.Context())
		}),
		"500":                          noted(answering(500, "")),
		"502 with a page":              noted(answering(502, "<html>Bad gateway</html>")),
		"503":                          noted(answering(503, "")),
		"504":                          noted(answering(504, "")),
		"does not speak TLS":           handshake(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}),
		"TLS alert":                    handshake(tls.AlertError(40)),
		"certificate of somebody else": handshake(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "localhost"}),
		"certificate nobody knows":     handshake(x509.UnknownAuthorityError{Cert: &x509.Certificate{}}),
		"certificate has run out":      handshake(expired),
	}
}

// Whatever the kind of dead, and however many ask for whatever reason: after
// the failures that show it, the server sees fewer than one request in 30 s,
// and no two within 30 s but one that asks for its clock.
func TestEveryKindOfDeadServerIsLeftAlone(t *testing.T) {
	for name, kind := range deadServers() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				at := askedForAnHour(t, kind)
				const showing = 12 // five failures, and what was under way
				early, near := 0, 0
				for i := 1; i < len(at); i++ {
					switch {
					case at[i] < 30*time.Second:
						early++
					case at[i]-at[i-1] < 30*time.Second:
						near++
					}
				}
				later := len(at) - 1 - early
				t.Logf("%d requests in an hour, %d of them before it is known to be dead", len(at), early+1)
				if early >= showing || later < 25 || later >= 119 {
					t.Errorf("%d requests at first, %d in the rest of an hour", early+1, later)
				}
				if asked := int(time.Hour / clockKept); near > asked || near > 0 && name != "certificate has run out" {
					t.Errorf("%d requests within 30 s of another one: %v", near, at)
				}
			})
		})
	}
}

// clockKept is how long a server is not asked for its clock again.
const clockKept = 10 * time.Minute

// askedForAnHour lets four callers that wait and two that look in every ten
// seconds share a limiter, and returns when their requests came.
func askedForAnHour(t *testing.T, kind func(note func()) http.RoundTripper) []time.Duration {
	var mu sync.Mutex
	var at []time.Duration
	began := time.Now()
	transport := kind(func() {
		mu.Lock()
		defer mu.Unlock()
		at = append(at, time.Since(began))
	})
	limiter := quick()
	client := func() *rest.Client {
		return connect(t, "https://localhost", func(cfg *rest.Config) { cfg.Transport, cfg.Limiter = transport, limiter })
	}
	engine, looking := client(), client()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	ask := func(c *rest.Client, ctx context.Context) {
		_, err := c.Do(ctx, rest.Request{Op: "get"})
		if e := (*source.Error)(nil); !errors.As(err, &e) || e.Kind != source.Transient {
			t.Errorf("a dead server is %v", err)
		}
	}
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for ctx.Err() == nil {
				ask(engine, ctx)
			}
		})
	}
	for range 2 {
		callers.Go(func() {
			for ctx.Err() == nil {
				ask(looking, rest.WithPatience(ctx, 0))
				time.Sleep(10 * time.Second)
			}
		})
	}
	callers.Wait()
	return at
}
