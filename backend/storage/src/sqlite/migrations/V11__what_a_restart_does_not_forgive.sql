-- Parts that came in and that no receipt names yet, with the phone that brought them: what a
-- phone may leave lying is counted across restarts. A row goes when a receipt names the part,
-- or when the part is removed.
CREATE TABLE unnamed_parts (
    sha256     BLOB PRIMARY KEY,
    device     BLOB NOT NULL,
    bytes      INTEGER NOT NULL,
    arrived_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the running server noticed of its surroundings, for `apoyo doctor`.
CREATE TABLE noticed (
    what    TEXT PRIMARY KEY,
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How many sign-ins there are: kept, so that nothing is counted on the thread that writes.
CREATE TABLE signin_count (
    signins INTEGER NOT NULL CHECK (signins >= 0)
) STRICT;
INSERT INTO signin_count SELECT count(*) FROM signins;
