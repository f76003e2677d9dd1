-- How far numbers were given, and the chain over the receipts. Compared at a start with the head,
-- which is outside of the data folder.
CREATE TABLE numbering (
    last       INTEGER NOT NULL,  -- the last number that was given, or will never be
    chain      BLOB    NOT NULL,  -- the end of the chain over the receipts
    base       INTEGER NOT NULL,  -- the number after which the chain begins...
    base_chain BLOB    NOT NULL,  -- ...and what it begins with
    headed     INTEGER NOT NULL   -- whether numbers were given under a head
) STRICT;
INSERT INTO numbering
SELECT coalesce(max(sequence), 0), zeroblob(32), coalesce(max(sequence), 0), zeroblob(32), 0
FROM apoyos;
