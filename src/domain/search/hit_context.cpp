// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/hit_context.hpp"

#include "storage/state_tree.hpp"

#include <algorithm>
#include <set>

namespace chancery::search {

using storage::Direction;

runtime::Task<HitContexts::View> HitContexts::view_of(storage::RoomNumber room) {
  const auto known = views_.find(room);
  if (known != views_.end()) co_return known->second;
  View view = co_await reading_.find_view(user_, rooms_.get_id(room));
  views_.emplace(room, view);
  co_return view;
}

runtime::Task<HitContext> HitContexts::load(rooms::CachedEventPtr hit, ContextWanted wanted) {
  HitContext context{.before = {},
                     .after = {},
                     .start = {hit->position.value - 1},
                     .end = hit->position,
                     .members = {}};
  const View view = co_await view_of(hit->room);
  if (!view) co_return context;
  const auto load_side = [&](Direction direction, std::size_t limit) {
    return reading_.load_page(
        *view, {.direction = direction,
                .from = direction == Direction::backwards ? context.start : context.end,
                .to = std::nullopt,
                .limit = std::min(limit, kMostContext),
                .filter = {}});
  };
  if (wanted.before > 0) {
    context.before = (co_await load_side(Direction::backwards, wanted.before)).seen;
  }
  if (wanted.after > 0) {
    context.after = (co_await load_side(Direction::forwards, wanted.after)).seen;
  }
  const auto& older = context.before.events;
  const auto& newer = context.after.events;
  if (!older.empty()) context.start = {older.back()->position.value - 1};
  if (!newer.empty()) context.end = newer.back()->position;
  if (wanted.profiles == ContextWanted::Profiles::yes) co_await load_members(*hit, context);
  co_return context;
}

runtime::Task<> HitContexts::load_members(const rooms::CachedEvent& hit, HitContext& context) {
  std::set<std::string> senders{hit.event->sender().text()};
  for (const auto& event : context.before.events) senders.insert(event->event->sender().text());
  for (const auto& event : context.after.events) senders.insert(event->event->sender().text());
  std::vector<storage::EventNumber> numbers;
  for (const std::string& sender : senders) {
    const auto number = co_await storage::find_state(rooms_.state_nodes(), hit.state_after,
                                                     storage::StateKey("m.room.member", sender));
    if (number) numbers.push_back(*number);
  }
  context.members = co_await rooms_.events().get(std::move(numbers));
}

runtime::Task<std::vector<rooms::CachedEventPtr>> HitContexts::load_state(
    storage::RoomNumber room) {
  const View view = co_await view_of(room);
  if (!view) co_return std::vector<rooms::CachedEventPtr>{};
  co_return co_await reading_.load_state(*view);
}

}  // namespace chancery::search
