//go:build amd64 || arm64

package disksim

import (
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Where things are in sqlite3_vfs and sqlite3_io_methods, in words of 64 bits
// (sqlite.org/c3ref/vfs.html, sqlite.org/c3ref/io_methods.html).
const (
	vfsWords     = 21
	vfsOpen      = 5
	vfsDelete    = 6
	methodWords  = 19
	methodClose  = 1
	methodWrite  = 3
	methodTrunc  = 4
	methodSync   = 5
	firstVersion = 0
)

type (
	openFunc   = func(tls *libc.TLS, vfs, name, file uintptr, flags int32, outFlags uintptr) int32
	deleteFunc = func(tls *libc.TLS, vfs, name uintptr, syncDir int32) int32
	closeFunc  = func(tls *libc.TLS, file uintptr) int32
	writeFunc  = func(tls *libc.TLS, file, buf uintptr, n int32, at int64) int32
	truncFunc  = func(tls *libc.TLS, file uintptr, size int64) int32
	syncFunc   = func(tls *libc.TLS, file uintptr, flags int32) int32
)

// shim is the VFS of the process once it is installed. SQLite keeps addresses
// of what is in it.
var shim struct {
	once sync.Once
	base uintptr // the one around which it is

	mu     sync.Mutex
	tables map[uintptr]uintptr // copies of methods, by the methods they are of
	files  map[uintptr]*openFile
	disks  []*Disk
}

// openFile is a file that SQLite has open.
type openFile struct {
	orig uintptr // its own methods
	path string
	disk *Disk // nil outside every disk's folder
}

// word is the memory at an address that SQLite has given.
func word(address uintptr, i int) *uintptr {
	p := *(*unsafe.Pointer)(unsafe.Pointer(&address))
	return (*uintptr)(unsafe.Add(p, 8*i))
}

func method[F any](table uintptr, i int) F { return *(*F)(unsafe.Pointer(word(table, i))) }

func install() {
	shim.once.Do(func() {
		shim.tables, shim.files = map[uintptr]uintptr{}, map[uintptr]*openFile{}
		tls := libc.NewTLS() // for good: SQLite keeps the VFS as long as the process lives
		shim.base = sqlite3.Xsqlite3_vfs_find(tls, 0)
		vfs := copied(tls, shim.base, vfsWords)
		*(*openFunc)(unsafe.Pointer(word(vfs, vfsOpen))) = shimOpen
		*(*deleteFunc)(unsafe.Pointer(word(vfs, vfsDelete))) = shimDelete
		sqlite3.Xsqlite3_vfs_register(tls, vfs, 1)
	})
}

// copied is a copy of so many words, in SQLite's own memory and for good.
func copied(tls *libc.TLS, from uintptr, words int) uintptr {
	to := libc.Xmalloc(tls, uint64(8*words))
	for i := range words {
		*word(to, i) = *word(from, i)
	}
	return to
}

// table is a copy of a file's methods in which ours stand.
func table(tls *libc.TLS, orig uintptr) uintptr {
	if t := shim.tables[orig]; t != 0 {
		return t
	}
	t := copied(tls, orig, methodWords)
	*(*closeFunc)(unsafe.Pointer(word(t, methodClose))) = shimClose
	*(*writeFunc)(unsafe.Pointer(word(t, methodWrite))) = shimWrite
	*(*truncFunc)(unsafe.Pointer(word(t, methodTrunc))) = shimTruncate
	*(*syncFunc)(unsafe.Pointer(word(t, methodSync))) = shimSync
	shim.tables[orig] = t
	return t
}

func fileOf(file uintptr) *openFile {
	shim.mu.Lock()
	defer shim.mu.Unlock()
	return shim.files[file]
}

func shimOpen(tls *libc.TLS, vfs, name, file uintptr, flags int32, outFlags uintptr) int32 {
	path := ""
	if name != 0 {
		path = libc.GoString(name)
	}
	shim.mu.Lock()
	disk := diskOf(path)
	shim.mu.Unlock()
	if disk != nil && disk.isDead() {
		return sqlite3.SQLITE_CANTOPEN
	}
	if rc := method[openFunc](shim.base, vfsOpen)(tls, vfs, name, file, flags, outFlags); rc != sqlite3.SQLITE_OK {
		return rc
	}
	if disk == nil {
		return sqlite3.SQLITE_OK
	}
	disk.opened(path)
	shim.mu.Lock()
	defer shim.mu.Unlock()
	orig := *word(file, firstVersion)
	shim.files[file] = &openFile{orig: orig, path: path, disk: disk}
	*word(file, firstVersion) = table(tls, orig)
	return sqlite3.SQLITE_OK
}

func shimClose(tls *libc.TLS, file uintptr) int32 {
	f := fileOf(file)
	shim.mu.Lock()
	delete(shim.files, file)
	shim.mu.Unlock()
	return method[closeFunc](f.orig, methodClose)(tls, file)
}

func shimWrite(tls *libc.TLS, file, buf uintptr, n int32, at int64) int32 {
	f := fileOf(file)
	if rc := f.disk.next(sqlite3.SQLITE_IOERR_WRITE); rc != sqlite3.SQLITE_OK {
		return rc
	}
	rc := method[writeFunc](f.orig, methodWrite)(tls, file, buf, n, at)
	if rc == sqlite3.SQLITE_OK {
		data := append([]byte(nil), unsafe.Slice((*byte)(unsafe.Pointer(word(buf, 0))), n)...)
		f.disk.wrote(f.path, change{at: at, data: data})
	}
	return rc
}

func shimTruncate(tls *libc.TLS, file uintptr, size int64) int32 {
	f := fileOf(file)
	if rc := f.disk.next(sqlite3.SQLITE_IOERR_TRUNCATE); rc != sqlite3.SQLITE_OK {
		return rc
	}
	rc := method[truncFunc](f.orig, methodTrunc)(tls, file, size)
	if rc == sqlite3.SQLITE_OK {
		f.disk.wrote(f.path, change{at: size, truncate: true})
	}
	return rc
}

func shimSync(_ *libc.TLS, file uintptr, _ int32) int32 {
	f := fileOf(file)
	if rc := f.disk.next(sqlite3.SQLITE_IOERR_FSYNC); rc != sqlite3.SQLITE_OK {
		return rc
	}
	// What the system would do is left out: the tests' files are on a disk that
	// does not fail, and a real sync is slow.
	f.disk.synced(f.path)
	return sqlite3.SQLITE_OK
}

func shimDelete(tls *libc.TLS, vfs, name uintptr, syncDir int32) int32 {
	path := libc.GoString(name)
	shim.mu.Lock()
	disk := diskOf(path)
	shim.mu.Unlock()
	if disk != nil {
		if rc := disk.next(sqlite3.SQLITE_IOERR_DELETE); rc != sqlite3.SQLITE_OK {
			return rc
		}
		disk.removed(path)
	}
	return method[deleteFunc](shim.base, vfsDelete)(tls, vfs, name, syncDir)
}
