package checkpoint

import (
	"context"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"dialpadsync.app/sync/settings/atomicfile"
	"dialpadsync.app/sync/source"
)

// primary is SQLite's primary result code in err, or 0.
func primary(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// errMangled says that a row holds what this program never writes.
var errMangled = errors.New("the checkpoint holds a value that cannot be read")

// errInTheWay says that something is in the file's place that is no file.
var errInTheWay = errors.New("there is no file in the checkpoint's place")

// isBroken says that the file cannot be used and has to be made anew.
func isBroken(err error) bool {
	switch primary(err) {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	}
	return errors.Is(err, errOtherKey) || errors.Is(err, errMangled) || errors.Is(err, errUnsealed)
}

// isForeign says that the file is a database of somebody else's making: the
// first statements on our own tables fail.
func isForeign(err error) bool { return primary(err) == sqlite3.SQLITE_ERROR }

// classify says what happens next after a failure of the disk or the file at
// path.
func classify(path, op string, err error) error {
	var known *source.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	e := &source.Error{Kind: source.Fatal, Op: op, Err: err}
	switch code := primary(err); {
	case code == sqlite3.SQLITE_FULL, atomicfile.DiskFull(err), code == sqlite3.SQLITE_IOERR && full(path):
		e.Kind, e.Code = source.Transient, source.CodeDiskFull
	case code == sqlite3.SQLITE_IOERR, atomicfile.Failing(err):
		e.Kind, e.Code = source.Transient, source.CodeDiskFailing
	case code == sqlite3.SQLITE_INTERRUPT, errors.Is(err, context.DeadlineExceeded):
		e.Kind = source.Transient
	case isBusy(err):
		e.Kind, e.Code = source.Transient, source.CodeBusy
	case code == sqlite3.SQLITE_READONLY, code == sqlite3.SQLITE_CANTOPEN, code == sqlite3.SQLITE_PERM,
		atomicfile.NotWritable(err), errors.Is(err, errInTheWay):
		e.Code = source.CodeNotWritable
	}
	return e
}
