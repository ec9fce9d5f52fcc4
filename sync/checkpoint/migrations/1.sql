-- One row for each account of settings.toml. state is the JSON of
-- engine.State: cursor, times, guard window; no content.
CREATE TABLE account (
	id    INTEGER PRIMARY KEY,
	name  TEXT NOT NULL UNIQUE,
	state TEXT NOT NULL DEFAULT '{}'
) STRICT;

-- One row for each document. version and node_version are hashes of both
-- sides' version texts, written is unix milliseconds, rest is the JSON of what
-- is open about the row and NULL for a settled one.
CREATE TABLE document (
	account      INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	key          TEXT NOT NULL,
	node         TEXT NOT NULL,
	sum          BLOB,
	version      INTEGER NOT NULL,
	node_version INTEGER NOT NULL,
	state        INTEGER NOT NULL,
	written      INTEGER NOT NULL,
	rest         TEXT,
	PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX document_unsettled ON document (account, key) WHERE state <> 0 OR rest IS NOT NULL;

-- The history of passes that did something: times in unix milliseconds, numbers
-- and one word.
CREATE TABLE run (
	id      INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	began   INTEGER NOT NULL,
	ended   INTEGER NOT NULL,
	created INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	deleted INTEGER NOT NULL,
	failed  INTEGER NOT NULL
) STRICT;

CREATE INDEX run_account ON run (account, began);

-- Single values: key_check says which hash key the sums were made with.
CREATE TABLE meta (
	name  TEXT PRIMARY KEY,
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
