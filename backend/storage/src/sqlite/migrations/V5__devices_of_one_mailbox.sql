-- A phone that lost its key is activated again: the device before is found by mailbox and picture.
CREATE INDEX devices_by_mailbox ON devices (mail_tag, front) WHERE revoked_at IS NULL;
