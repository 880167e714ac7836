-- oldest readable server: 1
-- Devices that nobody is signed in on, which wait for messages until their owner signs in again.

-- record: sealed under the person's keys. The device itself is in devices, its keys in device_keys.
CREATE TABLE dehydrated_devices (
  user_id TEXT NOT NULL PRIMARY KEY,
  device_id BLOB NOT NULL,
  record BLOB NOT NULL
) STRICT;
