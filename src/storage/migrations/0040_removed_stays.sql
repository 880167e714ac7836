-- oldest readable server: 1
-- Who was in a room when it was removed, or had been: devices that were away are told once that the
-- room is over. Kept for a while.
CREATE TABLE removed_stays (
  user_id TEXT NOT NULL,
  -- Of the removal.
  position INTEGER NOT NULL,
  room INTEGER NOT NULL,
  room_id TEXT NOT NULL,
  -- Since when they were out of it: at the removal, or before.
  ended INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (user_id, position, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX removed_stays_by_time ON removed_stays (at);
