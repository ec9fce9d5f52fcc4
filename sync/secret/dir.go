package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"

	"dialpadsync.app/sync/settings/atomicfile"
	"dialpadsync.app/sync/source"
)

// Dir returns a store of one file for each secret, for servers without a
// keyring. The entry "help-center/token" is the file help-center/token or, where
// only that exists, help-center_token, which is how systemd passes credentials
// (systemd.exec(5), LoadCredential=). Files are written with mode 0600, in one
// piece and flushed. One trailing newline is not part of the secret, so that an
// editor may write it.
//
// Every call refuses a folder that its group or everybody may write to. A
// folder that may only be read serves secrets that never change.
func Dir(path string) Store { return &dir{path: path} }

type dir struct {
	path string
	mu   sync.Mutex // one writer at a time
}

// maxFile bounds what is read of a file: nobody's token is larger.
const maxFile = 1 << 20

func (d *dir) Get(ctx context.Context, name string) (Secret, error) {
	const op = "read a secret"
	forms, err := d.forms(ctx, op, name)
	if err != nil {
		return "", err
	}
	for _, path := range forms {
		text, err := readFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
			continue
		case err != nil:
			return "", failed(op, err)
		case text == "":
			continue
		}
		return Secret(text), nil
	}
	return "", missing(op)
}

func (d *dir) Set(ctx context.Context, name string, s Secret) error {
	const op = "save a secret"
	if err := checkEntry(name, s); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	forms, err := d.forms(ctx, op, name)
	if err != nil {
		return err
	}
	path := writeTo(forms)
	if folder := filepath.Dir(path); folder != filepath.Clean(d.path) {
		if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return d.writeFailed(op, err)
		}
		if err := checkFolder(folder); err != nil {
			return d.badFolder(op, err)
		}
	}
	text := s.Reveal()
	if strings.HasSuffix(text, "\n") {
		text += "\n" // Get takes one away
	}
	if err := atomicfile.Write(path, []byte(text), 0o600); err != nil {
		return d.writeFailed(op, err)
	}
	return nil
}

func (d *dir) Delete(ctx context.Context, name string) error {
	const op = "delete a secret"
	d.mu.Lock()
	defer d.mu.Unlock()
	forms, err := d.forms(ctx, op, name)
	if err != nil {
		return err
	}
	for _, path := range forms {
		if err := atomicfile.Remove(path); err != nil && !errors.Is(err, syscall.ENOTDIR) {
			return d.writeFailed(op, err)
		}
	}
	return nil
}

// forms returns the files that may hold the entry, the preferred one first,
// after the checks that every call makes.
func (d *dir) forms(ctx context.Context, op, name string) ([]string, error) {
	parts, err := checkName(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	switch err := checkFolder(d.path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, absent(op, err)
	case err != nil:
		return nil, d.badFolder(op, err)
	}
	nested := filepath.Join(d.path, filepath.Join(parts...))
	if len(parts) == 1 {
		return []string{nested}, nil
	}
	return []string{nested, filepath.Join(d.path, strings.Join(parts, "_"))}, nil
}

// writeTo keeps to the form the operator chose: the flat one only where it
// alone exists.
func writeTo(forms []string) string {
	if len(forms) == 2 && !exists(forms[0]) && exists(forms[1]) {
		return forms[1]
	}
	return forms[0]
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func readFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // read-only
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", err
	}
	if len(data) > maxFile {
		return "", fmt.Errorf("the file is larger than %d bytes", maxFile)
	}
	text := string(data)
	if trimmed, ok := strings.CutSuffix(text, "\r\n"); ok {
		return trimmed, nil
	}
	return strings.TrimSuffix(text, "\n"), nil
}

// errShared is why a folder is refused.
var errShared = errors.New("others may write to it; take that right away (chmod go-w)")

// checkFolder refuses a folder in which somebody else could put a secret of
// their own. Windows folders carry their rights in lists this does not read.
func checkFolder(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("secrets folder: %w", err)
	case !info.IsDir():
		return fmt.Errorf("secrets folder %s: is not a folder", path)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("secrets folder %s (mode %04o): %w", path, info.Mode().Perm(), errShared)
	}
	return nil
}

// badFolder is the answer for a folder that must not be used as it is.
func (d *dir) badFolder(op string, err error) error {
	return &source.Error{Kind: source.Forbidden, Code: source.CodeNotWritable, Op: op, Host: d.path, Err: err}
}

// writeFailed tells a full disk from a missing right.
func (d *dir) writeFailed(op string, err error) error {
	e := &source.Error{Kind: source.Transient, Code: source.CodeKeyringLocked, Op: op, Err: err}
	switch {
	case atomicfile.DiskFull(err):
		e.Code = source.CodeDiskFull
	case atomicfile.Failing(err):
		e.Code = source.CodeDiskFailing
	case atomicfile.NotWritable(err):
		e.Kind, e.Code, e.Host = source.Forbidden, source.CodeNotWritable, d.path
	}
	return e
}
