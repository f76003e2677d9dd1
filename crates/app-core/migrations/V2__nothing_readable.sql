-- From here on everything that says who somebody is stands encrypted ("record": the form is
-- described in store/cipher.rs), or sealed to the server. What the first version left in the
-- open is moved by store/left_open.rs, which has the secret; until then it waits in left_open_*.

ALTER TABLE phone RENAME TO left_open_phone;
ALTER TABLE picture RENAME TO left_open_picture;
ALTER TABLE activation_front RENAME TO left_open_activation_front;
ALTER TABLE campaigns RENAME TO left_open_campaigns;
ALTER TABLE draft RENAME TO left_open_draft;
ALTER TABLE draft_part RENAME TO left_open_draft_part;
ALTER TABLE entry RENAME TO left_open_entry;
ALTER TABLE entry_part RENAME TO left_open_entry_part;

-- The secret that the records below were written with.
CREATE TABLE secret (
  id INTEGER PRIMARY KEY CHECK (id = 1),  -- one row
  name BLOB NOT NULL                      -- says which one, and nothing about it
) STRICT;

CREATE TABLE phone (
  id INTEGER PRIMARY KEY CHECK (id = 1),  -- one row
  language TEXT NOT NULL,                 -- es-MX or en
  wifi_only INTEGER NOT NULL DEFAULT 0,   -- apoyos are not sent over mobile data
  notice_version TEXT,                    -- the privacy notice that was accepted
  notice_accepted_at INTEGER,
  active TEXT,                            -- JSON of store::phone::Active: ids and public keys
  lost TEXT,                              -- JSON of Problem: what was thrown away with a lost secret
  record BLOB                             -- place, and an activation that is under way
) STRICT;

-- Every picture of the draft and the activation once, by its hash; swept in the transaction
-- that drops its last use.
CREATE TABLE picture (
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,            -- of the JPEG
  bytes INTEGER NOT NULL,                 -- its length
  record BLOB NOT NULL
) STRICT;

-- The front of the credential, photographed for the activation.
CREATE TABLE activation_front (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sha256 BLOB NOT NULL,
  record BLOB NOT NULL                    -- what is known about the picture
) STRICT;

CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  record BLOB NOT NULL                    -- the list, and the place that was asked for
) STRICT;

-- The apoyo being prepared: one at a time.
CREATE TABLE draft (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  record BLOB NOT NULL
) STRICT;

CREATE TABLE draft_part (
  name TEXT PRIMARY KEY,                  -- JSON of PartName
  sha256 BLOB NOT NULL,
  record BLOB NOT NULL                    -- what is known about the picture
) STRICT, WITHOUT ROWID;

-- Apoyos on their way, and those that arrived.
CREATE TABLE entry (
  apoyo BLOB PRIMARY KEY,
  campaign TEXT NOT NULL,                 -- as in the manifest and in the receipt
  about BLOB NOT NULL,                    -- record: title and requester, for the list
  queued_at INTEGER NOT NULL,
  place INTEGER NOT NULL UNIQUE,          -- order of queueing, whatever the clock said
  state TEXT NOT NULL CHECK (state IN ('unsealed', 'sealed', 'sending', 'receipted', 'refused')),
  -- unsealed: what the first version queued in the open, encrypted until it can be sealed;
  -- sealed: nothing of it has left the phone; sending: some of it may have
  manifest_put INTEGER NOT NULL DEFAULT 0, -- the server may hold it: it can no longer be cancelled
  device BLOB NOT NULL,                   -- the device that the body names
  body BLOB,                              -- exactly what PUT /v1/apoyos/{id} sends; gone with the receipt.
                                          -- A record while it is unsealed
  content BLOB NOT NULL,                  -- SHA-256 of the body
  signature BLOB NOT NULL,                -- the device's, over that request; made once, with the consent
  tries INTEGER NOT NULL DEFAULT 0,
  next_try_at INTEGER NOT NULL,
  problem TEXT,                           -- JSON of Problem
  receipt TEXT,                           -- the signed receipt as the server gave it
  receipt_key TEXT,                       -- the key that it was verified with
  status TEXT,                            -- JSON of ApoyoState, as last heard
  CHECK ((state = 'receipted') = (receipt IS NOT NULL)),
  CHECK ((state = 'receipted') <= (body IS NULL))
) STRICT;

-- The pictures of an apoyo on its way: sealed to the server (to this phone while unsealed).
CREATE TABLE entry_part (
  id INTEGER PRIMARY KEY,
  apoyo BLOB NOT NULL,
  name TEXT NOT NULL,                     -- JSON of PartName
  sha256 BLOB NOT NULL,                   -- of the sealed bytes
  sealed BLOB NOT NULL,
  uploaded INTEGER NOT NULL DEFAULT 0,    -- the server said that it has it
  UNIQUE (apoyo, name)
) STRICT;
