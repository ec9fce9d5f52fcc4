//go:build amd64 || arm64

package disksim

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"

	sqlite3 "modernc.org/sqlite/lib"
)

// Kind is how a disk fails.
type Kind int

const (
	// Broken answers EIO once.
	Broken Kind = iota
	// Full answers ENOSPC once; FullForGood from then on.
	Full
	FullForGood
	// Cut ends the power: nothing succeeds any more until Reboot.
	Cut
)

// Disk is a folder whose SQLite files may fail.
type Disk struct {
	dir string

	mu    sync.Mutex
	ops   int
	at    int // the operation to fail, counted from 1; 0: none
	kind  Kind
	hit   bool
	dead  bool
	files map[string]*image
}

// image is what the platter holds of a file, and what is on its way there.
type image struct {
	durable []byte
	pending []change
}

// change is a write, or a truncation to at.
type change struct {
	at       int64
	data     []byte
	truncate bool
}

// At makes a folder one whose SQLite files may fail. Release lets go of it.
func At(dir string) *Disk {
	install()
	d := &Disk{dir: filepath.Clean(dir) + string(filepath.Separator), files: map[string]*image{}}
	shim.mu.Lock()
	defer shim.mu.Unlock()
	shim.disks = append(shim.disks, d)
	return d
}

// Release makes the folder one like any other again.
func (d *Disk) Release() {
	shim.mu.Lock()
	defer shim.mu.Unlock()
	for i, other := range shim.disks {
		if other == d {
			shim.disks = append(shim.disks[:i], shim.disks[i+1:]...)
			return
		}
	}
}

// diskOf is the disk a path is on. shim.mu is held.
func diskOf(path string) *Disk {
	for _, d := range shim.disks {
		if strings.HasPrefix(path, d.dir) {
			return d
		}
	}
	return nil
}

// FailAt makes the nth operation from the first one on fail like this.
func (d *Disk) FailAt(n int, kind Kind) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at, d.kind, d.hit = n, kind, false
}

// Heal ends every failure but a cut.
func (d *Disk) Heal() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = 0
}

// Ops is how many operations there were.
func (d *Disk) Ops() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ops
}

// Hit says whether the failure has happened.
func (d *Disk) Hit() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hit
}

func (d *Disk) isDead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

// next counts an operation and says how it ends before it has begun.
func (d *Disk) next(broken int32) int32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return broken
	}
	d.ops++
	due := d.at > 0 && (d.ops == d.at || d.kind == FullForGood && d.ops > d.at)
	if !due {
		return sqlite3.SQLITE_OK
	}
	d.hit = true
	switch d.kind {
	case Cut:
		d.dead = true
		return broken
	case Broken:
		return broken
	}
	if broken == sqlite3.SQLITE_IOERR_DELETE {
		return sqlite3.SQLITE_OK // a full disk can be made emptier
	}
	return sqlite3.SQLITE_FULL
}

func (d *Disk) opened(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.files[path] == nil && !strings.HasSuffix(path, "-shm") {
		held, _ := os.ReadFile(path) // one that is not there holds nothing
		d.files[path] = &image{durable: held}
	}
}

func (d *Disk) wrote(path string, c change) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.files[path]; f != nil {
		f.pending = append(f.pending, c)
	}
}

func (d *Disk) synced(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.files[path]; f != nil {
		for _, c := range f.pending {
			f.durable = c.apply(f.durable)
		}
		f.pending = nil
	}
}

func (d *Disk) removed(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.files, path)
}

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// Reboot gives the disk power again after a cut: what was synced is there, and
// of what was not each sector is or is not, as the seed says. Nothing may have a
// file on it open.
func (d *Disk) Reboot(seed uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	dice := rand.New(rand.NewPCG(seed, 0xd15c)) //nolint:gosec // chance, not secrecy
	for path, f := range d.files {
		held := f.durable
		for _, c := range f.pending {
			held = c.applySome(held, dice)
		}
		if err := os.WriteFile(path, held, 0o600); err != nil {
			return err
		}
		if err := os.Remove(path + "-shm"); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	d.files, d.dead, d.at = map[string]*image{}, false, 0
	return nil
}

func (c change) apply(held []byte) []byte {
	if c.truncate {
		if c.at < int64(len(held)) {
			return held[:c.at]
		}
		return held
	}
	if grown := c.at + int64(len(c.data)); grown > int64(len(held)) {
		held = append(held, make([]byte, grown-int64(len(held)))...)
	}
	copy(held[c.at:], c.data)
	return held
}

// applySome applies a write sector by sector, some of them.
func (c change) applySome(held []byte, dice *rand.Rand) []byte {
	if c.truncate {
		if dice.IntN(2) == 0 {
			return held
		}
		return c.apply(held)
	}
	for from := 0; from < len(c.data); {
		to := min(len(c.data), from+sector-int((c.at+int64(from))%sector))
		if dice.IntN(2) == 0 {
			held = change{at: c.at + int64(from), data: c.data[from:to]}.apply(held)
		}
		from = to
	}
	return held
}

// Dead says that the power is cut.
func (d *Disk) Dead() bool { return d.isDead() }
