// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Redacted events: an event as a redaction leaves it.
//
// Failure: StorageCorrupt when the rest is no event.

#include "domain/rooms/cached_event.hpp"
#include "protocol/room_version.hpp"

#include <memory>
#include <string>

namespace chancery::rooms {

struct RedactedEvent {
  std::shared_ptr<CachedEvent> event;  // with the client text of what is left
  std::string canonical;
};
// What redaction, if any, took the content is the caller's to note.
[[nodiscard]] RedactedEvent redacted_event(const CachedEvent& event,
                                           const protocol::RoomVersion& version);

}  // namespace chancery::rooms
