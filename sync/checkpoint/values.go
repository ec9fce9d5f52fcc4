package checkpoint

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
)

// Value returns a small value kept under a name, or nil. Values are facts that
// can be found out again, such as Dialpad's API version; never content.
func (s *Store) Value(ctx context.Context, name string) ([]byte, error) {
	var value []byte
	err := s.use(ctx, "read checkpoint", func(db *sql.DB) error {
		err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", name).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// SetValue keeps a small value under a name.
func (s *Store) SetValue(ctx context.Context, name string, value []byte) error {
	return s.use(ctx, "write checkpoint", func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value)
		return err
	})
}

// Accounts lists the accounts that anything is remembered of, by name.
func (s *Store) Accounts(ctx context.Context) ([]string, error) {
	var names []string
	err := s.use(ctx, "read checkpoint", func(db *sql.DB) error {
		names = names[:0]
		rows, err := db.QueryContext(ctx, "SELECT name FROM account ORDER BY name")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			names = append(names, name)
		}
		return rows.Err()
	})
	return names, err
}

// ownKey returns the key kept in the file itself, made at first use. It serves
// homes whose secret store cannot be written to.
func ownKey(ctx context.Context, db *sql.DB) ([]byte, error) {
	var key []byte
	err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'own_key'").Scan(&key)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return key, err
	}
	key = []byte(rand.Text())
	_, err = db.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('own_key', ?)", key)
	return key, err
}
