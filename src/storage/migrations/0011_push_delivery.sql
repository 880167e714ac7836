-- oldest readable server: 1
-- How far gateways and mailboxes have been told of notifications.

-- The position before the oldest notification that this pusher has not been told of; 0: none waits.
ALTER TABLE pushers ADD COLUMN behind_after INTEGER NOT NULL DEFAULT 0;
CREATE INDEX pushers_behind ON pushers (behind_after);
