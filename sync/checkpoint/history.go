package checkpoint

import (
	"context"
	"database/sql"
	"time"

	"dialpadsync.app/sync/engine"
)

// Runs lists the passes of all accounts that changed something and ended since
// a moment, oldest first. Requests and unchanged documents are not kept.
func (s *Store) Runs(ctx context.Context, since time.Time) ([]engine.Run, error) {
	var runs []engine.Run
	err := s.use(ctx, "read checkpoint", func(db *sql.DB) error {
		runs = nil
		rows, err := db.QueryContext(ctx, "SELECT began, ended, created, updated, deleted, failed FROM run WHERE ended >= ? ORDER BY ended", since.UnixMilli())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r engine.Run
			var began, ended int64
			if err := rows.Scan(&began, &ended, &r.Created, &r.Updated, &r.Deleted, &r.Failed); err != nil {
				return err
			}
			r.Began, r.Ended = time.UnixMilli(began), time.UnixMilli(ended)
			runs = append(runs, r)
		}
		return rows.Err()
	})
	return runs, err
}
