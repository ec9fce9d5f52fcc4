package engine_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "dialpadsync.app/"

// listed is what `go list` says of a package.
type listed struct {
	ImportPath   string
	Doc          string
	Name         string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string
}

// packages lists every package of the module, with all build tags it has here.
func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Doc,Name,Imports,TestImports,XTestImports,Deps", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// allowed says, for each part of the tree, which other parts it may import.
// Parts nobody names may import nothing of the module.
var allowed = map[string][]string{
	"sync/source":     {},
	"sync/rest":       {"sync/source"},
	"sync/content":    {"sync/source"},
	"sync/secret":     {"sync/source", "sync/settings"}, // its atomic file writes
	"sync/settings":   {"sync/source"},
	"sync/signin":     {"sync/source", "sync/secret", "sync/rest"},
	"sync/engine":     {"sync/source"},
	"sync/checkpoint": {"sync/source", "sync/engine", "sync/settings"}, // its atomic file writes
	"sync/dialpad":    {"sync/source", "sync/engine", "sync/rest", "sync/content", "sync/signin", "sync/secret"},
	"sync/login":      {"sync/settings"}, // its atomic file writes
	"sync/bus":        {},
	"sync/wake":       {"sync/bus"},
	"sync/local":      {"sync/source", "sync/engine", "sync/settings"}, // its atomic file writes
	"sync/setup": {
		"sync/source", "the catalog", "sync/signin", "sync/secret", "sync/rest", "sync/settings", "sync/dialpad", "sync/engine", "sync/local",
	},
	"sync/sim":   {},
	"sync/model": {}, // tests alone: they join what may not know each other
	"ui":         {"ui", "sync/bus", "sync/local", "sync/engine", "sync/source", "assets"},
	"assets":     {},
}

// part is the entry of allowed a package belongs to, and whether it is a
// double, a source, or the shared suite.
func part(importPath string) string {
	rel := strings.TrimPrefix(importPath, module)
	switch dir := path.Base(rel); {
	case strings.HasSuffix(dir, "sim"):
		return "a double"
	case rel == "sync/source/catalog":
		return "the catalog"
	case rel == "sync/source/sourcetest":
		return "the suite"
	case strings.HasPrefix(rel, "sync/source/"):
		return "a source"
	case strings.HasPrefix(rel, "cmd/"):
		return "a command"
	case strings.HasPrefix(rel, "ui/"):
		return "ui"
	}
	for known := range allowed {
		if rel == known || strings.HasPrefix(rel, known+"/") {
			return known
		}
	}
	return rel
}

var groups = map[string][]string{
	"a double":    {"sync/sim"},
	"a source":    {"sync/source", "sync/rest", "sync/content", "sync/signin", "sync/secret"},
	"the catalog": {"a source", "sync/source", "sync/rest", "sync/signin", "sync/secret"},
	"the suite":   {"sync/source"},
}

func TestDependenciesPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		from := part(p.ImportPath)
		if from == "a command" {
			continue
		}
		may, known := allowed[from]
		if group, ok := groups[from]; ok {
			may, known = group, true
		}
		if !known {
			t.Errorf("%s: nobody said what it may import", p.ImportPath)
		}
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, module) || part(imported) == from && sameShelf(p.ImportPath, imported) {
				continue
			}
			if !slices.Contains(may, part(imported)) {
				t.Errorf("%s imports %s", p.ImportPath, imported)
			}
		}
	}
}

// sameShelf lets a package import parts of its own folder; two sources never
// import each other.
func sameShelf(from, to string) bool {
	return part(from) != "a source" || strings.HasPrefix(to, from+"/")
}

func TestOnlyOnePackageTouchesEachDangerousLibrary(t *testing.T) {
	owners := map[string]string{
		"github.com/zalando/go-keyring":   module + "sync/secret",
		"github.com/pkg/browser":          module + "sync/signin",
		"modernc.org/sqlite":              module + "sync/checkpoint",
		"fyne.io/fyne/v2/app":             module + "cmd/dialpad-sync-window", // links OpenGL
		"github.com/go-gl/glfw/v3.3/glfw": module + "cmd/dialpad-sync-window",
	}
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			if owner, ok := owners[imported]; ok && p.ImportPath != owner {
				t.Errorf("%s imports %s, which is for %s alone", p.ImportPath, imported, owner)
			}
		}
	}
}

func TestTheAgentNeverLinksTheWindowsToolkit(t *testing.T) {
	for _, p := range packages(t) {
		inSync := strings.HasPrefix(p.ImportPath, module+"sync/")
		if !inSync && p.ImportPath != module+"cmd/dialpad-sync" {
			continue
		}
		for _, dep := range p.Deps {
			if strings.HasPrefix(dep, "fyne.io/fyne") || (inSync && strings.HasPrefix(dep, module+"ui")) {
				t.Errorf("%s depends on %s", p.ImportPath, dep)
			}
		}
	}
}

func TestTheVocabularyNeedsTheStandardLibraryOnly(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath != module+"sync/source" && p.ImportPath != module+"sync/sim" {
			continue
		}
		for _, dep := range p.Deps {
			if strings.Contains(strings.SplitN(dep, "/", 2)[0], ".") {
				t.Errorf("%s depends on %s", p.ImportPath, dep)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		begin := "Package " + p.Name + " "
		if p.Name == "main" {
			begin = "Command "
		}
		if !strings.HasPrefix(p.Doc, begin) {
			t.Errorf("%s: its comment begins %q, not %q", p.ImportPath, p.Doc, begin)
		}
	}
}
