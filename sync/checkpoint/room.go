package checkpoint

import (
	"errors"
	"os"

	"dialpadsync.app/sync/settings/atomicfile"
)

// roomNeeded is how much a file must be able to grow, in bytes, for its disk not
// to count as full.
const roomNeeded = 64 << 10

// full says whether there is no room beside the file at path for one that is a
// little longer. SQLite says SQLITE_FULL of ENOSPC only; a share that is used up
// and a limit on the length of files look like any other failure of the disk.
func full(path string) bool {
	var longest int64
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(path + suffix); err == nil {
			longest = max(longest, info.Size())
		}
	}
	file, err := os.OpenFile(path+".room", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return atomicfile.DiskFull(err)
	}
	_, err = file.WriteAt(make([]byte, roomNeeded), longest)
	err = errors.Join(err, file.Close())
	_ = os.Remove(file.Name()) // the next time replaces it
	return atomicfile.DiskFull(err)
}
