package engine_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// damage is one way to spoil the records of an account. It says how many rows
// it may have changed without anybody noticing: SQLite has no checksums.
type damage struct {
	name  string
	times int
	// crashed spoils the files as a crash leaves them, with a log beside.
	crashed bool
	do      func(path string, dice *rand.Rand) (rows int)
	refused source.Code // where it is not to be opened at all
}

func read(path string) []byte {
	text, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return text
}

func write(path string, text []byte) {
	if err := os.WriteFile(path, text, 0o600); err != nil {
		panic(err)
	}
}

// flip changes so many bytes from an offset on.
func flip(suffix string, n int, from func(size int, dice *rand.Rand) int) func(string, *rand.Rand) int {
	return func(path string, dice *rand.Rand) int {
		text := read(path + suffix)
		at := from(len(text), dice)
		for i := at; i < min(len(text), at+n); i++ {
			text[i] ^= byte(1 + dice.IntN(255))
		}
		write(path+suffix, text)
		return n
	}
}

func anywhere(size int, dice *rand.Rand) int { return dice.IntN(size) }
func header(_ int, dice *rand.Rand) int      { return dice.IntN(100) }

func cut(suffix string) func(string, *rand.Rand) int {
	return func(path string, dice *rand.Rand) int {
		text := read(path + suffix)
		write(path+suffix, text[:dice.IntN(len(text))])
		return 0
	}
}

func damages() []damage {
	return []damage{
		{name: "a flipped byte", times: 40, do: flip("", 1, anywhere)},
		{name: "a flipped byte in the header", times: 20, do: flip("", 1, header)},
		{name: "16 flipped bytes", times: 30, do: flip("", 16, anywhere)},
		{name: "a flipped page", times: 20, do: flip("", 4096, func(size int, dice *rand.Rand) int { return dice.IntN(size/4096) * 4096 })},
		{name: "cut short", times: 25, do: cut("")},
		{name: "a flipped byte in the log", times: 20, crashed: true, do: flip("-wal", 1, anywhere)},
		{name: "the log cut short", times: 15, crashed: true, do: cut("-wal")},
		{name: "without its log", times: 5, crashed: true, do: func(path string, _ *rand.Rand) int { _ = os.Remove(path + "-wal"); return 0 }},
		{name: "nothing in it", times: 3, do: func(path string, _ *rand.Rand) int { write(path, nil); return 0 }},
		{name: "zeros", times: 3, do: func(path string, _ *rand.Rand) int { write(path, make([]byte, len(read(path)))); return 0 }},
		{name: "another kind of file", times: 4, do: func(path string, dice *rand.Rand) int {
			write(path, bytes.Repeat([]byte("not a database\n"), 1+dice.IntN(2000)))
			return 0
		}},
		{name: "something behind it", times: 5, do: func(path string, dice *rand.Rand) int {
			write(path, append(read(path), make([]byte, 1+dice.IntN(9000))...))
			return 0
		}},
		{name: "from a newer version", times: 5, do: newer, refused: source.CodeTooNew},
		{name: "a folder in its place", times: 5, do: func(path string, _ *rand.Rand) int {
			_ = os.Remove(path)
			if err := os.Mkdir(path, 0o700); err != nil {
				panic(err)
			}
			return 0
		}, refused: source.CodeNotWritable},
	}
}

func newer(path string, dice *rand.Rand) int {
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.Exec(fmt.Sprintf("PRAGMA user_version = %d", 2+dice.IntN(90)))
	}
	if err := errors.Join(err, db.Close()); err != nil {
		panic(err)
	}
	return 0
}

// spoilt is what became of one damaged file.
type spoilt struct {
	refused, rebuilt bool
	resent           int
	fault            string
}

func spoil(t *testing.T, d damage, seed uint64) (out spoilt) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(nil)
		b.fill(30)
		b.equal()
		b.edit(3, "changed")
		b.hide(number(4), source.Unpublished, true)
		b.sync(engine.Options{}, 0)
		path := b.file
		if d.crashed {
			path = filepath.Join(t.TempDir(), "crashed.db")
			for _, suffix := range []string{"", "-wal", ".seal"} {
				write(path+suffix, read(b.file+suffix))
			}
		}
		b.close()
		b.file = path
		rows := d.do(path, rand.New(rand.NewPCG(seed, 0xdb)))
		before := b.puts
		err := b.begin(nil)
		if d.refused != "" {
			out.refused = err != nil
			if source.CodeOf(err) != d.refused {
				out.fault = fmt.Sprintf("opened with %v, want %q", err, d.refused)
			}
			b.close()
			return
		}
		if err != nil {
			out.fault = fmt.Sprintf("open: %v", err)
			return
		}
		got := b.sync(engine.Options{Full: true}, 10*time.Minute)
		out.rebuilt = b.store.Rebuilt()
		out.fault = b.judge(got)
		out.resent = b.puts - before
		allowed := 0
		if !out.rebuilt {
			allowed = rows
		}
		if out.resent > allowed {
			out.fault += fmt.Sprintf(" %d unchanged documents were sent again, rebuilt: %v", out.resent, out.rebuilt)
		}
		b.close()
		if len(b.wrong) > 0 {
			out.fault += fmt.Sprintf(" never: %q", b.wrong)
		}
	})
	return out
}

// damageShare is how many of the damaged files a quick run leaves out for each
// it tries; the long run tries them all.
var damageShare = 4

// 200 damaged files of records: each is mended, made anew from the two listings,
// or refused with a class; nothing is wrongly deleted or doubled, and what did
// not change is not sent again.
func TestDamagedRecords(t *testing.T) {
	all, refused, rebuilt, resent := 0, 0, 0, 0
	for _, d := range damages() {
		for i := 0; i < d.times; i += damageShare {
			seed := uint64(i + 1)
			out := spoil(t, d, seed)
			all++
			if out.refused {
				refused++
			}
			if out.rebuilt {
				rebuilt++
			}
			resent += out.resent
			if out.fault != "" {
				t.Errorf("%s, seed %d: %s", d.name, seed, out.fault)
			}
		}
	}
	t.Logf("%d files: %d refused, %d made anew, the others went on; %d documents sent again", all, refused, rebuilt, resent)
	if all < 200/damageShare {
		t.Errorf("only %d files", all)
	}
}
