-- The file that holds the entries of a version. Going back to the former roll is a new version with
-- the file of an older one. NULL: the file of its own number.
ALTER TABLE roll_versions ADD COLUMN file INTEGER;
-- What the operator said of it at its import: the authority's name for it, its day, the SHA-256 of
-- the file that was read.
ALTER TABLE roll_versions ADD COLUMN label TEXT;
ALTER TABLE roll_versions ADD COLUMN day TEXT;
ALTER TABLE roll_versions ADD COLUMN sha256 BLOB;

-- Verdicts that are reached once more, in the order of arrival: because the roll was replaced, or
-- because an operator asked. One row says how far it has come; it is taken up where it stopped.
CREATE TABLE judged_again (
    run       INTEGER PRIMARY KEY,
    begun_at  INTEGER NOT NULL,
    campaign  TEXT,              -- only apoyos of this one
    reason    TEXT,              -- only those whose verdict has this reason
    since     INTEGER,           -- only those whose status is not older
    pictures  INTEGER NOT NULL CHECK (pictures IN (0, 1)), -- whether pictures are opened once more
    last      INTEGER NOT NULL,  -- up to this apoyo
    through   INTEGER NOT NULL,  -- so far it has come
    judged    INTEGER NOT NULL,
    no_to_yes INTEGER NOT NULL,
    yes_to_no INTEGER NOT NULL,
    ended_at  INTEGER
) STRICT;
