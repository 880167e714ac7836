-- oldest readable server: 1
-- Accounts, devices, tokens, profiles, account data, filters.

CREATE TABLE accounts (
  user_id TEXT NOT NULL PRIMARY KEY,
  password_hash TEXT NOT NULL,
  -- 0 guest, 1 user, 2 owner.
  role INTEGER NOT NULL,
  deactivated INTEGER NOT NULL,
  locked INTEGER NOT NULL,
  erased INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Device ids and names are the clients' choice, and so blobs.
CREATE TABLE devices (
  user_id TEXT NOT NULL,
  device_id BLOB NOT NULL,
  display_name BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  last_seen_address TEXT NOT NULL,
  last_seen_agent BLOB NOT NULL,
  PRIMARY KEY (user_id, device_id)
) STRICT, WITHOUT ROWID;

-- Tokens by SHA-256. pair: the refresh token that an access token came with; replaces: the one it
-- was made by. Empty: none. A time of 0: never.
CREATE TABLE access_tokens (
  hash BLOB NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  device_id BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  authenticated_at INTEGER NOT NULL,
  pair BLOB NOT NULL,
  replaces BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_tokens_of_device ON access_tokens (user_id, device_id);

CREATE TABLE refresh_tokens (
  hash BLOB NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  device_id BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  authenticated_at INTEGER NOT NULL,
  replaces BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_of_device ON refresh_tokens (user_id, device_id);

-- uses_allowed NULL: any number.
CREATE TABLE registration_tokens (
  token TEXT NOT NULL PRIMARY KEY,
  uses_allowed INTEGER,
  completed INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setup_links (
  hash BLOB NOT NULL PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Values are JSON texts, in which NUL is escaped.
CREATE TABLE profile_fields (
  user_id TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (user_id, field)
) STRICT;

-- room_id empty: of the account. record: sealed under the person's keys.
CREATE TABLE account_data (
  user_id TEXT NOT NULL,
  room_id BLOB NOT NULL,
  type BLOB NOT NULL,
  position INTEGER NOT NULL,
  record BLOB NOT NULL,
  PRIMARY KEY (user_id, room_id, type)
) STRICT;
CREATE INDEX account_data_changes ON account_data (user_id, position);

CREATE TABLE filters (
  user_id TEXT NOT NULL,
  filter_id TEXT NOT NULL,
  filter BLOB NOT NULL,
  PRIMARY KEY (user_id, filter_id)
) STRICT;
