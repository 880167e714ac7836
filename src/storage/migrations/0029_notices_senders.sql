-- oldest readable server: 1
-- The accounts by which server notices were sent, so that no other account is taken for one.
CREATE TABLE notices_senders (
  user_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
