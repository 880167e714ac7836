-- oldest readable server: 1
-- Events whose words are no longer what was said, and are still to be taken out of the index.
CREATE TABLE search_removals (
  room INTEGER NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (room, event)
) STRICT, WITHOUT ROWID;
