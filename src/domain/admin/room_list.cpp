// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/room_list.hpp"

#include "domain/rooms/directory.hpp"
#include "protocol/api_error.hpp"
#include "runtime/wait.hpp"

#include <algorithm>
#include <array>

namespace chancery::admin {
namespace {

constexpr std::size_t kRoomsATurn = 50;

struct StateMember {
  std::string_view type;
  std::string_view key;
  std::optional<std::string> RoomFacts::* fact;
};
constexpr std::array kStateMembers{
    StateMember{"m.room.name", "name", &RoomFacts::name},
    StateMember{"m.room.topic", "topic", &RoomFacts::topic},
    StateMember{"m.room.avatar", "url", &RoomFacts::avatar_url},
    StateMember{"m.room.canonical_alias", "alias", &RoomFacts::canonical_alias},
    StateMember{"m.room.encryption", "algorithm", &RoomFacts::encryption},
    StateMember{"m.room.join_rules", "join_rule", &RoomFacts::join_rule},
    StateMember{"m.room.guest_access", "guest_access", &RoomFacts::guest_access},
    StateMember{"m.room.history_visibility", "history_visibility", &RoomFacts::history_visibility},
};

std::optional<std::string> text_in(const base::JsonObject& content, std::string_view key) {
  const auto text = base::find_string(content, key);
  if (!text) return std::nullopt;
  return std::string(*text);
}

bool matches(const RoomFacts& room, const RoomQuery& query) {
  if (query.shown && *query.shown != room.shown) return false;
  if (query.empty && *query.empty != (room.joined_members == 0)) return false;
  if (query.search.empty()) return true;
  return room.id.text().find(query.search) != std::string::npos ||
         (room.name && rooms::contains_term(*room.name, query.search)) ||
         (room.canonical_alias && rooms::contains_term(*room.canonical_alias, query.search));
}

// What rooms are ordered by: a text or a number, the other is the same for all.
struct SortKey {
  std::string text;
  std::int64_t number = 0;
  friend auto operator<=>(const SortKey&, const SortKey&) = default;
};

SortKey key_of(const RoomFacts& room, RoomOrder order) {
  switch (order) {
    case RoomOrder::name:
      return {room.name.value_or(""), 0};
    case RoomOrder::canonical_alias:
      return {room.canonical_alias.value_or(""), 0};
    case RoomOrder::joined_members:
      return {"", -room.joined_members};  // the largest first
    case RoomOrder::joined_local_members:
      return {"", -room.joined_local_members};
    case RoomOrder::version:
      return {room.version, 0};
    case RoomOrder::creator:
      return {room.creator.text(), 0};
    case RoomOrder::encryption:
      return {room.encryption.value_or(""), 0};
    case RoomOrder::federatable:
      return {"", room.federatable ? 1 : 0};
    case RoomOrder::shown:
      return {"", room.shown ? 1 : 0};
    case RoomOrder::join_rule:
      return {room.join_rule.value_or(""), 0};
    case RoomOrder::guest_access:
      return {room.guest_access.value_or(""), 0};
    case RoomOrder::history_visibility:
      return {room.history_visibility.value_or(""), 0};
    case RoomOrder::state_events:
      return {"", -room.state_events};
  }
  return {};
}

void sort(std::vector<RoomFacts>& found, const RoomQuery& query) {
  std::ranges::sort(found, [&query](const RoomFacts& left, const RoomFacts& right) {
    const SortKey first = key_of(left, query.order);
    const SortKey second = key_of(right, query.order);
    if (first == second) return left.id < right.id;
    return query.sorting == storage::Sorting::ascending ? first < second : second < first;
  });
}

}  // namespace

runtime::Task<rooms::RoomPtr> RoomList::get(protocol::RoomId id) {
  rooms::RoomPtr room = co_await rooms_.find(std::move(id));
  if (!room) throw protocol::ApiError(protocol::ErrorCode::not_found, "There is no such room");
  co_return room;
}

runtime::Task<RoomList::Shown> RoomList::load_shown() {
  const std::vector<storage::RoomNumber> numbers = co_await directory_.load_shown_rooms();
  co_return Shown(numbers.begin(), numbers.end());
}

runtime::Task<RoomFacts> RoomList::look_at(rooms::RoomPtr room, const Shown& shown) {
  const std::shared_ptr<const rooms::CoreState> core = room->core();
  const base::JsonObject& create = core->create->event->content();
  const base::Json* federate = create.if_contains("m.federate");
  RoomFacts facts{
      .id = room->id(),
      .version = std::string(room->version().name),
      .creator = core->create->event->sender(),
      .federatable = federate == nullptr || !federate->is_bool() || federate->get_bool(),
      .shown = shown.contains(room->number()),
      .room_type = text_in(create, "type")};
  for (const StateMember& member : kStateMembers) {
    const storage::EventNumber event = room->find_state(member.type, "");
    if (event.value == 0) continue;
    const rooms::CachedEventPtr state = co_await rooms_.events().get(event);
    facts.*member.fact = text_in(state->event->content(), member.key);
  }
  facts.joined_members = static_cast<std::int64_t>(room->count_members().joined);
  for (const rooms::Member& member : room->members()) {
    const bool is_ours = member.user.server_name() == server_.text();
    if (is_ours && member.membership == rooms::Membership::join) ++facts.joined_local_members;
  }
  facts.state_events = static_cast<std::int64_t>(room->state_entries().size());
  co_return facts;
}

runtime::Task<storage::PageOf<RoomFacts>> RoomList::list(RoomQuery query) {
  const Shown shown = co_await load_shown();
  std::vector<RoomFacts> found;
  std::size_t looked_at = 0;
  for (const storage::RoomNumber number : rooms_.numbers()) {
    if (++looked_at % kRoomsATurn == 0) co_await runtime::yield_now();
    RoomFacts room = co_await look_at(co_await rooms_.get(number), shown);
    if (matches(room, query)) found.push_back(std::move(room));
  }
  sort(found, query);
  storage::PageOf<RoomFacts> page;
  page.total = static_cast<std::int64_t>(found.size());
  const std::int64_t first = std::clamp<std::int64_t>(query.page.from, 0, page.total);
  const std::int64_t last = std::min(first + query.page.limit, page.total);
  page.rows.assign(std::make_move_iterator(found.begin() + first),
                   std::make_move_iterator(found.begin() + last));
  co_return page;
}

runtime::Task<RoomFacts> RoomList::describe(protocol::RoomId id) {
  const rooms::RoomPtr room = co_await get(std::move(id));
  const Shown shown = co_await load_shown();
  co_return co_await look_at(room, shown);
}

runtime::Task<std::vector<protocol::UserId>> RoomList::load_members(protocol::RoomId id) {
  const rooms::RoomPtr room = co_await get(std::move(id));
  std::vector<protocol::UserId> joined;
  for (const rooms::Member& member : room->members()) {
    if (member.membership == rooms::Membership::join) joined.push_back(member.user);
  }
  std::ranges::sort(joined);
  co_return joined;
}

runtime::Task<std::vector<rooms::CachedEventPtr>> RoomList::load_state(protocol::RoomId id) {
  const rooms::RoomPtr room = co_await get(std::move(id));
  std::vector<storage::EventNumber> numbers;
  for (const storage::StateEntry& entry : room->state_entries()) numbers.push_back(entry.event);
  std::ranges::sort(numbers);
  co_return co_await rooms_.events().get(std::move(numbers));
}

runtime::Task<std::vector<RoomList::Size>> RoomList::load_largest(std::int64_t count) {
  std::vector<Size> sizes;
  for (const storage::RoomSize& size : co_await store_.list_largest_rooms(count)) {
    auto id = rooms_.find_id(size.room);
    if (id) sizes.push_back({.room = *std::move(id), .bytes = size.bytes});
  }
  co_return sizes;
}

}  // namespace chancery::admin
