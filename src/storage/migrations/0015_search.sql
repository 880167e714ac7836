-- oldest readable server: 1
-- The search index: sealed lists of events for each keyed word of each room.

-- How far each room was read into the index.
CREATE TABLE search_rooms (
  room INTEGER NOT NULL PRIMARY KEY,
  indexed_until INTEGER NOT NULL,
  encrypted INTEGER NOT NULL
) STRICT;

-- A segment is named by the room-epoch key under which its events, words and lists are.
CREATE TABLE search_segments (
  room INTEGER NOT NULL,
  segment INTEGER NOT NULL,
  first_event INTEGER NOT NULL,
  last_event INTEGER NOT NULL,
  events INTEGER NOT NULL,
  words INTEGER NOT NULL,
  PRIMARY KEY (room, segment)
) STRICT, WITHOUT ROWID;

-- word: the first 8 bytes of a keyed hash. Blocks are kept below a quarter of a page.
CREATE TABLE search_postings (
  room INTEGER NOT NULL,
  segment INTEGER NOT NULL,
  word INTEGER NOT NULL,
  first_event INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (room, segment, word, first_event)
) STRICT, WITHOUT ROWID;
