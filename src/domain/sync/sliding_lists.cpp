// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_lists.hpp"

#include "domain/rooms/member_trail.hpp"
#include "protocol/invite_permission.hpp"
#include "runtime/wait.hpp"
#include "storage/state_tree.hpp"

#include <algorithm>
#include <utility>

namespace chancery::sync {

namespace {

constexpr std::size_t kMostMovesUp = 64;  // more are faster sorted anew
constexpr std::size_t kRoomsATurn = 64;   // before others of this thread have theirs
constexpr std::size_t kMostSteps = 50;    // back through a membership

// Account data by which rooms are told apart, and invites from those that are not wanted.
bool tells_rooms_apart(const accounts::AccountDataItem& item) {
  if (!item.room.empty()) return item.type == "m.tag";
  return item.type == "m.direct" || item.type == accounts::kIgnoredUsersType ||
         item.type == protocol::kInvitePermissionType ||
         item.type == protocol::kFineInvitePermissionType;
}

std::unordered_set<std::string> direct_rooms(std::string_view content) {
  std::unordered_set<std::string> rooms;
  const auto json = base::parse_json(content);
  if (!json || !json->is_object()) return rooms;
  for (const auto& [user, list] : json->get_object()) {
    if (!list.is_array()) continue;
    for (const base::Json& room : list.get_array()) {
      if (room.is_string()) rooms.emplace(room.get_string());
    }
  }
  return rooms;
}

std::unordered_set<std::string> tags_in(std::string_view content) {
  std::unordered_set<std::string> tags;
  const auto json = base::parse_json(content);
  const base::JsonObject* given =
      json && json->is_object() ? base::find_object(json->get_object(), "tags") : nullptr;
  if (given == nullptr) return tags;
  for (const auto& [tag, value] : *given) tags.emplace(tag);
  return tags;
}

std::size_t bytes_of(const std::unordered_set<std::string>& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += sizeof(std::string) + text.size();
  return bytes;
}

std::size_t bytes_of(const PersonalFacts& facts) {
  std::size_t bytes = bytes_of(facts.direct);
  for (const auto& [room, tags] : facts.tags)
    bytes += sizeof(std::string) + room.size() + bytes_of(tags);
  return bytes;
}

template <typename Rule>
bool any_list(const SlidingRules& rules, Rule rule) {
  return std::ranges::any_of(rules.lists,
                             [&](const auto& list) { return rule(list.second.filter); });
}

}  // namespace

// What filters are asked against.
struct SlidingLists::Making {
  const PersonalFacts& facts;
  const rooms::UserRooms& user_rooms;
  std::vector<const rooms::UserRoom*> rooms;  // in order
};

storage::StreamPosition SlidingLists::activity(const rooms::UserRoom& room) const {
  if (room.membership != rooms::Membership::join) return room.position;
  return ports_.rooms.last_position(room.room);
}

runtime::Task<> SlidingLists::arrange(SlidingConnection& connection, const SlidingRules& rules,
                                      const Moment& moment) {
  const auto changed = find_changes(connection, rules, moment);
  if (changed && !co_await has_new_facts(connection, moment))
    move_up(connection.arrangement(), *changed, moment);
  else
    co_await make(connection, rules, moment);
  connection.arrangement().as_of = moment.until;
}

bool SlidingLists::arrange_at_once(SlidingConnection& connection, const SlidingRules& rules,
                                   const Moment& moment) {
  if (may_have_new_facts(connection)) return false;
  const auto changed = find_changes(connection, rules, moment);
  if (!changed) return false;
  move_up(connection.arrangement(), *changed, moment);
  connection.arrangement().as_of = moment.until;
  return true;
}

// What happened since the lists were made; absent when other rooms may pass their filters by now.
std::optional<SlidingLists::Changes> SlidingLists::find_changes(const SlidingConnection& connection,
                                                                const SlidingRules& rules,
                                                                const Moment& moment) const {
  const Arrangement& known = connection.arrangement();
  if (known.version == 0 || known.newest_room != moment.newest) return std::nullopt;
  if (known.lists.size() != rules.lists.size()) return std::nullopt;
  for (const auto& [name, list] : rules.lists) {
    const auto found = known.lists.find(name);
    if (found == known.lists.end() || found->second.first != list.filter) return std::nullopt;
  }
  auto changed = changes_in(ports_.changed_rooms, *moment.rooms, known.as_of);
  if (!changed || changed->size() > kMostMovesUp) return std::nullopt;
  const bool asks_for_shape =
      any_list(rules, [](const ListFilter& filter) { return filter.asks_for_shape(); });
  if (asks_for_shape && std::ranges::any_of(*changed, &ChangedRooms::ChangedRoom::changed_shape)) {
    return std::nullopt;
  }
  return changed;
}

bool SlidingLists::may_have_new_facts(const SlidingConnection& connection) const {
  return ports_.account_data.may_have_changed(connection.key().user,
                                              connection.arrangement().as_of);
}

runtime::Task<bool> SlidingLists::has_new_facts(const SlidingConnection& connection,
                                                const Moment& moment) {
  if (!may_have_new_facts(connection)) co_return false;
  const auto items = co_await ports_.account_data.load_changed(
      connection.key().user, connection.arrangement().as_of, moment.until);
  co_return std::ranges::any_of(items, tells_rooms_apart);
}

// Rooms with new events come to the front; the order of the others stays.
void SlidingLists::move_up(Arrangement& arrangement, const Changes& changed, const Moment& moment) {
  std::vector<const rooms::UserRoom*> active;
  for (const ChangedRooms::ChangedRoom& one : changed) {
    const rooms::UserRoom* room = moment.rooms->find(one.room);
    if (one.has_event && room->membership == rooms::Membership::join) active.push_back(room);
  }
  std::ranges::sort(active, {}, [this](const rooms::UserRoom* room) { return activity(*room); });
  for (auto& [name, list] : arrangement.lists) {
    std::vector<storage::RoomNumber>& order = list.second;
    for (const rooms::UserRoom* room : active) {
      const auto place = std::ranges::find(order, room->room);
      if (place != order.end()) std::rotate(order.begin(), place, std::next(place));
    }
  }
}

runtime::Task<> SlidingLists::make(SlidingConnection& connection, const SlidingRules& rules,
                                   const Moment& moment) {
  const bool with_tags =
      any_list(rules, [](const ListFilter& filter) { return filter.asks_for_tags(); });
  Arrangement made;
  made.newest_room = moment.newest;
  made.facts = co_await load_facts(connection.key().user, with_tags);
  made.facts.bytes = bytes_of(made.facts);
  Making making{.facts = made.facts, .user_rooms = *moment.rooms, .rooms = {}};
  std::vector<std::pair<storage::StreamPosition, const rooms::UserRoom*>> by_activity;
  co_await read_ahead(connection, *moment.rooms);
  for (const rooms::UserRoom& room : *moment.rooms) {
    const bool is_in = room.membership == rooms::Membership::join;
    if (is_in || co_await is_eligible(connection, room)) {
      by_activity.emplace_back(activity(room), &room);
    }
  }
  std::ranges::sort(by_activity, [](const auto& left, const auto& right) {
    return left.first != right.first ? left.first > right.first
                                     : left.second->room > right.second->room;
  });
  for (const auto& [position, room] : by_activity) making.rooms.push_back(room);
  for (const auto& [name, list] : rules.lists) {
    made.lists.emplace(name, std::pair(list.filter, co_await filter(making, list.filter)));
  }
  made.version = ++makings_;
  connection.arrangement() = std::move(made);
}

runtime::Task<PersonalFacts> SlidingLists::load_facts(protocol::UserId user, bool with_tags) {
  PersonalFacts facts{.direct = {}, .tags = {}, .has_tags = with_tags};
  const auto direct = co_await ports_.account_data.find(user, "", "m.direct");
  if (direct) facts.direct = direct_rooms(*direct);
  if (!with_tags) co_return facts;
  for (const accounts::AccountDataItem& item :
       co_await ports_.account_data.load_of_type(user, "m.tag")) {
    if (!item.room.empty()) facts.tags[item.room] = tags_in(item.content);
  }
  co_return facts;
}

// The member events that tell whether rooms are eligible, all at once.
runtime::Task<> SlidingLists::read_ahead(const SlidingConnection& connection,
                                         const rooms::UserRooms& rooms) {
  std::vector<storage::EventNumber> numbers;
  for (const rooms::UserRoom& room : rooms) {
    const bool is_asked = room.membership == rooms::Membership::invite ||
                          (rooms::is_outside(room.membership) && !room.forgotten &&
                           connection.find(room.room) == nullptr);
    if (is_asked) numbers.push_back(room.event);
  }
  if (!numbers.empty()) (void)co_await ports_.rooms.events().get(std::move(numbers));
}

// Of a room that the user is not joined to.
runtime::Task<bool> SlidingLists::is_eligible(const SlidingConnection& connection,
                                              rooms::UserRoom room) {
  if (room.membership == rooms::Membership::knock) co_return true;
  if (room.membership == rooms::Membership::invite) {
    const rooms::CachedEventPtr own = co_await ports_.rooms.events().get(room.event);
    co_return !co_await ports_.visible.ignores(connection.key().user, own->event->sender());
  }
  // That a room is left is told to a client that has it, even when it was forgotten since.
  const ToldRoom* told = connection.find(room.room);
  if (told != nullptr && told->told.value != 0 && !rooms::is_outside(told->membership))
    co_return true;
  if (room.forgotten) co_return false;
  co_return co_await is_thrown_out(std::move(room));
}

runtime::Task<bool> SlidingLists::is_thrown_out(rooms::UserRoom room) {
  const rooms::CachedEventPtr own = co_await ports_.rooms.events().get(room.event);
  if (own->event->state_key() == own->event->sender().text()) co_return false;
  co_return co_await rooms::find_end_of_stay(ports_.rooms.events(), room.event, kMostSteps) !=
      nullptr;
}

runtime::Task<std::unordered_set<std::string>> SlidingLists::load_children(
    const rooms::UserRooms& user_rooms, std::vector<std::string> spaces) {
  std::unordered_set<std::string> children;
  for (const std::string& name : spaces) {
    const auto id = protocol::RoomId::parse(name);
    const auto number = id ? ports_.rooms.find_number(*id) : std::nullopt;
    const rooms::UserRoom* space = number ? user_rooms.find(*number) : nullptr;
    if (space == nullptr || space->membership != rooms::Membership::join) continue;
    const rooms::RoomPtr room = co_await ports_.rooms.get(*number);
    const auto entries = room->state_entries("m.space.child");
    std::vector<storage::EventNumber> numbers;
    for (const storage::StateEntry& entry : entries) numbers.push_back(entry.event);
    const auto events = co_await ports_.rooms.events().get(std::move(numbers));
    for (const rooms::CachedEventPtr& event : events) {
      // A child without `via` is none any more.
      const base::JsonArray* via = base::find_array(event->event->content(), "via");
      if (via != nullptr && !via->empty()) children.insert(*event->event->state_key());
    }
  }
  co_return children;
}

runtime::Task<std::vector<storage::RoomNumber>> SlidingLists::filter(const Making& making,
                                                                     ListFilter wanted) {
  std::unordered_set<std::string> children;
  if (wanted.spaces) children = co_await load_children(making.user_rooms, *wanted.spaces);
  std::vector<storage::RoomNumber> passing;
  std::size_t looked_at = 0;
  for (const rooms::UserRoom* room : making.rooms) {
    if (++looked_at % kRoomsATurn == 0) co_await runtime::yield_now();
    if (wanted.spaces && !children.contains(room->id.text())) continue;
    if (!co_await passes(making, wanted, *room)) continue;
    passing.push_back(room->room);
  }
  co_return passing;
}

runtime::Task<bool> SlidingLists::passes(const Making& making, const ListFilter& wanted,
                                         rooms::UserRoom room) {
  const std::string& id = room.id.text();
  if (wanted.is_invited && *wanted.is_invited != (room.membership == rooms::Membership::invite)) {
    co_return false;
  }
  if (wanted.is_dm && *wanted.is_dm != making.facts.direct.contains(id)) co_return false;
  if (wanted.asks_for_tags()) {
    const auto tags = making.facts.tags.find(id);
    const auto has_any = [&](const std::vector<std::string>& names) {
      return tags != making.facts.tags.end() &&
             std::ranges::any_of(
                 names, [&](const std::string& name) { return tags->second.contains(name); });
    };
    if (wanted.not_tags && has_any(*wanted.not_tags)) co_return false;
    if (wanted.tags && !has_any(*wanted.tags)) co_return false;
  }
  if (!wanted.asks_for_traits()) co_return true;
  RoomTraits::Traits traits = co_await ports_.traits.get(room.room);
  if (wanted.is_encrypted && rooms::is_outside(room.membership)) {
    // As it was when they were last in it. The row may have moved since: rooms are forgotten later.
    const rooms::CachedEventPtr own = co_await ports_.rooms.events().get(room.event);
    const auto encryption = co_await storage::find_state(
        ports_.rooms.state_nodes(), own->state_after, storage::StateKey("m.room.encryption", ""));
    traits.is_encrypted = encryption.has_value();
  }
  if (wanted.is_encrypted && *wanted.is_encrypted != traits.is_encrypted) co_return false;
  const auto has_type = [&](const auto& types) {
    return std::ranges::find(types, traits.type) != types.end();
  };
  if (wanted.not_room_types && has_type(*wanted.not_room_types)) co_return false;
  co_return !wanted.room_types || has_type(*wanted.room_types);
}

}  // namespace chancery::sync
