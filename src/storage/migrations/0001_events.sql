-- oldest readable server: 1
-- Rooms, events, the state that goes with them, keys and audit records.

-- Numbers and texts of which there is one each: last_position, server_name.
CREATE TABLE meta (
  name TEXT NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, number, text) VALUES ('last_position', 0, '');

CREATE TABLE rooms (
  number INTEGER NOT NULL PRIMARY KEY,
  room_id TEXT NOT NULL UNIQUE,
  version TEXT NOT NULL,
  state BLOB NOT NULL,
  depth INTEGER NOT NULL,
  -- Event ids, each after one byte of its length.
  extremities BLOB NOT NULL,
  last_position INTEGER NOT NULL
) STRICT;

-- What clients chose (transaction, relation) is a blob: PostgreSQL's text has no place for NUL.
CREATE TABLE events (
  number INTEGER NOT NULL PRIMARY KEY,
  room INTEGER NOT NULL,
  position INTEGER NOT NULL,
  event_id BLOB NOT NULL UNIQUE,
  state_after BLOB NOT NULL,
  -- The state event whose place it took, or 0.
  replaces INTEGER NOT NULL,
  redacted_because BLOB NOT NULL,
  device BLOB NOT NULL,
  client_transaction BLOB NOT NULL,
  record BLOB NOT NULL
) STRICT;
CREATE INDEX events_timeline ON events (room, position);

CREATE TABLE relations (
  related_event BLOB NOT NULL,
  room INTEGER NOT NULL,
  position INTEGER NOT NULL,
  number INTEGER NOT NULL,
  relation_type BLOB NOT NULL,
  PRIMARY KEY (related_event, room, position, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE state_nodes (
  name BLOB NOT NULL PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE memberships (
  room INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  membership TEXT NOT NULL,
  event INTEGER NOT NULL,
  position INTEGER NOT NULL,
  forgotten INTEGER NOT NULL,
  PRIMARY KEY (room, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_of_user ON memberships (user_id);

CREATE TABLE transactions (
  user_id TEXT NOT NULL,
  scope BLOB NOT NULL,
  client_transaction BLOB NOT NULL,
  result BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (user_id, scope, client_transaction)
) STRICT, WITHOUT ROWID;

CREATE TABLE wrapped_keys (
  id INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  wrapped_by INTEGER NOT NULL,
  wrapped BLOB NOT NULL
) STRICT;

CREATE TABLE audit_records (
  position INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  commitment BLOB NOT NULL,
  -- The four compartments' commitments, 32 bytes each.
  parts BLOB NOT NULL,
  sealed_body BLOB NOT NULL
) STRICT;
