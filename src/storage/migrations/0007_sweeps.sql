-- oldest readable server: 1
-- What keeps two tables small, and what tells who joined and left since a position.

-- Of the changes of one person's keys the newest alone says something.
DELETE FROM device_list_changes WHERE EXISTS (
  SELECT 1 FROM device_list_changes newer
  WHERE newer.user_id = device_list_changes.user_id
    AND newer.seen_by = device_list_changes.seen_by
    AND newer.position > device_list_changes.position
);
CREATE INDEX device_list_changes_of_user ON device_list_changes (user_id, seen_by);

CREATE INDEX memberships_by_position ON memberships (position);
