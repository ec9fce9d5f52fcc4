package rest_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// An answer that leads to another host is refused; neither token nor request
// arrives there.
func TestRedirectToAnotherHost(t *testing.T) {
	var abroad seen
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) { abroad.note(req) }))
	t.Cleanup(other.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		client, server := serve(t, func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("Location", other.URL+"/login?return=secret")
			w.WriteHeader(status)
		}, func(cfg *rest.Config) {
			cfg.Tokens = &tokens{current: "one"}
			cfg.Hosts = []string{strings.TrimPrefix(other.URL, "http://")} // not even a host of ours
		})
		_, err := client.Do(t.Context(), rest.Request{Op: "list"})
		e := want(t, err, source.Transient, source.CodeRedirect)
		if e.Status != status || strings.Contains(e.Error(), "secret") || e.Host != strings.TrimPrefix(server.URL, "http://") {
			t.Errorf("error is %+v: %v", e, e)
		}
	}
	if abroad.count() != 0 {
		t.Errorf("%d requests went to the other host", abroad.count())
	}
}

func TestRedirectWithinHost(t *testing.T) {
	tests := []struct {
		hops int
		ok   bool
	}{{1, true}, {3, true}, {4, false}, {1000, false}}
	for _, test := range tests {
		var arrived seen
		client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
			arrived.note(req)
			if req.Header.Get("Authorization") != "Bearer one" || req.Header.Get("X-Kept") != "yes" {
				t.Errorf("after redirects the header is %v", req.Header)
			}
			if n, _ := strconv.Atoi(req.URL.Query().Get("n")); n < test.hops {
				http.Redirect(w, req, "/next?n="+strconv.Itoa(n+1), http.StatusFound)
				return
			}
			w.Write([]byte("there"))
		}, func(cfg *rest.Config) { cfg.Tokens = &tokens{current: "one"} })
		resp, err := client.Do(t.Context(), rest.Request{Op: "list", Header: http.Header{"X-Kept": {"yes"}}})
		if test.ok {
			if err != nil || string(resp.Body) != "there" {
				t.Errorf("%d redirects: %v", test.hops, err)
			}
			continue
		}
		want(t, err, source.Transient, source.CodeRedirect)
		if arrived.count() != 4 {
			t.Errorf("%d requests for an endless redirect, want 4", arrived.count())
		}
	}
}

func TestRedirectWithoutTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Location", "http://"+req.Host+"/")
		w.WriteHeader(302)
	}))
	t.Cleanup(server.Close)
	client := connect(t, server.URL, func(cfg *rest.Config) { cfg.Transport = server.Client().Transport })
	_, err := client.Do(t.Context(), rest.Request{Op: "list"})
	want(t, err, source.Transient, source.CodeRedirect)
}

func TestAddresses(t *testing.T) {
	var arrived seen
	client, server := serve(t, func(_ http.ResponseWriter, req *http.Request) { arrived.note(req) },
		func(cfg *rest.Config) {
			cfg.Base = cfg.Base.JoinPath("/v3.1")
			cfg.Hosts = []string{"Help.Example.com"}
			cfg.Tokens = &tokens{current: "one"}
		})
	good := map[string]string{
		"/kbm/nodes/":                      "/v3.1/kbm/nodes/?limit=100",
		"kbm/nodes?cursor=a%2Fb":           "/v3.1/kbm/nodes?cursor=a%2Fb&limit=100",
		"/kbm/nodes/a%2Fb":                 "/v3.1/kbm/nodes/a%2Fb?limit=100",
		server.URL + "/next.json?page=2#x": "/next.json?page=2&limit=100",
	}
	for path, wanted := range good {
		_, err := client.Do(t.Context(), rest.Request{Path: path, Op: "list", Query: url.Values{"limit": {"100"}}})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got := arrived.requests[len(arrived.requests)-1].RequestURI; got != wanted {
			t.Errorf("%s became %s, want %s", path, got, wanted)
		}
	}
	sent := arrived.count()
	for _, path := range []string{
		"https://evil.example/next", "//evil.example/next", "http://help.example.com/plain",
		"https://user@help.example.com/", "ftp://help.example.com/", "https://help.example.com:8443/", "/%zz",
	} {
		_, err := client.Do(t.Context(), rest.Request{Path: path, Op: "list"})
		want(t, err, source.Transient, source.CodeRedirect)
	}
	if arrived.count() != sent {
		t.Errorf("%d of the bad addresses were asked", arrived.count()-sent)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, address := range []string{
		"http://example.com", "http://10.0.0.1", "https://user:pw@example.com", "https://example.com?x=1",
		"https://example.com#x", "ftp://example.com", "example.com",
	} {
		base, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rest.New(rest.Config{Base: base, Limiter: quick()}); err == nil {
			t.Errorf("%s is taken as a base", address)
		}
	}
	for _, address := range []string{"https://example.com", "http://127.0.0.1:7400", "http://[::1]:7400", "http://localhost"} {
		base, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		client, err := rest.New(rest.Config{Base: base, Limiter: quick()})
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		client.Close()
	}
	if _, err := rest.New(rest.Config{Base: &url.URL{Scheme: "https", Host: "example.com"}}); err == nil {
		t.Error("a client without a limiter is made")
	}
}
