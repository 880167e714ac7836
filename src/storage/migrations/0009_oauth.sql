-- oldest readable server: 1
-- OAuth 2.0: the clients that registered themselves, and which of them a token is for.

-- client_id: made of the metadata, so that equal registrations are one. metadata: canonical JSON.
CREATE TABLE oauth_clients (
  client_id TEXT NOT NULL PRIMARY KEY,
  metadata BLOB NOT NULL,
  registered_at INTEGER NOT NULL
) STRICT;
CREATE INDEX oauth_clients_by_age ON oauth_clients (registered_at);

-- Empty: of the older API. family: the same for all refresh tokens that came of one sign-in, so that
-- one that was replaced long ago still tells whose it was.
ALTER TABLE access_tokens ADD COLUMN client_id TEXT NOT NULL DEFAULT '';
ALTER TABLE refresh_tokens ADD COLUMN client_id TEXT NOT NULL DEFAULT '';
ALTER TABLE refresh_tokens ADD COLUMN family TEXT NOT NULL DEFAULT '';
CREATE INDEX refresh_tokens_of_client ON refresh_tokens (client_id);
CREATE INDEX refresh_tokens_of_family ON refresh_tokens (family);
