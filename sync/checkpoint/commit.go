package checkpoint

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// historyLife is how long runs are kept.
const historyLife = 60 * 24 * time.Hour

// use runs f on the database, again where another process had it locked. A file that turns out broken is set aside and
// made anew; the error then has CodeRebuilt, and the next pass starts from the
// two listings.
func (s *Store) use(ctx context.Context, op string, f func(*sql.DB) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return &source.Error{Kind: source.Fatal, Op: op, Err: errors.New("the checkpoint is closed")}
	}
	err := s.unlocked(ctx, func() error { return f(s.db) })
	if err != nil && ctx.Err() == nil && s.peeking {
		return peeked(s.path, op, err)
	}
	if err == nil || ctx.Err() != nil || !isBroken(err) {
		return classify(s.path, op, err)
	}
	broken := err
	_ = s.db.Close() // whatever a broken file says to that
	s.db = nil
	if err := s.setAside(); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return classify(s.path, op, err)
	}
	return &source.Error{Kind: source.Transient, Code: source.CodeRebuilt, Op: op, Err: broken}
}

// current refuses to go on with an account whose state was loaded from a file
// that has been set aside since: its cursor means nothing to the new one.
func (s *Store) current(op, account string) error {
	if !s.stale[account] {
		return nil
	}
	return &source.Error{
		Kind: source.Transient, Code: source.CodeRebuilt, Op: op,
		Err: errors.New("the checkpoint was made anew since the account was loaded"),
	}
}

// Commit implements engine.Checkpoint.
func (s *Store) Commit(ctx context.Context, account string, b engine.Batch) error {
	return s.use(ctx, "write checkpoint", func(db *sql.DB) error {
		if err := s.current("write checkpoint", account); err != nil {
			return err
		}
		if b.Durable {
			if _, err := db.ExecContext(ctx, "PRAGMA synchronous = FULL"); err != nil {
				return err
			}
			defer relax(ctx, db)
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := s.write(ctx, tx, account, b); err != nil {
			delete(s.ids, account)
			return errors.Join(err, tx.Rollback())
		}
		if err := tx.Commit(); err != nil || !b.Durable {
			return err
		}
		s.counted()
		return nil
	})
}

// relax goes back to commits that survive the process but not a power cut.
// Where that fails the file only stays slower.
func relax(ctx context.Context, db *sql.DB) {
	_, _ = db.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = NORMAL")
}

func (s *Store) write(ctx context.Context, tx *sql.Tx, account string, b engine.Batch) error {
	id, err := s.makeAccount(ctx, tx, account)
	if err != nil {
		return err
	}
	if b.Reset {
		if _, err := tx.ExecContext(ctx, "DELETE FROM document WHERE account = ?", id); err != nil {
			return err
		}
	}
	if err := put(ctx, tx, id, b.Put); err != nil {
		return err
	}
	for _, key := range b.Delete {
		if _, err := tx.ExecContext(ctx, "DELETE FROM document WHERE account = ? AND key = ?", id, string(key)); err != nil {
			return err
		}
	}
	if b.State != nil {
		text, err := json.Marshal(b.State)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE account SET state = ? WHERE id = ?", string(text), id); err != nil {
			return err
		}
	}
	if b.Durable {
		if err := s.count(ctx, tx); err != nil {
			return err
		}
	}
	return history(ctx, tx, id, b.Run)
}

func (s *Store) makeAccount(ctx context.Context, tx *sql.Tx, account string) (int64, error) {
	id, err := s.accountID(ctx, tx, account)
	if err != nil || id != 0 {
		return id, err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO account (name) VALUES (?)", account); err != nil {
		return 0, err
	}
	return s.accountID(ctx, tx, account)
}

func put(ctx context.Context, tx *sql.Tx, id int64, rows []engine.Row) error {
	if len(rows) == 0 {
		return nil
	}
	stmt, err := tx.PrepareContext(ctx, "INSERT OR REPLACE INTO document (account, "+columns+") VALUES (?,?,?,?,?,?,?,?,?)")
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, row := range rows {
		open, err := openPart(row)
		if err != nil {
			return err
		}
		var sum []byte
		if row.Sum != [16]byte{} {
			sum = row.Sum[:]
		}
		var written int64
		if !row.Written.IsZero() {
			written = row.Written.UnixMilli()
		}
		if _, err := stmt.ExecContext(ctx, id, string(row.Key), row.Node, sum, int64(row.Version),
			int64(row.NodeVersion), row.State, written, open); err != nil {
			return err
		}
	}
	return nil
}

func openPart(row engine.Row) (sql.NullString, error) {
	r := rest{
		Hold: row.Hold, HeldAt: row.HeldAt, Kept: row.Kept,
		Problem: row.Problem, Code: row.Code, Attempts: row.Attempts, RetryAt: row.RetryAt, Since: row.Since,
	}
	if r == (rest{}) {
		return sql.NullString{}, nil
	}
	text, err := json.Marshal(r)
	return sql.NullString{String: string(text), Valid: true}, err
}

func history(ctx context.Context, tx *sql.Tx, id int64, run *engine.Run) error {
	if run == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO run (account, began, ended, created, updated, deleted, failed) VALUES (?,?,?,?,?,?,?)",
		id, run.Began.UnixMilli(), run.Ended.UnixMilli(), run.Created, run.Updated, run.Deleted, run.Failed)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM run WHERE began < ?", run.Ended.Add(-historyLife).UnixMilli())
	return err
}

// Forget drops everything about an account.
func (s *Store) Forget(ctx context.Context, account string) error {
	return s.use(ctx, "forget account", func(db *sql.DB) error {
		delete(s.ids, account)
		_, err := db.ExecContext(ctx, "DELETE FROM account WHERE name = ?", account)
		return err
	})
}
