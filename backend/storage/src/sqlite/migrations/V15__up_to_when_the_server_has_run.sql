-- Up to when the server has run, by its own time: a start compares the machine's clock with it.
CREATE TABLE clock_mark (
    at       INTEGER NOT NULL,
    doubtful INTEGER NOT NULL,  -- the machine's clock was in doubt
    accepted INTEGER NOT NULL   -- how often an operator has said that the machine's clock is right
) STRICT;
