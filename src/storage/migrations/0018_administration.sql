-- oldest readable server: 18
-- Suspended accounts, blocked rooms, reports, quarantine, exceptions from rates. An older server
-- would let those speak who are suspended and show what is in quarantine.

ALTER TABLE accounts ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
-- 'bot', 'support', or empty.
ALTER TABLE accounts ADD COLUMN user_type TEXT NOT NULL DEFAULT '';

ALTER TABLE media ADD COLUMN quarantined_by TEXT NOT NULL DEFAULT '';
-- 1: may not be put into quarantine.
ALTER TABLE media ADD COLUMN safe INTEGER NOT NULL DEFAULT 0;

-- event_id empty: the room, or with room_id empty too the person. record: the reason, sealed.
CREATE TABLE reports (
  id INTEGER NOT NULL PRIMARY KEY,
  reporter TEXT NOT NULL,
  at INTEGER NOT NULL,
  room_id TEXT NOT NULL,
  event_id BLOB NOT NULL,
  about TEXT NOT NULL,
  record BLOB NOT NULL
) STRICT;

CREATE TABLE blocked_rooms (
  room_id TEXT NOT NULL PRIMARY KEY,
  blocked_by TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Rooms that were removed and whose events are not all gone yet.
CREATE TABLE removed_rooms (
  room INTEGER NOT NULL PRIMARY KEY
) STRICT;

CREATE TABLE rate_exceptions (
  user_id TEXT NOT NULL PRIMARY KEY,
  per_second INTEGER NOT NULL,
  burst INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
