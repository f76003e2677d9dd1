-- How mails fare after the relay has taken them, and how many an address got of late.
ALTER TABLE mails ADD COLUMN token BLOB;         -- in its Message-ID: whoever sends it back names it by this alone
ALTER TABLE mails ADD COLUMN address BLOB;       -- keyed hash of the canonical address
ALTER TABLE mails ADD COLUMN language TEXT NOT NULL DEFAULT 'es-MX';
ALTER TABLE mails ADD COLUMN bounced_at INTEGER; -- when it came back
ALTER TABLE mails ADD COLUMN bounce_status TEXT; -- what the other server said, as a number (5.1.1)
UPDATE mails SET token = randomblob(16),
    address = (SELECT mail_tag FROM activations WHERE activations.id = mails.activation),
    language = coalesce((SELECT language FROM activations WHERE activations.id = mails.activation), 'es-MX');
CREATE UNIQUE INDEX mails_by_token ON mails (token);
CREATE INDEX mails_by_address ON mails (address, queued_at);
-- The newest mail of an activation, whatever its state.
DROP INDEX mails_by_activation;
CREATE INDEX mails_by_activation ON mails (activation, id);
