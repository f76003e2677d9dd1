-- Apoyos whose judging has failed through a fault of this machine: an unreadable picture, a process
-- that was killed. Each waits by itself, longer every time, and then goes to a person. A row goes
-- when the apoyo is settled.
CREATE TABLE judging_pauses (
    sequence INTEGER PRIMARY KEY REFERENCES apoyos (sequence),
    tries    INTEGER NOT NULL,
    next_try INTEGER NOT NULL,
    told     TEXT NOT NULL     -- what failed the last time
) STRICT;
CREATE INDEX judging_pauses_by_turn ON judging_pauses (next_try);
