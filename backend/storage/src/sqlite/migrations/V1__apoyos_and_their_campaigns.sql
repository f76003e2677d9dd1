-- Times are milliseconds since 1970 (UTC). Hashes and ids are blobs of their own length.

CREATE TABLE processes (
    id          TEXT PRIMARY KEY,  -- slug
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,     -- protocol::campaign::ProcessKind, as on the wire
    exclusivity TEXT NOT NULL CHECK (exclusivity IN ('process', 'campaign'))
) STRICT, WITHOUT ROWID;

CREATE TABLE exclusivity_groups (
    number INTEGER PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE    -- 'process/<slug>' or 'campaign/<slug>'
) STRICT;

CREATE TABLE campaigns (
    number            INTEGER PRIMARY KEY,  -- in order of creation
    id                TEXT NOT NULL UNIQUE, -- slug
    process           TEXT NOT NULL REFERENCES processes (id),
    exclusivity_group INTEGER NOT NULL REFERENCES exclusivity_groups (number),
    title             TEXT NOT NULL,
    requester         TEXT NOT NULL,
    description       TEXT NOT NULL,
    demarcation       TEXT NOT NULL,        -- protocol::campaign::Demarcation as JSON
    opens_at          INTEGER NOT NULL,     -- the first moment at which apoyos are received
    closes_at         INTEGER NOT NULL,     -- the first moment at which they no longer are
    required          INTEGER NOT NULL
) STRICT;

CREATE TABLE activations (
    id             BLOB PRIMARY KEY,  -- chosen by the phone
    device_key     BLOB NOT NULL,     -- P-256 point
    front          BLOB NOT NULL,     -- SHA-256 of the front picture that stays on the phone
    notice_version TEXT NOT NULL,
    language       TEXT NOT NULL,
    email          TEXT,              -- erased when the activation is completed or over
    mail_tag       BLOB NOT NULL,     -- keyed hash of the canonical address
    code_hash      BLOB NOT NULL,     -- keyed hash of the code
    stage          TEXT NOT NULL CHECK (stage IN ('begun', 'completed', 'exhausted')),
    tries_left     INTEGER NOT NULL,
    wrong_attempt  BLOB,              -- the last wrong try and the code it carried, so that a
    wrong_code     BLOB,              --   try repeated after a lost answer costs nothing more
    device         BLOB,              -- the device that came of it
    attempt        BLOB,              -- the try that completed it
    expires_at     INTEGER NOT NULL,
    resend_at      INTEGER NOT NULL,
    ended_at       INTEGER            -- when it was completed or exhausted
) STRICT, WITHOUT ROWID;
CREATE INDEX activations_by_expiry ON activations (expires_at);

CREATE TABLE devices (
    id             BLOB PRIMARY KEY,
    key            BLOB NOT NULL,     -- P-256 point
    activation     BLOB NOT NULL,     -- the activation it came of; its row is erased later
    front          BLOB NOT NULL,     -- SHA-256 of the front picture of its activation
    mail_tag       BLOB NOT NULL,     -- keyed hash of the canonical address
    notice_version TEXT NOT NULL,
    activated_at   INTEGER NOT NULL,
    revoked_at     INTEGER
) STRICT, WITHOUT ROWID;
-- One phone key opens one device.
CREATE UNIQUE INDEX devices_active ON devices (key) WHERE revoked_at IS NULL;

CREATE TABLE mails (
    id           INTEGER PRIMARY KEY AUTOINCREMENT, -- also its Message-ID: never used again
    activation   BLOB NOT NULL,
    recipient    TEXT,               -- address and text are erased when it was sent or given up
    subject      TEXT NOT NULL,
    body         TEXT,
    useful_until INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up')),
    tries        INTEGER NOT NULL DEFAULT 0,
    next_try     INTEGER NOT NULL,
    queued_at    INTEGER NOT NULL,
    ended_at     INTEGER,
    error        TEXT                -- the relay's last answer, without the address
) STRICT;
CREATE INDEX mails_waiting ON mails (id) WHERE state = 'waiting';
CREATE INDEX mails_by_activation ON mails (activation) WHERE state = 'waiting';

CREATE TABLE apoyos (
    sequence         INTEGER PRIMARY KEY, -- order of arrival, from 1, without gaps
    id               BLOB NOT NULL,       -- chosen by the phone
    campaign         INTEGER NOT NULL REFERENCES campaigns (number),
    device           BLOB NOT NULL,
    content          BLOB NOT NULL,       -- SHA-256 of the request's whole body
    received_at      INTEGER NOT NULL,
    status           TEXT NOT NULL CHECK (status IN ('received', 'preliminary', 'in_review', 'not_counted')),
    reasons          TEXT NOT NULL,       -- of the status; words with spaces between, the first is its main one
    changed_at       INTEGER NOT NULL,    -- when the status last changed
    verdict          TEXT CHECK (verdict IN ('in_roll', 'in_review', 'not_counted')), -- NULL: not looked at
    verdict_reasons  TEXT NOT NULL,       -- of the verdict: without duplicates, which depend on others
    entidad          INTEGER,             -- where the person votes, if found in the roll
    distrito_federal INTEGER,
    distrito_local   INTEGER,
    municipio        INTEGER,
    seccion          INTEGER
) STRICT;
CREATE UNIQUE INDEX apoyos_by_id ON apoyos (id);
CREATE INDEX apoyos_pending ON apoyos (sequence) WHERE status = 'received';

-- Beside apoyos, so that a change of status does not write the evidence again.
CREATE TABLE evidence (
    sequence  INTEGER PRIMARY KEY REFERENCES apoyos (sequence),
    manifest  BLOB NOT NULL,
    payload   BLOB NOT NULL,  -- what was read from the credential
    signature BLOB NOT NULL,  -- the device's signature of the request
    receipt   BLOB NOT NULL,  -- the signed receipt as JSON: the same bytes for every repetition
    front     BLOB NOT NULL,  -- SHA-256 of each picture: its name in the blob store
    back      BLOB NOT NULL,
    selfie    BLOB NOT NULL,
    drawn     BLOB NOT NULL   -- the picture of the signature
) STRICT;

-- Pictures that a row names and that the blob store may not have put to its kept ones yet.
-- Read after an unclean stop; a row goes once a later flush has made the keeping durable.
CREATE TABLE unkept_parts (
    sequence INTEGER NOT NULL,
    sha256   BLOB NOT NULL,
    PRIMARY KEY (sequence, sha256)
) STRICT, WITHOUT ROWID;

-- Who is in the roll and asks to be counted. Of one person's claims within a group the lowest
-- sequence counts; the index holds even if the program should not.
CREATE TABLE claims (
    exclusivity_group INTEGER NOT NULL REFERENCES exclusivity_groups (number),
    person            BLOB NOT NULL,    -- pseudonym within the group
    sequence          INTEGER NOT NULL REFERENCES apoyos (sequence),
    counted           INTEGER NOT NULL CHECK (counted IN (0, 1)),
    PRIMARY KEY (exclusivity_group, person, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX claims_counted ON claims (exclusivity_group, person) WHERE counted = 1;
CREATE UNIQUE INDEX claims_by_sequence ON claims (sequence);

-- The tally: how many apoyos of a campaign stand where. Moved in the transaction that moves the apoyo.
CREATE TABLE counters (
    campaign INTEGER NOT NULL REFERENCES campaigns (number),
    level    TEXT NOT NULL CHECK (level IN ('total', 'entidad', 'distrito', 'seccion')),
    entidad  INTEGER NOT NULL,  -- 0 where the level has none
    distrito INTEGER NOT NULL,
    seccion  INTEGER NOT NULL,
    status   TEXT NOT NULL,
    reason   TEXT NOT NULL,     -- the first of its reasons; empty where there is none
    apoyos   INTEGER NOT NULL CHECK (apoyos >= 0),
    PRIMARY KEY (campaign, level, entidad, distrito, seccion, status, reason)
) STRICT, WITHOUT ROWID;

-- Versions of the roll; the highest is in force. Its entries are in a file of their own.
CREATE TABLE roll_versions (
    version INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL,
    since   INTEGER NOT NULL
) STRICT;
