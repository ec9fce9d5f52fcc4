package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"dialpadsync.app/sync/local"
)

// TestAnAgentOfAnotherVersionIsReplaced: it is told apart, ended, and another
// one started.
func TestAnAgentOfAnotherVersionIsReplaced(t *testing.T) {
	home := newHome(t)
	path, err := home.Socket()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(home.State, 0o700), os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path+".token", []byte("t"), 0o600)); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	old := &http.Server{Handler: mux}
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(local.Hello{API: local.Version + 1, PID: os.Getpid(), Home: home.State})
	})
	mux.HandleFunc("POST /stop", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(struct{}{})
		go func() { _ = old.Shutdown(context.WithoutCancel(t.Context())) }() // once this answer has gone
	})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = old.Serve(listener)
	}()
	a := agentsOf(home, "")
	a.beside = func() (string, error) { return "", errors.New("it would start here") }
	if found, err := a.Find(t.Context()); found != nil || !errors.Is(err, local.ErrOtherVersion) {
		t.Fatalf("found %v, %v", found, err)
	}
	if started, err := a.Start(t.Context()); started != nil || !errors.Is(err, local.ErrOtherVersion) {
		t.Fatalf("started %v, %v", started, err)
	}
	if _, err := a.Replace(t.Context()); err == nil || err.Error() != "it would start here" {
		t.Errorf("replaced: %v", err)
	}
	<-ended
}
