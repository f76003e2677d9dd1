-- Apoyos that the people who review should look at first, and why. It changes no status.
CREATE TABLE attention (
    sequence INTEGER NOT NULL REFERENCES apoyos (sequence),
    why      TEXT NOT NULL CHECK (why IN ('sampled', 'phone_quota')),
    PRIMARY KEY (sequence, why)
) STRICT, WITHOUT ROWID;

-- How many apoyos a phone gave on a day (of the hour of central Mexico, counted from 1970).
-- Days that are over are forgotten.
CREATE TABLE phone_days (
    day    INTEGER NOT NULL,
    device BLOB NOT NULL,
    apoyos INTEGER NOT NULL,
    last   INTEGER NOT NULL, -- the last apoyo that was counted: none is counted twice
    PRIMARY KEY (day, device)
) STRICT, WITHOUT ROWID;
