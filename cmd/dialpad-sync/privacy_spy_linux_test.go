package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"dialpadsync.app/sync/sim/canary"
)

// spy stands before a double. It gives every answer a cookie, plants what
// travels when somebody signs in, and looks at all processes that run while a
// request is under way.
type spy struct {
	double http.Handler
	nest   *canary.Nest
	cookie string
	home   string // what a process of this test names in its arguments
	mu     sync.Mutex
	looks  int // at processes
}

func (s *spy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Set-Cookie", "session="+s.cookie+"; Path=/")
	if strings.Contains(r.URL.Path, "/oauth/token") {
		asked, _ := io.ReadAll(r.Body) // a broken body is the double's to refuse
		r.Body = io.NopCloser(bytes.NewReader(asked))
		s.plant(asked)
		said := &copied{ResponseWriter: w}
		s.double.ServeHTTP(said, r)
		s.plant(said.text.Bytes())
	} else {
		s.double.ServeHTTP(w, r)
	}
	s.lookAtProcesses()
}

// copied keeps what is answered.
type copied struct {
	http.ResponseWriter
	text bytes.Buffer
}

func (c *copied) Write(p []byte) (int, error) {
	c.text.Write(p)
	return c.ResponseWriter.Write(p)
}

// plant takes the secrets out of a request or an answer of a token endpoint.
func (s *spy) plant(text []byte) {
	fields := map[string]any{}
	if json.Unmarshal(text, &fields) != nil {
		form, _ := url.ParseQuery(string(text)) // neither is nothing to plant
		for name := range form {
			fields[name] = form.Get(name)
		}
	}
	for name, kind := range map[string]string{
		"access_token": "access token", "refresh_token": "refresh token", "client_secret": "client secret",
		"code": "code", "code_verifier": "verifier",
	} {
		if text, ok := fields[name].(string); ok {
			s.nest.Plant(kind, text)
		}
	}
}

// lookAtProcesses looks at argv and environment of everything that this test
// has started, directly or not. Other tests run beside it, with the same double's
// secret.
func (s *spy) lookAtProcesses() {
	s.mu.Lock()
	defer s.mu.Unlock()
	folders, _ := filepath.Glob("/proc/[0-9]*")
	parents, ours := map[int]int{}, map[int]bool{}
	for _, folder := range folders {
		pid, _ := strconv.Atoi(filepath.Base(folder))
		stat, err := os.ReadFile(folder + "/stat")
		if _, rest, found := bytes.Cut(stat, []byte(") ")); err == nil && found && len(rest) > 2 {
			parents[pid], _ = strconv.Atoi(string(bytes.Fields(rest)[1]))
			argv, _ := os.ReadFile(folder + "/cmdline") // it may have ended
			ours[pid] = bytes.Contains(argv, []byte(s.home))
		}
	}
	for pid := range parents {
		at := pid
		for at > 1 && !ours[at] {
			at = parents[at]
		}
		if at <= 1 {
			continue
		}
		for _, file := range []string{"cmdline", "environ"} {
			text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
			if err == nil && len(text) > 0 { // it may have ended
				s.looks++
				s.nest.Look(file+" of a process", text)
			}
		}
	}
}
