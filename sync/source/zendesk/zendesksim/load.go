package zendesksim

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// general names the category and section of files outside of folders.
const general = "General"

// loader remembers a folder and what was made of it.
type loader struct {
	fsys      fs.FS
	localised bool                // the folders at the top are locales
	pages     map[string]*pageRef // by path in fsys
	ids       map[string]int64    // of articles by pageRef.rel, also of files that are gone
	looked    time.Time
}

// pageRef is one file that is served as a translation.
type pageRef struct {
	path    string
	rel     string // the path without its locale: the same in every locale
	locale  string
	id      int64 // of the article
	title   string
	changed time.Time // of the file
	size    int64

	restricted bool
}

// Load serves every HTML file below fsys as an article of the first brand. The
// first folder is its category and the second its section; deeper folders add
// to the section, and what is in no folder goes to "General". If all folders at
// the top are named like locales, each is one, and the same path in two of them
// is the same article.
//
// The title is the text of <title>, or the first <h1>, or the file's name; the
// body is what <body> holds. <meta name="article-status" content="draft"> makes
// a draft, <meta name="article-audience" content="signed-in"> restricts the
// article. Relative links to other pages lead to their articles, other relative
// addresses to /hc/files/. The article's id depends on the path alone; times
// are the file's, or now where it has none.
func (s *Server) Load(fsys fs.FS) error {
	s.scanning.Lock()
	defer s.scanning.Unlock()
	return s.load(fsys)
}

// load is Load for a caller that holds scanning.
func (s *Server) load(fsys fs.FS) error {
	l := &loader{fsys: fsys, pages: make(map[string]*pageRef), ids: make(map[string]int64)}
	if err := l.detectLocales(); err != nil {
		return fmt.Errorf("load the articles: %w", err)
	}
	if err := s.scan(l, true); err != nil {
		return fmt.Errorf("load the articles: %w", err)
	}
	s.mu.Lock()
	s.loaders = append(s.loaders, l)
	s.mu.Unlock()
	return nil
}

// detectLocales looks whether all that is at the top are folders for locales.
func (l *loader) detectLocales() error {
	entries, err := fs.ReadDir(l.fsys, ".")
	if err != nil {
		return err
	}
	seen := 0
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if !e.IsDir() || !isLocale(e.Name()) {
			return nil
		}
		seen++
	}
	l.localised = seen > 0
	return nil
}

// list returns the HTML files in path order.
func (l *loader) list(fallback string) ([]*pageRef, error) {
	var out []*pageRef
	err := fs.WalkDir(l.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || strings.HasPrefix(d.Name(), ".") || !isHTML(name):
			return nil
		}
		ref := &pageRef{path: name, rel: name, locale: fallback}
		if l.localised {
			locale, rest, inside := strings.Cut(name, "/")
			if !inside || !isLocale(locale) {
				return nil
			}
			ref.locale, ref.rel = locale, rest
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		ref.changed, ref.size = info.ModTime(), info.Size()
		out = append(out, ref)
		return nil
	})
	return out, err
}

func isHTML(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".html" || ext == ".htm"
}

// fresh is a file that was read because it is new or changed.
type fresh struct {
	*pageRef
	page *page
}

// scan brings the world up to what the folder holds. The caller holds scanning.
func (s *Server) scan(l *loader, first bool) error {
	s.mu.Lock()
	fallback := s.world.locales[0]
	s.mu.Unlock()
	refs, err := l.list(fallback)
	if err != nil {
		return err
	}
	var read []fresh
	pages := make(map[string]*pageRef, len(refs))
	for _, ref := range refs {
		if old := l.pages[ref.path]; old != nil && old.size == ref.size && old.changed.Equal(ref.changed) {
			pages[ref.path] = old
			continue
		}
		data, err := fs.ReadFile(l.fsys, ref.path)
		if err != nil {
			return err
		}
		p, err := parsePage(data, ref.path)
		if err != nil {
			return fmt.Errorf("%s: %w", ref.path, err)
		}
		ref.title, ref.restricted = p.title, p.restricted
		pages[ref.path] = ref
		read = append(read, fresh{ref, p})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apply(l, pages, read, first)
	return nil
}

// apply changes the world. The caller holds the lock.
func (s *Server) apply(l *loader, pages map[string]*pageRef, read []fresh, first bool) {
	w, now := s.world, s.now()
	w.adoptLocales(read, first && l.localised)
	for _, f := range read {
		if l.ids[f.rel] == 0 {
			l.ids[f.rel] = w.hashedID("article", f.rel)
		}
		f.id = l.ids[f.rel]
	}
	restricted := make(map[int64]bool)
	for _, ref := range pages {
		restricted[ref.id] = restricted[ref.id] || ref.restricted
	}
	for _, name := range slices.Sorted(maps.Keys(l.pages)) {
		if pages[name] == nil {
			w.vanish(l.pages[name], now)
		}
	}
	for _, f := range read {
		f.page.rewrite(f.pageRef, pages)
		when := now
		if first && !f.changed.IsZero() {
			when = f.changed.Unix()
		}
		w.settle(f, restricted[f.id], when)
	}
	l.pages = pages
}
