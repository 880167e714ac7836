-- oldest readable server: 1
-- End-to-end keys, messages to devices, key backups.

CREATE TABLE device_keys (
  user_id TEXT NOT NULL,
  device_id BLOB NOT NULL,
  json BLOB NOT NULL,
  PRIMARY KEY (user_id, device_id)
) STRICT;

CREATE TABLE one_time_keys (
  user_id TEXT NOT NULL,
  device_id BLOB NOT NULL,
  algorithm BLOB NOT NULL,
  name BLOB NOT NULL,
  position INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  json BLOB NOT NULL,
  PRIMARY KEY (user_id, device_id, algorithm, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE fallback_keys (
  user_id TEXT NOT NULL,
  device_id BLOB NOT NULL,
  algorithm BLOB NOT NULL,
  name BLOB NOT NULL,
  json BLOB NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (user_id, device_id, algorithm)
) STRICT, WITHOUT ROWID;

CREATE TABLE cross_signing_keys (
  user_id TEXT NOT NULL,
  usage TEXT NOT NULL,
  json BLOB NOT NULL,
  PRIMARY KEY (user_id, usage)
) STRICT;

CREATE TABLE key_signatures (
  target TEXT NOT NULL,
  target_key BLOB NOT NULL,
  signer TEXT NOT NULL,
  signer_key BLOB NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (target, target_key, signer, signer_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_list_changes (
  position INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  -- Whom alone it concerns; "": everyone.
  seen_by TEXT NOT NULL,
  PRIMARY KEY (position, user_id, seen_by)
) STRICT, WITHOUT ROWID;

CREATE TABLE to_device_messages (
  user_id TEXT NOT NULL,
  device_id BLOB NOT NULL,
  position INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  json BLOB NOT NULL,
  PRIMARY KEY (user_id, device_id, position, ordinal)
) STRICT;

CREATE TABLE key_backups (
  user_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  algorithm BLOB NOT NULL,
  auth_data BLOB NOT NULL,
  etag INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  PRIMARY KEY (user_id, version)
) STRICT;

CREATE TABLE backed_up_sessions (
  user_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  room_id BLOB NOT NULL,
  session_id BLOB NOT NULL,
  json BLOB NOT NULL,
  PRIMARY KEY (user_id, version, room_id, session_id)
) STRICT;
