-- oldest readable server: 1
-- Mail addresses that belong to people, and how they are proven.

-- address_hash: keyed, so that the table cannot be searched for an address without the key.
-- record: the address, sealed.
CREATE TABLE third_party_ids (
  medium TEXT NOT NULL,
  address_hash BLOB NOT NULL,
  user_id TEXT NOT NULL,
  validated_at INTEGER NOT NULL,
  added_at INTEGER NOT NULL,
  record BLOB NOT NULL,
  PRIMARY KEY (medium, address_hash)
) STRICT;
CREATE INDEX third_party_ids_of_user ON third_party_ids (user_id);

-- validated_at: 0 until somebody confirmed.
CREATE TABLE third_party_validations (
  session_id BLOB NOT NULL PRIMARY KEY,
  secret_hash BLOB NOT NULL,
  token_hash BLOB NOT NULL,
  purpose TEXT NOT NULL,
  medium TEXT NOT NULL,
  address_hash BLOB NOT NULL,
  send_attempt INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  validated_at INTEGER NOT NULL,
  record BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX third_party_validations_of_client
  ON third_party_validations (secret_hash, address_hash, purpose);
CREATE INDEX third_party_validations_by_token ON third_party_validations (token_hash);
CREATE INDEX third_party_validations_by_time ON third_party_validations (expires_at);

-- Which identity servers were told of an address by way of this server.
CREATE TABLE third_party_bindings (
  user_id TEXT NOT NULL,
  medium TEXT NOT NULL,
  address_hash BLOB NOT NULL,
  id_server BLOB NOT NULL,
  PRIMARY KEY (user_id, medium, address_hash, id_server)
) STRICT;
