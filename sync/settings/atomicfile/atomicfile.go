// Package atomicfile replaces small files so that a crash or a power cut at
// any instant leaves either the old or the new text, never a mixture.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// leftover is how old a temporary file is when it counts as left behind by a
// crash: no write of a small file takes that long.
const leftover = time.Minute

// Write replaces the file at path by data with the given mode. When it returns
// nil, data and the name are on the disk (fsync of file and folder). The
// folder must exist. A symbolic link at path is followed, so that it keeps
// pointing where its owner wants.
func Write(path string, data []byte, mode fs.FileMode) error {
	return system().write(path, data, mode)
}

// Remove deletes the file at path and makes its absence durable. A file that
// is not there is not an error.
func Remove(path string) error {
	if err := os.Remove(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return system().syncFolder(filepath.Dir(path))
}

// disk is the calls that may fail, and whose order makes a write durable.
type disk struct {
	create func(folder, pattern string) (*os.File, error)
	put    func(*os.File, []byte) (int, error)
	sync   func(*os.File) error
	close  func(*os.File) error
	rename func(from, to string) error
}

func system() disk {
	return disk{
		create: os.CreateTemp, put: (*os.File).Write, sync: (*os.File).Sync,
		close: (*os.File).Close, rename: os.Rename,
	}
}

func (d disk) write(path string, data []byte, mode fs.FileMode) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	folder, base := filepath.Split(path)
	if folder == "" {
		folder = "."
	}
	sweep(folder, base)
	f, err := d.create(folder, tempPrefix(base)+"*")
	if err != nil {
		return fmt.Errorf("create a temporary file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close() // closed already, or the first error says more
			_ = os.Remove(f.Name())
		}
	}()
	if err := f.Chmod(mode); err != nil && runtime.GOOS != "windows" {
		return fmt.Errorf("set the file mode: %w", err)
	}
	if _, err := d.put(f, data); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if err := d.sync(f); err != nil {
		return fmt.Errorf("flush to disk: %w", err)
	}
	if err := d.close(f); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	if err := d.rename(f.Name(), path); err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	return d.syncFolder(folder)
}

// syncFolder makes a rename or removal durable. Windows cannot flush a folder
// and orders its own metadata.
func (d disk) syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("open the folder: %w", err)
	}
	defer func() { _ = f.Close() }() // read-only
	if err := d.sync(f); err != nil {
		return fmt.Errorf("flush the folder: %w", err)
	}
	return nil
}

func tempPrefix(base string) string { return "." + base + ".tmp-" }

// sweep removes what a crash between create and rename left beside base: it
// may hold a secret. What cannot be removed is left for the next write.
func sweep(folder, base string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), tempPrefix(base)) {
			continue
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > leftover {
			_ = os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}
