-- Times are milliseconds since 1970 by this phone's clock, unless a comment says otherwise.

CREATE TABLE phone (
  id INTEGER PRIMARY KEY CHECK (id = 1),  -- one row
  language TEXT NOT NULL,                 -- es-MX or en
  entidad INTEGER,                        -- where the citizen votes, as far as they said
  seccion INTEGER,
  notice_version TEXT,                    -- the privacy notice that was accepted
  notice_accepted_at INTEGER,
  activation TEXT NOT NULL                -- JSON of store::phone::Activation
) STRICT;

-- Every picture once, by its hash; swept in the transaction that drops its last use.
CREATE TABLE picture (
  sha256 BLOB PRIMARY KEY,
  jpeg BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The front of the credential, photographed for the activation.
CREATE TABLE activation_front (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  source TEXT NOT NULL,                   -- JSON of doors::Source
  findings TEXT NOT NULL,                 -- JSON list of FindingCode
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 BLOB NOT NULL
) STRICT;

CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  list TEXT NOT NULL,                     -- JSON of protocol::campaign::CampaignList
  asked TEXT NOT NULL,                    -- JSON of protocol::campaign::CampaignQuery
  fetched_at INTEGER NOT NULL
) STRICT;

-- The apoyo being prepared: one at a time.
CREATE TABLE draft (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  campaign TEXT NOT NULL,                 -- JSON of protocol::campaign::Campaign, as it was chosen
  begun_at INTEGER NOT NULL,
  model TEXT,
  hint TEXT,                              -- text of the QR that was read live
  qr TEXT,                                -- text of the public QR in the last good still of the back
  mrz TEXT, curp TEXT, clave_elector TEXT, name TEXT,  -- typed
  confirmed INTEGER NOT NULL DEFAULT 0,   -- the citizen said: this is my credential
  signature_kind TEXT
) STRICT;

CREATE TABLE draft_part (
  name TEXT PRIMARY KEY,                  -- JSON of PartName
  source TEXT NOT NULL,
  findings TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Apoyos on their way, and those that arrived.
CREATE TABLE entry (
  apoyo BLOB PRIMARY KEY,
  campaign TEXT NOT NULL,
  title TEXT NOT NULL,
  requester TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  place INTEGER NOT NULL UNIQUE,          -- order of queueing, whatever the clock said
  state TEXT NOT NULL CHECK (state IN ('waiting', 'receipted', 'refused')),
  device BLOB NOT NULL,                   -- the device that the body names
  body BLOB,                              -- exactly what PUT /v1/apoyos/{id} sends; gone with the receipt
  content BLOB NOT NULL,                  -- SHA-256 of the body
  signature BLOB NOT NULL,                -- the device's, over that request; made once, with the consent
  tries INTEGER NOT NULL DEFAULT 0,
  next_try_at INTEGER NOT NULL,
  problem TEXT,                           -- JSON of Problem
  receipt TEXT,                           -- the signed receipt as the server gave it
  receipt_key TEXT,                       -- the key that it was verified with
  status TEXT,                            -- JSON of ApoyoState, as last heard
  CHECK ((state = 'receipted') = (receipt IS NOT NULL)),
  CHECK ((state = 'receipted') = (body IS NULL))
) STRICT;

CREATE TABLE entry_part (
  apoyo BLOB NOT NULL REFERENCES entry (apoyo),
  sha256 BLOB NOT NULL,
  name TEXT NOT NULL,
  uploaded INTEGER NOT NULL DEFAULT 0,    -- the server said that it has it
  PRIMARY KEY (apoyo, name)
) STRICT, WITHOUT ROWID;
