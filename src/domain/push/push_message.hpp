// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Bodies of notifications as push gateways are sent them.
//
// What a gateway learns is bounded twice: by the format that the client asked for, and by the
// operator, who may withhold everything but ids (decision 0021).
//
// Spec: push-gateway, POST /_matrix/push/v1/notify.

#include "base/json.hpp"
#include "domain/push/notice.hpp"
#include "domain/push/pushers.hpp"
#include "protocol/event.hpp"
#include "protocol/identifiers.hpp"

#include <cstdint>
#include <string>

namespace chancery::push {

// Whether gateways may be told more than ids.
enum class Content : std::uint8_t { withheld, as_asked };

// An event as it is told of.
struct EventTold {
  protocol::EventPtr event;
  protocol::RoomId room;
  std::string room_name;   // "" when it has none
  std::string room_alias;  // the same
  std::string sender_name;
  protocol::UserId recipient;
  const protocol::PushOutcome& outcome;
};
// True for a pusher whose client wants, or whose server allows, ids alone.
[[nodiscard]] bool is_ids_only(const Pusher& pusher, Content content);
[[nodiscard]] base::JsonObject notification_body(const Pusher& pusher, const EventTold& told,
                                                 const BadgeCounts& counts, Content content);
// Of no event: how much is unread now.
[[nodiscard]] base::JsonObject badge_body(const Pusher& pusher, const BadgeCounts& counts);

}  // namespace chancery::push
