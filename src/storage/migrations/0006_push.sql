-- oldest readable server: 1
-- Where devices want to be told of notifications.

-- App ids are the clients' choice, and so blobs. record: sealed under the person's keys.
CREATE TABLE pushers (
  user_id TEXT NOT NULL,
  app_id BLOB NOT NULL,
  pushkey_hash BLOB NOT NULL,
  device_id BLOB NOT NULL,
  record BLOB NOT NULL,
  PRIMARY KEY (user_id, app_id, pushkey_hash)
) STRICT;
CREATE INDEX pushers_of_key ON pushers (app_id, pushkey_hash);
CREATE INDEX pushers_of_device ON pushers (user_id, device_id);
