-- A server that puts an older backup back no longer knows what it has receipted since. The sealed
-- copy of what was sent stays until the server has shown that it still knows the apoyo.

-- What was sent for a receipted entry; its pictures stay in entry_part.
CREATE TABLE spare (
  apoyo BLOB PRIMARY KEY,
  device BLOB NOT NULL,                   -- the device that the body names
  body BLOB NOT NULL,
  content BLOB NOT NULL,                  -- SHA-256 of the body
  signature BLOB NOT NULL,
  received_at INTEGER NOT NULL            -- by the receipt, milliseconds
) STRICT;

-- Receipts of apoyos that the server no longer knows. The entry keeps its receipt until there is
-- another one; this row keeps the first.
CREATE TABLE lost (
  apoyo BLOB PRIMARY KEY,
  former TEXT NOT NULL,                   -- the signed receipt as the server gave it
  again TEXT NOT NULL CHECK (again IN ('sending', 'found', 'over')),
  again_tries INTEGER NOT NULL DEFAULT 0,
  again_at INTEGER NOT NULL,              -- next try
  again_since INTEGER,                    -- since when the server will not have it
  again_problem TEXT                      -- JSON of Problem
) STRICT;

-- When the campaign closes, as the phone knew it at the consent; and since when the server refuses
-- for a reason that passes by itself.
ALTER TABLE entry ADD COLUMN closes_at INTEGER;
ALTER TABLE entry ADD COLUMN unwilling_since INTEGER;
