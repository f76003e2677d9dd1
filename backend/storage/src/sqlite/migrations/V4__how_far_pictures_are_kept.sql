-- Up to which apoyo the pictures are durably among the kept ones of the blob store. Moved in the
-- transaction of the next group; after an unclean stop the pictures of later apoyos are looked for.
-- One number instead of four rows per apoyo that came and went.
CREATE TABLE kept_pictures (
    through INTEGER NOT NULL
) STRICT;
INSERT INTO kept_pictures
SELECT coalesce((SELECT min(sequence) - 1 FROM unkept_parts),
                (SELECT max(sequence) FROM apoyos), 0);
DROP TABLE unkept_parts;
