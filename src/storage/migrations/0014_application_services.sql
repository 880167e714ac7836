-- oldest readable server: 1
-- What application services were told, and the rooms that they show on their networks.

-- Ids of services and networks are the operator's choice, and so blobs. record: sealed.
CREATE TABLE service_deliveries (
  service BLOB NOT NULL PRIMARY KEY,
  -- Everything up to here has arrived.
  told INTEGER NOT NULL,
  -- How far the transaction under way tells; its id is empty when there is none.
  reaches INTEGER NOT NULL,
  transaction_id BLOB NOT NULL,
  record BLOB NOT NULL
) STRICT;

CREATE TABLE network_rooms (
  service BLOB NOT NULL,
  network BLOB NOT NULL,
  room INTEGER NOT NULL,
  PRIMARY KEY (service, network, room)
) STRICT, WITHOUT ROWID;

-- A service follows all rooms and all devices in one order.
CREATE INDEX events_by_position ON events (position);
CREATE INDEX to_device_by_position ON to_device_messages (position);
