-- oldest readable server: 1
-- Numbers of rooms and of events that were given once, though their rows are gone. What is stored
-- here is raised when rows are removed; the highest given is the higher of it and of what is there.

INSERT INTO meta (name, number, text)
  SELECT 'last_event_number', COALESCE(MAX(number), 0), '' FROM events;
INSERT INTO meta (name, number, text)
  SELECT 'last_room_number', COALESCE(MAX(given.number), 0), '' FROM (
    SELECT MAX(number) AS number FROM rooms
    UNION ALL SELECT MAX(room) FROM removed_rooms
    UNION ALL SELECT MAX(room) FROM events
  ) AS given;
