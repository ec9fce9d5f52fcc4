// Package disksim is a disk that fails when it is told to: it stands between
// SQLite and the system's files, for tests only. Every write, truncation, sync
// and removal under a folder is counted; a chosen one can fail once or for good,
// or the power can be cut there, after which only what was synced, and an
// arbitrary part of what was not, is found on the disk.
//
// It works by a SQLite VFS around the default one (sqlite.org/vfs.html), which
// becomes the default of the process.
package disksim
