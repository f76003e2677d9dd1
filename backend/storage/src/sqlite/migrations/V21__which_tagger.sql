-- Whose pseudonyms the apoyos bear: another key would name the same person differently. One row
-- once a server has run.
CREATE TABLE tagger (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    print BLOB NOT NULL, -- the pseudonym of a person who does not exist
    place TEXT NOT NULL  -- where it is, for the operator
) STRICT;
