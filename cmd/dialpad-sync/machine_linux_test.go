package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

// On a computer without a password store the person hears so, and what helps.
func TestNoKeyring(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, args := range [][]string{{"sync", "--json"}, {"connect", "dialpad", "--client-id", "sim-client"}, {"agent", "--no-tray"}} {
		cmd := program(t, append([]string{"--home", w.home}, args...)...) // no D-Bus in its environment
		cmd.Env = append(cmd.Env, "PATH=/nonexistent")
		o := finish(t, cmd)
		o.says(t, exitSignIn, "This computer has no password store, so sign-ins cannot be kept.", "--secrets dir:PATH")
		if args[0] == "sync" {
			if r := o.report(t); r.Result != "sign_in" || r.Error == nil || r.Error.Kind != "keyring_missing" {
				t.Errorf("%s", o)
			}
		}
	}
	if n := w.dialpad.Journal().Total(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
	w.sync()
}

// A locked password store is not a lost sign-in: it is tried again.
func TestLockedKeyring(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	before := w.read(filepath.Join(w.secrets, "help-center", "token"))
	h, err := openHome(w.home, "keyring")
	w.must(err)
	h.store = lockedStore{}
	for _, asJSON := range []bool{false, true} {
		var out, errs bytes.Buffer
		screen := terminal{In: strings.NewReader(""), Out: &out, Err: &errs, Words: view.In("en")}
		code := tell(screen, (&syncCommand{JSON: asJSON}).Run(t.Context(), screen, h), asJSON)
		o := outcome{code, out.String(), errs.String()}
		o.says(t, exitWaiting, "Your password store is locked. Unlock it and we go on.")
		if asJSON {
			if r := o.report(t); r.Result != "waiting" || r.Error == nil || r.Error.Kind != "keyring_locked" {
				t.Errorf("%s", o)
			}
		}
	}
	if w.read(filepath.Join(w.secrets, "help-center", "token")) != before {
		t.Error("the sign-in was changed")
	}
	w.sync()
}

// lockedStore is a password store that waits to be unlocked.
type lockedStore struct{}

func (lockedStore) fail() error {
	return &source.Error{Kind: source.Transient, Code: source.CodeKeyringLocked, Op: "use the password store"}
}
func (l lockedStore) Get(context.Context, string) (secret.Secret, error) { return "", l.fail() }
func (l lockedStore) Set(context.Context, string, secret.Secret) error   { return l.fail() }
func (l lockedStore) Delete(context.Context, string) error               { return l.fail() }

// stranger is somebody else on this computer, who may not write where we put
// things: nobody, or this user where the folders are made read-only for them.
func (w *world) stranger(cmd *exec.Cmd) *exec.Cmd {
	w.t.Helper()
	if os.Getuid() != 0 {
		return cmd
	}
	nobody, err := user.Lookup("nobody")
	w.must(err)
	uid, err := strconv.ParseUint(nobody.Uid, 10, 32)
	w.must(err)
	gid, err := strconv.ParseUint(nobody.Gid, 10, 32)
	w.must(err)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	cmd.Dir = "/"
	cmd.Env = append(cmd.Env, "HOME=/", "XDG_RUNTIME_DIR=")
	return cmd
}

// reachable moves the home and the secrets to where a stranger may read them.
func (w *world) reachable() {
	w.t.Helper()
	dir, err := os.MkdirTemp(scratch, "open")
	w.must(err)
	for _, folder := range []*string{&w.home, &w.secrets} {
		to := filepath.Join(dir, filepath.Base(*folder))
		w.must(os.CopyFS(to, os.DirFS(*folder)))
		*folder = to
	}
	w.must(os.Chmod(scratch, 0o711))
	w.rights(dir, 0o755, 0o644)
	w.t.Cleanup(func() { w.rights(dir, 0o755, 0o644) }) // so that it can be removed
}

// rights gives folders and files below dir their modes.
func (w *world) rights(dir string, folders, files fs.FileMode) {
	w.t.Helper()
	w.must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, folders)
		}
		return os.Chmod(path, files)
	}))
}

// strangers makes a folder the stranger's own.
func (w *world) strangers(folder string) {
	w.t.Helper()
	if os.Getuid() != 0 {
		return
	}
	nobody, err := user.Lookup("nobody")
	w.must(err)
	uid, err := strconv.Atoi(nobody.Uid)
	w.must(err)
	w.must(filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, uid, -1))
	}))
}

func TestFoldersThatMayNotBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.reachable()
	w.rights(w.home, 0o555, 0o444)
	settings := w.read(filepath.Join(w.home, "settings.toml"))

	o := finish(t, w.stranger(w.program("sync", "--json")))
	o.says(t, exitUsage, "We may not write to "+w.home)
	if !strings.HasPrefix(o.out, `{"error":{"kind":"not_writable"`) {
		t.Errorf("%s", o)
	}
	connect := w.program("connect", "dialpad", "--region", "eu", "--client-id", "other")
	connect.Stdin = strings.NewReader("secret\n")
	finish(t, w.stranger(connect)).says(t, exitUsage, "We may not write to "+w.home)
	finish(t, w.stranger(w.program("connect", "zendesk", "--url", w.zendeskURL))).says(t, exitUsage, "We may not write to "+w.home)
	if w.read(filepath.Join(w.home, "settings.toml")) != settings {
		t.Error("settings.toml was changed")
	}

	// A folder that is to be made where nothing may be made.
	fresh := program(t, "--home", filepath.Join(w.home, "new"), "--secrets", "dir:"+w.secrets, "connect", "zendesk", "--url", w.zendeskURL, "--client-id", "c")
	finish(t, w.stranger(fresh)).says(t, exitUsage, "We may not write to "+filepath.Join(w.home, "new"))

	// Settings that may not even be read.
	w.rights(w.home, 0o755, 0)
	finish(t, w.stranger(w.program("sync"))).says(t, exitUsage, "settings.toml cannot be read", "Allow this user to read it.")
	w.rights(w.home, 0o755, 0o600)
	w.forgetJournals()
	w.sync()
	if n := w.writes(); n != 0 {
		t.Errorf("%d writes afterwards", n)
	}
}

// A secrets folder that may only be read is named before a person signs in for
// nothing; a sync whose sign-in needs no renewal goes on with it.
func TestSecretsThatMayNotBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reachable()
	w.rights(w.secrets, 0o555, 0o444)
	w.strangers(w.home)
	finish(t, w.stranger(w.program("connect", "zendesk", "--url", w.zendeskURL))).says(t, exitUsage, "We may not write to "+w.secrets)
	connect := w.program("connect", "dialpad", "--client-id", "other")
	connect.Stdin = strings.NewReader("secret\n")
	finish(t, w.stranger(connect)).says(t, exitUsage, "We may not write to "+w.secrets)
	o := finish(t, w.stranger(w.program("sync", "--json")))
	if o.code != exitInSync {
		t.Errorf("%s", o)
	}
	w.equal()
}

// A secrets folder that others may write to is refused.
func TestSecretsOthersMayWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(os.Chmod(w.secrets, 0o777))
	w.call("sync").says(t, exitUsage, "others may write to it", "chmod go-w")
	w.must(os.Chmod(w.secrets, 0o700))
	w.sync()
}

// full makes a call to which the disk is full: no file may grow beyond some
// kilobytes.
func (w *world) full(kilobytes int, args ...string) *exec.Cmd {
	w.t.Helper()
	cmd := w.program(args...)
	script := fmt.Sprintf(`trap "" XFSZ; ulimit -f %d && exec "$0" "$@"`, kilobytes)
	shell := exec.CommandContext(w.t.Context(), "bash", append([]string{"-c", script, cmd.Path}, cmd.Args[1:]...)...)
	shell.Env, shell.Dir = cmd.Env, cmd.Dir
	return shell
}

// The disk is full, from the start or in the middle of the first copy: the
// person hears so, and with room again everything goes on as if nothing had
// been.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	for _, kilobytes := range []int{0, 4, 16, 40, 64, 100} {
		t.Run(fmt.Sprint(kilobytes, " KB"), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(p *plan) { p.zendesk.Articles = 6 })
			o := finish(t, w.full(kilobytes, "sync", "--json", "--wait", "1s"))
			t.Log(o)
			o.says(t, exitWaiting, "The disk is full. Syncing waits; nothing is lost.")
			if r := o.report(t); r.Result != "waiting" || r.Error == nil || r.Error.Kind != "disk_full" {
				t.Errorf("%s", o)
			}
			w.sync("--wait", "1m")
			if len(w.dialpad.Nodes()) != 6 {
				t.Errorf("Dialpad has %d nodes", len(w.dialpad.Nodes()))
			}
		})
	}
}
