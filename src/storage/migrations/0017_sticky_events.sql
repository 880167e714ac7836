-- oldest readable server: 1
-- Events that every member of a room is told of until a time.

CREATE TABLE sticky_events (
  event INTEGER NOT NULL PRIMARY KEY,
  room INTEGER NOT NULL,
  position INTEGER NOT NULL,
  sticky_until INTEGER NOT NULL
) STRICT;
CREATE INDEX sticky_events_by_end ON sticky_events (sticky_until);
