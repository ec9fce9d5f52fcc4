package dialpadsim

import "crypto/sha256"

// blob is a content that any number of nodes share.
type blob struct {
	sum  [sha256.Size]byte
	text string
	refs int
}

// blobs keeps equal contents once.
type blobs map[[sha256.Size]byte]*blob

func (b blobs) keep(text string) *blob {
	sum := sha256.Sum256([]byte(text))
	found := b[sum]
	if found == nil {
		found = &blob{sum: sum, text: text}
		b[sum] = found
	}
	found.refs++
	return found
}

func (b blobs) drop(x *blob) {
	if x.refs--; x.refs == 0 {
		delete(b, x.sum)
	}
}
