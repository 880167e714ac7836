-- oldest readable server: 1
-- Media: ids, thumbnails, and which file each has.

CREATE TABLE media (
  media_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  file BLOB,
  record BLOB,
  PRIMARY KEY (media_id)
) STRICT;

CREATE INDEX media_by_user ON media (user_id);
CREATE UNIQUE INDEX media_by_file ON media (file);

CREATE TABLE thumbnails (
  media_id TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  form TEXT NOT NULL,
  size INTEGER NOT NULL,
  file BLOB NOT NULL,
  record BLOB NOT NULL,
  PRIMARY KEY (media_id, width, height, form)
) STRICT;

CREATE UNIQUE INDEX thumbnails_by_file ON thumbnails (file);
