// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/redacted_event.hpp"

#include "domain/rooms/client_event.hpp"
#include "protocol/canonical_json.hpp"
#include "storage/errors.hpp"

#include <utility>

namespace chancery::rooms {

RedactedEvent redacted_event(const CachedEvent& event, const protocol::RoomVersion& version) {
  RedactedEvent redacted{
      .event = std::make_shared<CachedEvent>(event),
      .canonical = protocol::canonical_json(protocol::redact(event.event->json(), version))};
  auto admitted = protocol::admit_stored(redacted.canonical, event.event->id(), version);
  if (!admitted) {
    throw storage::StorageCorrupt("a redacted event is none: " + admitted.error().rule);
  }
  redacted.event->event = *std::move(admitted);
  redacted.event->sticky_until = {};
  redacted.event->client_text = client_text_of(*redacted.event->event);
  return redacted;
}

}  // namespace chancery::rooms
