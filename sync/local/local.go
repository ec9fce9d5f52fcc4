// Package local is the one way other programs of the same person speak to the
// running agent: HTTP and JSON over a Unix socket that only they can reach.
// The agent serves it; command line and window are its clients. The words both
// ends share (what can be asked and what is answered) are declared here too.
package local

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/adrg/xdg"
)

// Version is the version of the local API; a client of another one is told so.
const Version = 2

// What every version of the API understands, so that programs of different
// versions can tell and an old agent can be ended.
const (
	helloPath = "/hello"
	stopPath  = "/stop"
)

// ErrNoAgent is returned by Dial when no agent runs on this home.
var ErrNoAgent = errors.New("no agent runs on this home")

// Hello is what the agent says about itself.
type Hello struct {
	API     int    `json:"api"`
	Program string `json:"program"` // version of the program
	PID     int    `json:"pid"`
	// Home is the folder of the home it works on.
	Home string `json:"home,omitempty"`
}

// longestPath is the longest path a socket can have on every system, in bytes
// (sun_path is 104 on macOS, 108 elsewhere, with its end).
const longestPath = 103

// Socket returns where the socket of a home is: in the runtime folder of the
// user, else in a folder of the home; never in a shared one. On Windows, and
// where the home's path is too long, it is in the folder where this user's
// programs keep such things. The name holds a hash of the home.
func Socket(home string) (string, error) {
	abs, err := filepath.Abs(home)
	if err != nil {
		return "", fmt.Errorf("find the home: %w", err)
	}
	sum := sha256.Sum256([]byte(abs))
	name := hex.EncodeToString(sum[:6]) + ".sock"
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" && private(dir) == nil {
		if path := filepath.Join(dir, "dialpad-sync", name); len(path) <= longestPath {
			return path, nil
		}
	}
	if path := filepath.Join(abs, "run", name); len(path) <= longestPath && runtime.GOOS != "windows" {
		return path, nil
	}
	return filepath.Join(xdg.StateHome, "dialpad-sync", "run", name), nil
}

// errShared says that others may write where the socket is to be.
var errShared = errors.New("the folder of the socket is open to others")
