package zendesksim

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// Rescan looks at the loaded folders again: what changed is edited now, what is
// gone is archived, what is new is added. On an error the world keeps what it
// had of that folder.
func (s *Server) Rescan() error {
	s.scanning.Lock()
	defer s.scanning.Unlock()
	return s.rescan()
}

func (s *Server) rescan() error {
	s.mu.Lock()
	loaders := s.loaders
	s.mu.Unlock()
	var failed []error
	for _, l := range loaders {
		l.looked = time.Now()
		if err := s.scan(l, false); err != nil {
			failed = append(failed, fmt.Errorf("look at the articles again: %w", err))
		}
	}
	return errors.Join(failed...)
}

// rescanEvery is how often a listing looks at the folders.
const rescanEvery = time.Second

// rescanIfDue runs before listings. A folder that cannot be read leaves the
// world as it is; Rescan tells why.
func (s *Server) rescanIfDue() {
	if !s.config.Rescan {
		return
	}
	s.scanning.Lock()
	defer s.scanning.Unlock()
	s.mu.Lock()
	due := len(s.loaders) > 0 && time.Since(s.loaders[0].looked) >= rescanEvery
	s.mu.Unlock()
	if due {
		_ = s.rescan()
	}
}

// serveFile answers with a file of a loaded folder. Hidden files are not
// served; pages may not run anything.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	name := path.Clean(r.PathValue("path"))
	s.mu.Lock()
	loaders := s.loaders
	s.mu.Unlock()
	if !fs.ValidPath(name) || name == "." || strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		http.NotFound(w, r)
		return
	}
	for _, l := range loaders {
		if serveFrom(l.fsys, name, w) {
			return
		}
	}
	http.NotFound(w, r)
}

// serveFrom reports whether the folder had the file.
func serveFrom(fsys fs.FS, name string, w http.ResponseWriter) bool {
	file, err := fsys.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return false
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Security-Policy", "sandbox; script-src 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.Copy(w, file)
	return true
}
