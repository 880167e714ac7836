-- oldest readable server: 1
-- Which relations events show (edits, threads, references), so that an event is read together with
-- whether it has any.

-- What an older server adds counts as shown; that costs a question.
ALTER TABLE relations ADD COLUMN aggregated INTEGER NOT NULL DEFAULT 1;
UPDATE relations SET aggregated = 0
  WHERE relation_type NOT IN (CAST('m.replace' AS BLOB), CAST('m.thread' AS BLOB),
                              CAST('m.reference' AS BLOB));
CREATE INDEX relations_aggregated ON relations (related_event, room, position, number)
  WHERE aggregated = 1;
