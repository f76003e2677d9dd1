-- From this version on `evidence.payload` and the pictures are sealed: the database never holds
-- what was read from a credential. What the checks need of it stands here, as keyed hashes:
-- 16 bytes of CIC and identificador (the roll's key), 16 bytes of the whole QR.
-- NULL for apoyos that came before: their payload is not sealed.
ALTER TABLE evidence ADD COLUMN card BLOB;

-- Apoyos that were judged by the roll alone, because the key of their pictures was not here.
-- A row goes when somebody who has the key has looked at the picture.
CREATE TABLE unread_pictures (
    sequence INTEGER PRIMARY KEY REFERENCES apoyos (sequence)
) STRICT;
