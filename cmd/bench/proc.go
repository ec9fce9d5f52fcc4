package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// What Linux tells about a process: proc(5).

// memoryOf returns a line of /proc/PID/status that counts kilobytes, in bytes:
// VmRSS is what the process has in memory now, VmHWM the most it ever had.
func memoryOf(pid int, name string) (int64, error) {
	n, err := statusLine(filepath.Join("/proc", strconv.Itoa(pid), "status"), name)
	return n * 1024, err
}

func statusLine(file, name string) (int64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		rest, ok := strings.CutPrefix(line, name+":")
		if fields := strings.Fields(rest); ok && len(fields) > 0 {
			return strconv.ParseInt(fields[0], 10, 64)
		}
	}
	return 0, fmt.Errorf("%s has no line %s", file, name)
}

// threadsOf applies f to the folder of each thread and sums up.
func threadsOf(pid int, f func(folder string) (int64, error)) (sum int64, err error) {
	threads, err := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "task", "*"))
	if err != nil || len(threads) == 0 {
		return 0, fmt.Errorf("process %d has no threads to be seen", pid)
	}
	for _, folder := range threads {
		n, err := f(folder)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// wakeUpsOf is how often the process's threads have gone to sleep by
// themselves, which is how often something woke them.
func wakeUpsOf(pid int) (int64, error) {
	return threadsOf(pid, func(folder string) (int64, error) {
		return statusLine(filepath.Join(folder, "status"), "voluntary_ctxt_switches")
	})
}

// cpuOf is the time the process's threads have run, to the nanosecond; the
// counts in /proc/PID/stat have 10 ms only. Threads that have ended are left
// out, which Go programs do not have.
func cpuOf(pid int) (time.Duration, error) {
	n, err := threadsOf(pid, func(folder string) (int64, error) {
		text, err := os.ReadFile(filepath.Join(folder, "schedstat"))
		if err != nil {
			return 0, err
		}
		ran, _, _ := strings.Cut(string(text), " ")
		return strconv.ParseInt(ran, 10, 64)
	})
	return time.Duration(n), err
}
