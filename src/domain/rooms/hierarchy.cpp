// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/hierarchy.hpp"

#include "domain/rooms/discovery.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kChildType = "m.space.child";
constexpr std::size_t kLongestOrder = 50;

// "Children with a valid order come first, by it; then by origin_server_ts, then by room id."
auto rank_of(const CachedEventPtr& child) {
  std::string_view order = base::find_string(child->event->content(), "order").value_or("");
  const bool is_valid =
      !order.empty() && order.size() <= kLongestOrder &&
      std::ranges::all_of(order, [](char letter) { return letter >= ' ' && letter <= '~'; });
  return std::tuple(!is_valid, is_valid ? std::string(order) : std::string(),
                    child->event->origin_server_ts(), *child->event->state_key());
}

bool is_child(const CachedEventPtr& event, Hierarchy::Request::Children wanted) {
  const base::JsonObject& content = event->event->content();
  const base::JsonArray* via = base::find_array(content, "via");
  if (via == nullptr || via->empty()) return false;
  return wanted == Hierarchy::Request::Children::all ||
         base::find_bool(content, "suggested").value_or(false);
}

}  // namespace

runtime::Task<std::vector<CachedEventPtr>> Hierarchy::children_of(RoomPtr room,
                                                                  Request::Children wanted) {
  std::vector<storage::EventNumber> numbers;
  for (const storage::StateEntry& entry : room->state_entries(kChildType)) {
    numbers.push_back(entry.event);
  }
  auto children = co_await rooms_.events().get(std::move(numbers));
  std::erase_if(children, [wanted](const CachedEventPtr& one) { return !is_child(one, wanted); });
  std::ranges::sort(children, {}, rank_of);
  co_return children;
}

runtime::Task<Hierarchy::Page> Hierarchy::load(Request request) {
  struct Ahead {
    protocol::RoomId room;
    std::size_t depth = 0;
  };
  Page page;
  std::vector<Ahead> ahead{{request.root, 0}};  // the next one last
  std::set<protocol::RoomId> met;
  std::size_t seen = 0;
  while (!ahead.empty() && met.size() < kMostWalked) {
    const Ahead here = std::move(ahead.back());
    ahead.pop_back();
    if (!met.insert(here.room).second) continue;
    const RoomPtr room = co_await rooms_.find(here.room);
    const bool sees_all = request.sight == Request::Sight::all;
    if (!room || (!sees_all && !may_discover(rooms_, *room, request.user))) {
      if (here.depth > 0) continue;
      throw ApiError(ErrorCode::forbidden, "You may not see this room, or there is none");
    }
    const bool is_told = seen++ >= request.skip;
    if (is_told && page.rooms.size() == request.limit) {
      page.next = seen - 1;
      co_return page;
    }
    Found found{.room = co_await describe_shown(rooms_, room), .children = {}};
    if (found.room.room_type == "m.space") {
      found.children = co_await children_of(room, request.children);
    }
    if (here.depth < request.max_depth) {
      for (auto child = found.children.rbegin(); child != found.children.rend(); ++child) {
        auto id = protocol::RoomId::parse(*(*child)->event->state_key());
        if (id) ahead.push_back({*std::move(id), here.depth + 1});
      }
    }
    if (is_told) page.rooms.push_back(std::move(found));
  }
  co_return page;
}

}  // namespace chancery::rooms
