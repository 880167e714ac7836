// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/room_traits.hpp"

#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/errors.hpp"
#include "storage/state_tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace chancery::sync {

namespace {

// "Proper activity is defined as an event being received is one of the following types". Polls and
// beacons still go by their unstable names as well.
constexpr std::array<std::string_view, 9> kBumpTypes{"m.room.create",
                                                     "m.room.message",
                                                     "m.room.encrypted",
                                                     "m.sticker",
                                                     "m.call.invite",
                                                     "m.poll.start",
                                                     "m.beacon_info",
                                                     "org.matrix.msc3381.poll.start",
                                                     "org.matrix.msc3672.beacon_info"};

constexpr std::size_t kPage = 100;
constexpr int kMostPages = 10;

bool bumps(std::string_view type) {
  return std::ranges::find(kBumpTypes, type) != kBumpTypes.end();
}

std::optional<std::string> type_in(const protocol::VerifiedEvent& create) {
  const auto type = base::find_string(create.content(), "type");
  if (!type) return std::nullopt;
  return std::string(*type);
}

RoomTraits::Traits traits_in(const rooms::Room& room) {
  return {.type = type_in(*room.core()->create->event),
          .is_encrypted = room.find_state("m.room.encryption", "").value != 0};
}

}  // namespace

RoomTraits::RoomTraits(rooms::Rooms& rooms, storage::CommittedChanges& feed) : rooms_(rooms) {
  feed.add_reader(
      storage::hear([this](const storage::AppendEvent& append, storage::StreamPosition position) {
        apply(append, position);
      }));
}

runtime::Task<RoomTraits::Traits> RoomTraits::get(storage::RoomNumber number) {
  std::uint64_t read_at = 0;
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = known_.find(number); known != known_.end()) co_return known->second;
    read_at = changes_;
  }
  const rooms::RoomPtr loaded = rooms_.find_loaded(number);
  Traits traits = loaded ? traits_in(*loaded) : co_await load(number);
  const std::lock_guard lock(mutex_);
  if (changes_ == read_at) known_.emplace(number, traits);
  co_return traits;
}

// A room is not brought into memory for this, with everybody who is in it: whoever filters a list
// asks it of all their rooms.
runtime::Task<RoomTraits::Traits> RoomTraits::load(storage::RoomNumber number) {
  const auto row = co_await rooms_.store().find_room(rooms_.get_id(number));
  // Its removal is under way; that is told as ever.
  if (!row) co_return traits_in(*co_await rooms_.get(number));
  const auto create = co_await storage::find_state(rooms_.state_nodes(), row->state,
                                                   storage::StateKey("m.room.create", ""));
  if (!create) {
    throw storage::StorageCorrupt(fmt::format("room {} has no create event", number.value));
  }
  const auto encryption = co_await storage::find_state(rooms_.state_nodes(), row->state,
                                                       storage::StateKey("m.room.encryption", ""));
  const rooms::CachedEventPtr event = co_await rooms_.events().get(*create);
  co_return Traits{.type = type_in(*event->event), .is_encrypted = encryption.has_value()};
}

runtime::Task<storage::StreamPosition> RoomTraits::bump_stamp(storage::RoomNumber number) {
  const storage::StreamPosition known = bumps_.get(number);
  if (known.value != 0) co_return known;
  storage::StreamPosition found = rooms_.last_position(number);
  storage::StreamPosition until = found;
  std::size_t limit = 8;  // most often it is among the newest
  for (int page = 0; page < kMostPages; ++page) {
    const auto events = co_await rooms_.load_timeline({.room = number,
                                                       .after = {},
                                                       .until = until,
                                                       .direction = storage::Direction::backwards,
                                                       .limit = limit});
    const auto bump = std::ranges::find_if(
        events, [](const rooms::CachedEventPtr& event) { return bumps(event->event->type()); });
    // Where there is none for so long, the place where the search ended serves as well as any.
    if (!events.empty()) found = (bump == events.end() ? events.back() : *bump)->position;
    if (bump != events.end() || events.size() < limit) break;
    until = {found.value - 1};
    limit = kPage;
  }
  // The feed may have told of a newer one meanwhile, and tells under the same lock.
  const std::lock_guard lock(mutex_);
  if (bumps_.get(number).value == 0) bumps_.set(number, found);
  co_return bumps_.get(number);
}

void RoomTraits::apply(const storage::AppendEvent& append, storage::StreamPosition position) {
  const protocol::VerifiedEvent& event = *append.event;
  const std::lock_guard lock(mutex_);
  if (bumps(event.type())) bumps_.set(append.room, position);
  if (!event.is_state("m.room.encryption", "")) return;
  ++changes_;
  if (const auto known = known_.find(append.room); known != known_.end()) {
    known->second.is_encrypted = true;
  }
}

}  // namespace chancery::sync
