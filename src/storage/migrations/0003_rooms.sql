-- oldest readable server: 3
-- Receipts, aliases and the room directory.

CREATE TABLE receipts (
  room INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  type TEXT NOT NULL,
  thread BLOB NOT NULL,
  event_id BLOB NOT NULL,
  event_position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (room, user_id, type, thread)
) STRICT, WITHOUT ROWID;

CREATE TABLE aliases (
  alias BLOB NOT NULL PRIMARY KEY,
  room INTEGER NOT NULL,
  creator TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_of_room ON aliases (room);

-- Rooms that the directory shows to everyone.
CREATE TABLE shown_rooms (
  room INTEGER NOT NULL PRIMARY KEY
) STRICT;

-- The threads of a room.
CREATE INDEX relations_of_type ON relations (room, relation_type, related_event, position);
