-- oldest readable server: 1
-- Events that wait to be sent, and which event came of one.

-- record: sealed under the person's keys. finalised_at 0: it waits.
CREATE TABLE delayed_events (
  delay_id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  room INTEGER NOT NULL,
  position INTEGER NOT NULL,
  send_at INTEGER NOT NULL,
  finalised_at INTEGER NOT NULL,
  event_id BLOB NOT NULL,
  error BLOB NOT NULL,
  record BLOB NOT NULL
) STRICT;
CREATE INDEX delayed_events_of_user ON delayed_events (user_id, finalised_at, send_at);
CREATE INDEX delayed_events_waiting ON delayed_events (finalised_at, send_at);

-- NULL for nearly all.
ALTER TABLE events ADD COLUMN delay_id BLOB;
