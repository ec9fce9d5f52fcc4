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
)

// Version is the version of the local API; a client of another one is told so.
const Version = 2

// ErrNoAgent is returned by Dial when no agent runs on this home.
var ErrNoAgent = errors.New("no agent runs on this home")

// Hello is what the agent says about itself.
type Hello struct {
	API     int    `json:"api"`
	Program string `json:"program"` // version of the program
	PID     int    `json:"pid"`
}

// Socket returns where the socket of a home is: in the runtime folder of the
// user, else in a folder of the home; never in a shared one. The name holds a
// hash of the home.
func Socket(home string) (string, error) {
	abs, err := filepath.Abs(home)
	if err != nil {
		return "", fmt.Errorf("find the home: %w", err)
	}
	sum := sha256.Sum256([]byte(abs))
	name := hex.EncodeToString(sum[:6]) + ".sock"
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" && private(dir) == nil {
		return filepath.Join(dir, "dialpad-sync", name), nil
	}
	return filepath.Join(abs, "run", name), nil
}

// errShared says that others may write where the socket is to be.
var errShared = errors.New("the folder of the socket is open to others")
