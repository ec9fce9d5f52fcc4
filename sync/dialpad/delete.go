package dialpad

import (
	"context"
	"errors"
	"fmt"

	"dialpadsync.app/sync/engine"
)

// Delete removes a node (D7) after reading again that it is ours and holds the
// key it is known for. A node that is gone, or that is another's by now, is
// success and is not touched.
func (d *Destination) Delete(ctx context.Context, known engine.Node) error {
	n, err := d.get(ctx, known.ID, known.Key, known.Locale)
	if err == nil {
		_, err = d.write(ctx, deleteNode, d.request(deleteNode, n.id, known.Locale))
	}
	if err != nil && !errors.Is(err, engine.ErrNodeGone) {
		return fmt.Errorf("delete document: %w", err)
	}
	return nil
}
