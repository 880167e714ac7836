// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events as they are held in memory: parsed once, and their client format written once.
//
// Concurrency: immutable; share between threads.

#include "protocol/event.hpp"
#include "protocol/identifiers.hpp"
#include "storage/events.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace chancery::rooms {

struct CachedEvent {
  protocol::EventPtr event;
  storage::EventNumber number;
  storage::RoomNumber room;
  storage::StreamPosition position;
  storage::StateRoot state_after;
  // The state event that this one took the place of; 0: none, or no state event.
  storage::EventNumber replaces;
  protocol::UserId replaced_sender;  // who sent that; empty: none
  // The redaction that took effect on it; 0: none.
  storage::EventNumber redaction;
  // The device and transaction that sent it; "" when none.
  std::string sender_device;
  std::string transaction;
  std::string delay_id;          // of the delayed event that became this; "" for all others
  base::Timestamp sticky_until;  // 0: it is not sticky
  // Whether others related to it when it was read, in a way that it shows, and when that was; see
  // EventCache::may_be_related_to.
  bool was_related_to = false;
  std::uint64_t read_at = 0;
  // `{"content":…,"event_id":…,…,"type":…` : the client format without `room_id`, `unsigned` and
  // the closing brace.
  std::string client_text;
  // Members of `unsigned` that are the same for everyone, without braces; "" when none.
  std::string replaced_text;  // `"prev_content":…,"prev_sender":…,"replaces_state":…`
  std::string redacted_text;  // `"redacted_because":…`

  // Shown to this viewer as if it were redacted, because its sender was erased.
  bool is_withheld = false;

  [[nodiscard]] bool is_redacted() const { return redaction.value != 0 || is_withheld; }
};
using CachedEventPtr = std::shared_ptr<const CachedEvent>;

}  // namespace chancery::rooms
