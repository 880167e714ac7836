-- oldest readable server: 1
-- Ways to what hangs on one room, so that to remove it reads nothing of the others.

CREATE INDEX account_data_of_room ON account_data (room_id);
CREATE INDEX delayed_events_of_room ON delayed_events (room);
CREATE INDEX sticky_events_of_room ON sticky_events (room);
CREATE INDEX network_rooms_of_room ON network_rooms (room);

-- The threads of a room, from the newest reply on; and what one reply belongs to.
CREATE INDEX relations_by_position ON relations (room, relation_type, position);

-- Media ids that were promised of late: few, whatever else somebody has stored.
CREATE INDEX media_by_promise ON media (user_id, expires_at);
