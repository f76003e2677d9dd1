-- What operators did, append only: each record is bound to the one before it.
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY, -- from 1, without a gap
    at      INTEGER NOT NULL,
    who     TEXT NOT NULL,
    second  TEXT,                -- who approved it, where two names were asked for
    what    TEXT NOT NULL,
    subject TEXT NOT NULL,
    why     TEXT NOT NULL,
    chain   BLOB NOT NULL        -- SHA-256 over the chain of the record before and this record
) STRICT;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;

-- What one operator asks for and another one has to approve.
CREATE TABLE proposals (
    id          TEXT PRIMARY KEY, -- eight hexadecimal digits
    what        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    why         TEXT NOT NULL,
    who         TEXT NOT NULL,
    at          INTEGER NOT NULL,
    approved_by TEXT,
    approved_at INTEGER,
    done_at     INTEGER
) STRICT;

-- Whether two names are asked for; one row.
CREATE TABLE operators (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    two_names INTEGER NOT NULL
) STRICT;
INSERT INTO operators VALUES (1, 1);
