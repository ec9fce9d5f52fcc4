package checkpoint

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

const columns = "key, node, sum, version, node_version, state, written, rest"

// rest is what is open about a row; a settled row has none of it.
type rest struct {
	Hold     source.Removal `json:"hold,omitempty"`
	HeldAt   time.Time      `json:"held_at,omitzero"`
	Kept     bool           `json:"kept,omitempty"`
	Problem  source.Kind    `json:"problem,omitempty"`
	Code     source.Code    `json:"code,omitempty"`
	Attempts int            `json:"attempts,omitempty"`
	RetryAt  time.Time      `json:"retry_at,omitzero"`
	Since    time.Time      `json:"since,omitzero"`
}

// Load implements engine.Checkpoint.
func (s *Store) Load(ctx context.Context, account string) (engine.State, engine.Counts, error) {
	var state engine.State
	var counts engine.Counts
	err := s.use(ctx, "read checkpoint", func(db *sql.DB) error {
		delete(s.stale, account)
		id, err := s.accountID(ctx, db, account)
		if err != nil || id == 0 {
			return err
		}
		var text string
		if err := db.QueryRowContext(ctx, "SELECT state FROM account WHERE id = ?", id).Scan(&text); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(text), &state); err != nil {
			return fmt.Errorf("%w: state of account %q: %w", errMangled, account, err)
		}
		counts, err = count(ctx, db, id)
		return err
	})
	return state, counts, err
}

// count sums up rows: settled ones by number alone, the few others one by one.
func count(ctx context.Context, db *sql.DB, id int64) (engine.Counts, error) {
	var c engine.Counts
	var all, unsettled int
	err := db.QueryRowContext(ctx, "SELECT count(*) FROM document WHERE account = ?", id).Scan(&all)
	if err != nil {
		return c, err
	}
	rows, err := db.QueryContext(ctx, "SELECT "+columns+" FROM document INDEXED BY document_unsettled "+
		"WHERE account = ? AND (state <> 0 OR rest IS NOT NULL)", id)
	if err != nil {
		return c, err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return c, err
		}
		unsettled++
		add(&c, row)
	}
	c.Source += all - unsettled
	c.Dialpad += all - unsettled
	return c, rows.Err()
}

func add(c *engine.Counts, row engine.Row) {
	switch {
	case row.Kept:
		c.Kept++
		return
	case row.Hold != "":
		c.Holding++
	default:
		c.Source++
	}
	if row.Node != "" {
		c.Dialpad++
	}
	switch {
	case row.Failed():
		c.Failed++
	case row.State != engine.Clean && row.Hold == "":
		c.Pending++
	}
}

// Rows implements engine.Checkpoint.
func (s *Store) Rows(ctx context.Context, account string, keys []source.Key) (map[source.Key]engine.Row, error) {
	found := make(map[source.Key]engine.Row, len(keys))
	err := s.use(ctx, "read checkpoint", func(db *sql.DB) error {
		clear(found)
		if err := s.current("read checkpoint", account); err != nil {
			return err
		}
		id, err := s.accountID(ctx, db, account)
		if err != nil || id == 0 || len(keys) == 0 {
			return err
		}
		args := make([]any, 0, len(keys)+1)
		args = append(args, id)
		for _, key := range keys {
			args = append(args, string(key))
		}
		marks := strings.TrimSuffix(strings.Repeat("?,", len(keys)), ",")
		rows, err := db.QueryContext(ctx, "SELECT "+columns+" FROM document WHERE account = ? AND key IN ("+marks+")", args...)
		if err != nil {
			return err
		}
		return collect(rows, func(row engine.Row) { found[row.Key] = row })
	})
	return found, err
}

// eachPage is how many rows Each reads at a time; between two pages others may
// commit.
const eachPage = 500

// Each implements engine.Checkpoint.
func (s *Store) Each(ctx context.Context, account string, which engine.Which) iter.Seq2[engine.Row, error] {
	return func(yield func(engine.Row, error) bool) {
		after := source.Key("")
		for {
			page, err := s.page(ctx, account, which, after)
			if err != nil {
				yield(engine.Row{}, err)
				return
			}
			for _, row := range page {
				if !yield(row, nil) {
					return
				}
			}
			if len(page) < eachPage {
				return
			}
			after = page[len(page)-1].Key
		}
	}
}

func (s *Store) page(ctx context.Context, account string, which engine.Which, after source.Key) ([]engine.Row, error) {
	from := "document"
	only := ""
	if which == engine.Unsettled {
		from, only = "document INDEXED BY document_unsettled", " AND (state <> 0 OR rest IS NOT NULL)"
	}
	var page []engine.Row
	err := s.use(ctx, "read checkpoint", func(db *sql.DB) error {
		page = page[:0]
		if err := s.current("read checkpoint", account); err != nil {
			return err
		}
		id, err := s.accountID(ctx, db, account)
		if err != nil || id == 0 {
			return err
		}
		rows, err := db.QueryContext(ctx, "SELECT "+columns+" FROM "+from+
			" WHERE account = ? AND key > ?"+only+" ORDER BY key LIMIT ?", id, string(after), eachPage)
		if err != nil {
			return err
		}
		return collect(rows, func(row engine.Row) { page = append(page, row) })
	})
	return page, err
}

func collect(rows *sql.Rows, take func(engine.Row)) error {
	defer rows.Close()
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return err
		}
		take(row)
	}
	return rows.Err()
}

func scan(rows *sql.Rows) (engine.Row, error) {
	var row engine.Row
	var key string
	var sum []byte
	var version, nodeVersion, written int64
	var open sql.NullString
	if err := rows.Scan(&key, &row.Node, &sum, &version, &nodeVersion, &row.State, &written, &open); err != nil {
		return row, err
	}
	row.Key = source.Key(key)
	row.Version, row.NodeVersion = engine.Mark(version), engine.Mark(nodeVersion)
	copy(row.Sum[:], sum)
	if written != 0 {
		row.Written = time.UnixMilli(written)
	}
	if !open.Valid {
		return row, nil
	}
	var r rest
	if err := json.Unmarshal([]byte(open.String), &r); err != nil {
		return row, fmt.Errorf("%w: %w", errMangled, err)
	}
	row.Hold, row.HeldAt, row.Kept = r.Hold, r.HeldAt, r.Kept
	row.Problem, row.Code, row.Attempts = r.Problem, r.Code, r.Attempts
	row.RetryAt, row.Since = r.RetryAt, r.Since
	return row, nil
}

// accountID is the number of an account, or 0 for one without any row.
func (s *Store) accountID(ctx context.Context, db querier, account string) (int64, error) {
	s.asked[account] = true
	if id := s.ids[account]; id != 0 {
		return id, nil
	}
	var id int64
	err := db.QueryRowContext(ctx, "SELECT id FROM account WHERE name = ?", account).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		s.ids[account] = id
	}
	return id, err
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
