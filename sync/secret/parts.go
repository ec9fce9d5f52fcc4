package secret

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/zalando/go-keyring"
)

// entryLimit is how many bytes one entry takes on this system, or 0 where
// there is no limit that tokens reach. Windows allows 2,560 bytes
// (CRED_MAX_CREDENTIAL_BLOB_SIZE), which is half as many letters in UTF-16; on
// macOS go-keyring's command line holds 4,096 with the names and base64.
func entryLimit(goos string) int {
	switch goos {
	case "windows", "darwin":
		return 1200
	}
	return 0
}

// parted keeps texts longer than limit in several entries of the ring below. A
// head entry tells generation, number of parts and checksum. A new text is
// written under the generation not in use and read back before the head is
// changed to it, so at every instant the head names a complete text.
type parted struct {
	ring
	limit int
}

// headMark begins a head entry. A short text that begins like this is stored
// in parts too, so that it is never taken for a head.
const headMark = "dialpad-sync:parts:"

type head struct {
	generation string // "a" or "b"
	parts      int
	sum        string // SHA-256 of the text, in hex
}

func (h head) String() string {
	return headMark + h.generation + ":" + strconv.Itoa(h.parts) + ":" + h.sum
}

// parseHead reads a head entry; ok is false for a text stored as it is.
func parseHead(entry string) (h head, ok bool) {
	rest, found := strings.CutPrefix(entry, headMark)
	fields := strings.Split(rest, ":")
	if !found || len(fields) != 3 {
		return head{}, false
	}
	parts, err := strconv.Atoi(fields[1])
	return head{generation: fields[0], parts: parts, sum: fields[2]}, err == nil
}

func partUser(user, generation string, n int) string {
	return user + "#" + generation + strconv.Itoa(n)
}

func checksum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (p parted) Get(user string) (string, error) {
	entry, err := p.ring.Get(user)
	if err != nil {
		return "", err
	}
	h, split := parseHead(entry)
	if !split {
		return entry, nil
	}
	text, err := p.join(user, h)
	if err == nil {
		return text, nil
	}
	// Another process may have replaced the text between the two reads.
	again, headErr := p.ring.Get(user)
	if headErr != nil {
		return "", headErr
	}
	if again == entry {
		return "", err
	}
	if h, split = parseHead(again); !split {
		return again, nil
	}
	return p.join(user, h)
}

// join reads the parts h names. A part that is gone or a text that does not
// match can never be read again, which is the same as an absent entry.
func (p parted) join(user string, h head) (string, error) {
	var code strings.Builder
	for n := range h.parts {
		part, err := p.ring.Get(partUser(user, h.generation, n))
		if err != nil {
			return "", fmt.Errorf("read part %d of %d: %w", n+1, h.parts, err)
		}
		code.WriteString(part)
	}
	text, err := base64.RawStdEncoding.DecodeString(code.String())
	if err != nil || checksum(string(text)) != h.sum {
		return "", fmt.Errorf("the parts do not fit together: %w", keyring.ErrNotFound)
	}
	return string(text), nil
}

func (p parted) Set(user, text string) error {
	old, err := p.current(user)
	if err != nil {
		return err
	}
	if len(text) <= p.limit && !strings.HasPrefix(text, headMark) {
		if err := p.ring.Set(user, text); err != nil {
			return err
		}
		p.sweep(user, head{})
		return nil
	}
	h := head{generation: "a", sum: checksum(text)}
	if old.generation == "a" {
		h.generation = "b"
	}
	code := base64.RawStdEncoding.EncodeToString([]byte(text))
	for ; code != ""; h.parts++ {
		part := code[:min(p.limit, len(code))]
		code = code[len(part):]
		if err := p.ring.Set(partUser(user, h.generation, h.parts), part); err != nil {
			return fmt.Errorf("write part %d: %w", h.parts+1, err)
		}
	}
	if back, err := p.join(user, h); err != nil || back != text {
		return fmt.Errorf("read the parts back: %w", errors.Join(err, errors.New("the keyring did not keep them")))
	}
	if err := p.ring.Set(user, h.String()); err != nil {
		return err
	}
	p.sweep(user, h)
	return nil
}

// sweep removes every part that h does not name. The text is safe by then, so
// what resists is left to the next Set or Delete.
func (p parted) sweep(user string, h head) {
	for _, generation := range []string{"a", "b"} {
		first := 0
		if generation == h.generation {
			first = h.parts
		}
		_ = p.deleteParts(user, generation, first)
	}
}

// Delete removes the head first, so that an interrupted removal leaves no text
// that can be read.
func (p parted) Delete(user string) error {
	headErr := p.ring.Delete(user)
	if headErr != nil && !errors.Is(headErr, keyring.ErrNotFound) {
		return headErr
	}
	if err := errors.Join(p.deleteParts(user, "a", 0), p.deleteParts(user, "b", 0)); err != nil {
		return err
	}
	return headErr
}

// current returns the head in use, or a zero head where the text is short or
// absent.
func (p parted) current(user string) (head, error) {
	entry, err := p.ring.Get(user)
	if err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return head{}, err
	}
	h, _ := parseHead(entry)
	return h, nil
}

// deleteParts removes the parts of one generation from the n-th on, the last
// one first: the parts are without a gap at every instant, so an interrupted
// removal can be taken up again.
func (p parted) deleteParts(user, generation string, n int) error {
	end := n
	for ; ; end++ {
		_, err := p.ring.Get(partUser(user, generation, end))
		if errors.Is(err, keyring.ErrNotFound) {
			break
		}
		if err != nil {
			return fmt.Errorf("look for part %d: %w", end+1, err)
		}
	}
	for end--; end >= n; end-- {
		err := p.ring.Delete(partUser(user, generation, end))
		if err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return fmt.Errorf("delete part %d: %w", end+1, err)
		}
	}
	return nil
}
