-- What this database belongs with: the folders of keys and pictures that carry the same id. Bound once
-- both carry it.
CREATE TABLE data_identity (
    id    BLOB NOT NULL,
    bound INTEGER NOT NULL CHECK (bound IN (0, 1))
) STRICT;
INSERT INTO data_identity VALUES (randomblob(16), 0);
