package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/BurntSushi/toml"

	"dialpadsync.app/ui/view"
)

// TestTheToolkitsFileDescribesThisWindow holds FyneApp.toml to the program.
func TestTheToolkitsFileDescribesThisWindow(t *testing.T) {
	const root = "../.."
	var file struct {
		Website   string
		Languages []string
		Details   struct {
			Icon, Name, ID, Version string
			Build                   int
		}
		LinuxAndBSD struct {
			GenericName, Comment, ExecParams string
			Categories, Keywords             []string
		}
		Source     struct{ Repo, Dir string }
		Migrations map[string]bool
	}
	meta, err := toml.DecodeFile(filepath.Join(root, "FyneApp.toml"), &file)
	if err != nil || len(meta.Undecoded()) > 0 {
		t.Fatalf("%v, the toolkit knows no %v", err, meta.Undecoded())
	}
	if file.Details.ID != appID || file.Details.Name != "Dialpad Sync" || !file.Migrations["fyneDo"] || !slices.Equal(file.Languages, view.Languages()) {
		t.Errorf("it says %+v", file)
	}
	for _, path := range []string{file.Details.Icon, file.Source.Dir} {
		if _, err := os.Stat(filepath.Join(root, path)); err != nil {
			t.Error(err)
		}
	}
}
