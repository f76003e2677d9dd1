-- What a phone's hardware said about its key, and what that is worth. Of what was activated
-- before, nothing is known.
ALTER TABLE activations ADD COLUMN tier TEXT NOT NULL DEFAULT 'T0' CHECK (tier IN ('T0', 'T1', 'T2', 'T3'));
ALTER TABLE activations ADD COLUMN tier_reason TEXT NOT NULL DEFAULT 'not_attested';
ALTER TABLE activations ADD COLUMN patch_level INTEGER;           -- year and month, 202511
ALTER TABLE activations ADD COLUMN evidence BLOB;                 -- SHA-256 of what was said
ALTER TABLE activations ADD COLUMN issuers BLOB NOT NULL DEFAULT x''; -- keyed hashes of 16 bytes, one after another

ALTER TABLE devices ADD COLUMN tier TEXT NOT NULL DEFAULT 'T0' CHECK (tier IN ('T0', 'T1', 'T2', 'T3'));
ALTER TABLE devices ADD COLUMN tier_reason TEXT NOT NULL DEFAULT 'not_attested';
ALTER TABLE devices ADD COLUMN patch_level INTEGER;
ALTER TABLE devices ADD COLUMN evidence BLOB;
ALTER TABLE devices ADD COLUMN issuers BLOB NOT NULL DEFAULT x'';
-- How many phones are in which tier is counted from this alone.
CREATE INDEX devices_by_tier ON devices (tier, tier_reason) WHERE revoked_at IS NULL;
