// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Bodies of sliding sync: whatever JSON is given is refused with a reason, or asks for no more
// than a request may ask for; a position that is read is written the same.

#include "base/assert.hpp"
#include "domain/sync/sliding_body.hpp"
#include "domain/sync/sliding_connection.hpp"
#include "domain/sync/wanted_state.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using chancery::sync::BodyLimits;
using chancery::sync::RoomConfig;
using chancery::sync::SlidingBody;
using chancery::sync::SlidingFace;
using chancery::sync::WantedState;

void check_config(const RoomConfig& config, std::string_view text) {
  CHANCERY_ASSERT(config.timeline_limit <= BodyLimits::kLongestTimeline);
  CHANCERY_ASSERT(config.state.include.size() <= BodyLimits::kMostElements);
  const WantedState wanted(
      {config.state.for_viewer(chancery::protocol::UserId::trusted("@anna:example.org"))});
  (void)wanted.wants("m.room.member", text);
  const auto again = WantedState::from_json(wanted.to_json());
  CHANCERY_ASSERT(again && *again == wanted);
}

void check(const SlidingBody& body, std::string_view text) {
  CHANCERY_ASSERT(body.rules->lists.size() <= BodyLimits::kMostLists);
  CHANCERY_ASSERT(body.rules->subscriptions.size() <= BodyLimits::kMostSubscriptions);
  CHANCERY_ASSERT(*body.rules == *body.rules);
  for (const auto& [name, list] : body.rules->lists) {
    CHANCERY_ASSERT(!name.empty());
    check_config(list.config, text);
    if (!list.ranges) continue;
    for (const auto& range : *list.ranges) CHANCERY_ASSERT(range.first <= range.last);
  }
  for (const auto& [room, config] : body.rules->subscriptions) check_config(config, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto pos = chancery::sync::parse_sliding_pos(text)) {
    const auto again = chancery::sync::parse_sliding_pos(chancery::sync::sliding_pos_text(*pos));
    CHANCERY_ASSERT(again && again->position == pos->position && again->birth == pos->birth &&
                    again->step == pos->step);
  }
  (void)chancery::sync::SlidingConnection::from_record({}, text);
  const auto json = chancery::base::parse_json(text);
  if (!json || !json->is_object()) return 0;
  for (const SlidingFace face : {SlidingFace::stable, SlidingFace::unstable}) {
    const auto body = chancery::sync::parse_sliding_body(face, json->get_object());
    if (body)
      check(*body, text);
    else
      CHANCERY_ASSERT(!body.error().text.empty());
  }
  return 0;
}
