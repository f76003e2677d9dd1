-- How often a campaign's counters have moved: whoever keeps a tally asks for this number, and
-- gathers again only when it is another. No row: never.
CREATE TABLE tally_versions (
    campaign INTEGER PRIMARY KEY REFERENCES campaigns (number),
    version  INTEGER NOT NULL
) STRICT;

-- The counts by sección as everybody sees them: of cells of ten and more, taken at most once an
-- hour, also across restarts. Live counts of small cells would tell that a neighbour has just
-- given an apoyo.
CREATE TABLE published_secciones (
    campaign INTEGER NOT NULL REFERENCES campaigns (number),
    entidad  INTEGER NOT NULL,
    distrito INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    places   TEXT NOT NULL,    -- protocol::tally::PlaceCounts as JSON
    PRIMARY KEY (campaign, entidad, distrito)
) STRICT, WITHOUT ROWID;
