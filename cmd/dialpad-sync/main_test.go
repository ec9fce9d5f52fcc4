package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

// walkerEnv makes the test binary play a browser whose person signs in and
// presses Allow: the page is its last argument.
const walkerEnv = "DIALPAD_SYNC_TEST_WALKER"

func TestMain(m *testing.M) {
	if os.Getenv(walkerEnv) != "" {
		if err := walk(context.Background(), os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if home := os.Getenv(frozenEnv); home != "" {
		fmt.Fprintln(os.Stderr, freeze(home))
		os.Exit(1)
	}
	dir, err := os.MkdirTemp("", "ds")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	scratch = dir
	// Sockets go to a short path of the tests' own, and tests wait for the pace
	// of the limiters more than they compute.
	for _, err := range []error{
		os.Mkdir(runtimeDir(), 0o700), os.Setenv("XDG_RUNTIME_DIR", runtimeDir()),
		os.Unsetenv("LC_ALL"), os.Unsetenv("LC_MESSAGES"), os.Setenv("LANG", "C"), // what is read is English
		flag.Set("test.parallel", "16"),
	} {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// scratch is a folder with a short path that goes when all tests have ended.
var scratch string

func runtimeDir() string { return filepath.Join(scratch, "run") }

// binary builds the program as it is shipped, once, and returns its path.
var binary = sync.OnceValue(func() string {
	path := filepath.Join(scratch, "bin", "dialpad-sync")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=v0-test", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build the program: %v\n%s", err, out))
	}
	return path
})
