package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// giveBackProgram lets go of the program's own code and tables. They can be
// read from the file again, so they need no memory while nothing runs: when
// memory is short, the kernel takes these pages before any other. Until then
// they stay in its cache, where what runs next finds them; a pass finds all it
// needs in well under a millisecond.
//
// Without this the agent would hold the whole program. The kernel maps the 64
// KB around each page that is touched (do_fault_around), and the start touches
// a page nearly everywhere.
func giveBackProgram() error {
	own, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	text, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return err
	}
	all, err := mappings(text)
	if err != nil {
		return err
	}
	for _, m := range all {
		if !m.onlyFrom(own) {
			continue
		}
		// Linux before 5.4 knows nothing cold.
		if err := m.advise(unix.MADV_COLD); err != nil && !errors.Is(err, unix.EINVAL) {
			return err
		}
		if err := m.advise(unix.MADV_DONTNEED); err != nil {
			return err
		}
	}
	return nil
}

// mapping is a part of this process's memory.
type mapping struct {
	start, length uintptr
	access, file  string // "r-xp"; "" without a file
	changed       bool   // some of its pages are no longer those of the file
}

// onlyFrom says that everything in it can be read from the file again.
func (m mapping) onlyFrom(file string) bool {
	return m.file == file && !m.changed && !strings.Contains(m.access, "w")
}

func (m mapping) advise(advice uintptr) error {
	if _, _, code := unix.Syscall(unix.SYS_MADVISE, m.start, m.length, advice); code != 0 {
		return fmt.Errorf("madvise: %w", code)
	}
	return nil
}

// mappings reads /proc/PID/smaps: proc_pid_smaps(5).
func mappings(smaps []byte) (all []mapping, err error) {
	lines := bufio.NewScanner(bytes.NewReader(smaps))
	for lines.Scan() {
		name, rest, _ := strings.Cut(lines.Text(), " ")
		if !strings.HasSuffix(name, ":") {
			m, err := mappingHead(name, rest)
			if err != nil {
				return nil, fmt.Errorf("read smaps: %w", err)
			}
			all = append(all, m)
			continue
		}
		if name == "Anonymous:" && len(all) > 0 {
			all[len(all)-1].changed = strings.TrimSpace(rest) != "0 kB"
		}
	}
	return all, lines.Err()
}

// mappingHead reads the first line of a mapping: addresses, access, offset,
// device, inode and file.
func mappingHead(addresses, rest string) (m mapping, err error) {
	from, to, _ := strings.Cut(addresses, "-")
	start, err := strconv.ParseUint(from, 16, 64)
	if err != nil {
		return m, err
	}
	end, err := strconv.ParseUint(to, 16, 64)
	if err != nil {
		return m, err
	}
	m.start, m.length = uintptr(start), uintptr(end-start)
	for field := range 4 {
		var word string
		word, rest, _ = strings.Cut(strings.TrimLeft(rest, " "), " ")
		if field == 0 {
			m.access = word
		}
	}
	m.file = strings.TrimLeft(rest, " ")
	return m, nil
}
