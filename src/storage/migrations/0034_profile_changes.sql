-- oldest readable server: 1
-- When a field of somebody's profile was last set or removed; fields from before this table have no
-- row until they change.
CREATE TABLE profile_changes (
  user_id TEXT NOT NULL,
  field TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (user_id, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_changes_by_position ON profile_changes (position);
