package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const someMemory = `00400000-00cdc000 r-xp 00000000 fe:00 9977873                            /opt/Dialpad Sync/dialpad-sync
Size:               9072 kB
Rss:                8624 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me
00cdc000-015ae000 r--p 008dc000 fe:00 9977873                            /opt/Dialpad Sync/dialpad-sync
Rss:                8456 kB
Anonymous:             4 kB
015ae000-01641000 rw-p 011ae000 fe:00 9977873                            /opt/Dialpad Sync/dialpad-sync
Rss:                 588 kB
Anonymous:           0 kB
7f849c650000-7f849c670000 r--p 00000000 00:00 0 
Rss:                  16 kB
Anonymous:             0 kB
7f84e3415000-7f84e341d000 r--s 00000000 fe:00 9977932                    /home/kim/dialpad-sync
Rss:                  32 kB
Anonymous:             0 kB
`

// TestOnlyWhatTheFileHasIsGivenBack: a page that was written, or may be, is
// nowhere else.
func TestOnlyWhatTheFileHasIsGivenBack(t *testing.T) {
	all, err := mappings([]byte(someMemory))
	if err != nil {
		t.Fatal(err)
	}
	var given []uintptr
	for _, m := range all {
		if m.onlyFrom("/opt/Dialpad Sync/dialpad-sync") {
			given = append(given, m.start, m.length)
		}
	}
	if len(all) != 5 || !slices.Equal(given, []uintptr{0x400000, 0x8dc000}) {
		t.Errorf("of %d mappings these would go: %x", len(all), given)
	}
	if _, err := mappings([]byte("0040-zz r-xp 0 fe:00 1 /x\n")); err == nil {
		t.Error("an address that is none was read")
	}
}

// TestTheProgramsPagesGoBack looks at this very program, which runs on.
func TestTheProgramsPagesGoBack(t *testing.T) {
	before := programInMemory(t)
	if err := giveBackProgram(); err != nil {
		t.Fatal(err)
	}
	if after := programInMemory(t); after >= before {
		t.Errorf("the program had %d kB of itself in memory, then %d kB", before, after)
	}
}

// programInMemory is how much of files is mapped and in memory, in kB; nearly all
// of that is this program.
func programInMemory(t *testing.T) (kB int) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, found, _ := strings.Cut(string(text), "RssFile:")
	if _, err := fmt.Sscan(found, &kB); err != nil {
		t.Fatal(err)
	}
	return kB
}
