-- Sign-ins with an account elsewhere: from the moment when the app asks until the activation
-- that names them. Rows live for minutes; nothing in them is readable that says who somebody is.
CREATE TABLE signins (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  provider TEXT NOT NULL,               -- the word of the configuration
  device_key BLOB NOT NULL,             -- the only key that the proof is worth something with
  return_port INTEGER,                  -- on loopback; NULL: by the app's own link
  language TEXT NOT NULL,
  state_hash BLOB NOT NULL UNIQUE,      -- what the browser carries
  secrets TEXT,                         -- nonce and verifier, unreadable without a key; gone once used
  stage TEXT NOT NULL CHECK (stage IN ('begun', 'asking', 'failed', 'proved', 'redeemed', 'spent')),
  expires_at INTEGER NOT NULL,          -- of the stage
  ticket_hash BLOB,
  email TEXT,                           -- unreadable without a key; NULL: the provider did not say
  mail_tag BLOB,                        -- keyed hash of the canonical address
  account_tag BLOB,                     -- keyed hash of issuer and subject
  activation BLOB,                      -- which one was begun with it
  CHECK ((stage = 'begun') = (secrets IS NOT NULL)),
  CHECK ((stage IN ('proved', 'redeemed', 'spent')) = (ticket_hash IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX signins_by_end ON signins (expires_at);

-- Whom the address was proved with, beside the code: NULL where by the code alone.
ALTER TABLE activations ADD COLUMN provider TEXT;
ALTER TABLE activations ADD COLUMN account_tag BLOB;
ALTER TABLE devices ADD COLUMN provider TEXT;
ALTER TABLE devices ADD COLUMN account_tag BLOB;
