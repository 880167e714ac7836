-- oldest readable server: 1
-- Mail that waits to be handed to the operator's mail server.

-- record: sender's and receiver's address and the message, sealed.
CREATE TABLE mail_queue (
  mail_id BLOB NOT NULL PRIMARY KEY,
  next_attempt_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  record BLOB NOT NULL
) STRICT;
CREATE INDEX mail_queue_by_time ON mail_queue (next_attempt_at);
