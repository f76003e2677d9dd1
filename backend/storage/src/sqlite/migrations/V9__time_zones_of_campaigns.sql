-- The zone that a campaign's days are of, by its name in the IANA database. NULL: Mexico City's, as
-- for every campaign before this column existed.
ALTER TABLE campaigns ADD COLUMN time_zone TEXT;
