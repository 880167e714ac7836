-- oldest readable server: 19
-- The words by which people are found. An older server would change names and leave their words.

-- word: folded, of the display name or the localpart; or '@' and the localpart. Not of accounts
-- that have ended.
CREATE TABLE directory_words (
  word BLOB NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (word, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_words_of_person ON directory_words (user_id);

-- One row. rules: by which words were cut; until: the last account whose words are there, when not
-- those of all are.
CREATE TABLE directory_filling (
  id INTEGER NOT NULL PRIMARY KEY,
  rules TEXT NOT NULL,
  until TEXT NOT NULL,
  complete INTEGER NOT NULL
) STRICT;
