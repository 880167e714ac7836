-- oldest readable server: 1
-- What sliding sync keeps between requests, and which threads people follow.

-- Connection ids are the clients' choice, and so blobs. record: sealed under the person's keys.
CREATE TABLE sliding_connections (
  user_id TEXT NOT NULL,
  device_id BLOB NOT NULL,
  connection_id BLOB NOT NULL,
  used_at INTEGER NOT NULL,
  record BLOB NOT NULL,
  PRIMARY KEY (user_id, device_id, connection_id)
) STRICT;
CREATE INDEX sliding_connections_by_use ON sliding_connections (used_at);

-- state: 0 unsubscribed, 1 subscribed automatically, 2 by hand. position: when it became so.
CREATE TABLE thread_subscriptions (
  user_id TEXT NOT NULL,
  room INTEGER NOT NULL,
  thread_id TEXT NOT NULL,
  state INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (user_id, room, thread_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_subscriptions_by_change ON thread_subscriptions (user_id, position);
CREATE INDEX thread_subscriptions_of_room ON thread_subscriptions (room);
