package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Both sign-ins live in a real password store, and nowhere else; while it is
// locked a run waits.
func TestRealKeyring(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"dbus-run-session", "gnome-keyring-daemon", "dbus-send"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is not installed; `make deps` installs what the tests need", tool)
		}
	}
	w := unconnected(t)
	pair := w.dialpad.Credentials().Knowledge
	data := t.TempDir()
	const unlocked = `echo -n pw | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null || exit 9
set -e
sync=("$0" --home "$1")
"${sync[@]}" connect zendesk --url "$2" --client-id dialpad_sync
echo "$5" | "${sync[@]}" connect dialpad --region custom --api-url "$3" --client-id "$4"
"${sync[@]}" sync
dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
  org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null
"${sync[@]}" status
set +e
"${sync[@]}" sync
echo "locked: exit $?"`
	cmd := exec.CommandContext(t.Context(), "dbus-run-session", "--", "bash", "-c", unlocked, binary(),
		w.home, w.zendeskURL, w.dialpadURL, pair.ClientID, pair.ClientSecret)
	cmd.Env = []string{"HOME=" + data, "XDG_DATA_HOME=" + data, "XDG_RUNTIME_DIR=" + data}
	o := finish(t, withBrowser(t, cmd))
	o.says(t, exitInSync, "Zendesk is connected as Ada Example", "Dialpad answered (v3.1).", "both sides list the same 3 answers",
		"Nothing runs now", "Your password store is locked. Unlock it and we go on.", fmt.Sprintf("locked: exit %d", exitWaiting))
	if len(w.dialpad.Nodes()) != 3 {
		t.Errorf("Dialpad has %d nodes", len(w.dialpad.Nodes()))
	}
	w.must(filepath.WalkDir(w.home, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(w.read(path), pair.ClientSecret) {
			t.Errorf("%s holds the secret", path)
		}
		return err
	}))
}
