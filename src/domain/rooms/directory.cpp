// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/directory.hpp"

#include "base/parse_number.hpp"
#include "domain/rooms/composition.hpp"
#include "domain/rooms/discovery.hpp"
#include "domain/rooms/restricted_join.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kMostRoomsAPage = 500;

char to_lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::optional<std::string> text_in(const CachedEventPtr& event, std::string_view key) {
  if (!event) return std::nullopt;
  const auto text = base::find_string(event->event->content(), key);
  if (!text || text->empty()) return std::nullopt;
  return std::string(*text);
}

std::vector<protocol::RoomId> allowed_rooms(const CachedEventPtr& join_rules) {
  if (!join_rules) return {};
  const base::JsonObject& content = join_rules->event->content();
  const std::string_view rule = base::find_string(content, "join_rule").value_or("");
  if (rule != "restricted" && rule != "knock_restricted") return {};
  return find_allowed_rooms(content);
}

bool matches(const ShownRoom& room, const DirectoryQuery& query) {
  if (query.room_types && std::ranges::find(*query.room_types, room.room_type.value_or("")) ==
                              query.room_types->end()) {
    return false;
  }
  if (query.search_term.empty()) return true;
  return std::ranges::any_of(
      std::vector{&room.name, &room.topic, &room.canonical_alias},
      [&](const auto* text) { return *text && contains_term(**text, query.search_term); });
}

// The same whether there is such a room or not.
[[noreturn]] void refuse_entry() {
  throw ApiError(ErrorCode::forbidden, "You may not change the directory's entry of this room");
}

}  // namespace

bool contains_term(std::string_view text, std::string_view term) {
  return !std::ranges::search(text, term, {}, to_lower, to_lower).empty() || term.empty();
}

runtime::Task<ShownRoom> describe_shown(Rooms& rooms, RoomPtr room) {
  const std::shared_ptr<const CoreState> core = room->core();
  ShownRoom shown{
      .id = room->id(),
      .version = std::string(room->version().name),
      .room_type = text_in(core->create, "type"),
      .allowed_ids = allowed_rooms(core->join_rules),
      .join_rule = text_in(core->join_rules, "join_rule").value_or("invite"),
      .joined_members = room->count_members().joined,
      .world_readable = text_in(core->history_visibility, "history_visibility") == "world_readable",
      .guest_can_join = text_in(core->guest_access, "guest_access") == "can_join"};
  struct Field {
    std::string_view type;
    std::string_view key;
    std::optional<std::string>* text;
  };
  for (const Field& field :
       {Field{"m.room.name", "name", &shown.name}, Field{"m.room.topic", "topic", &shown.topic},
        Field{"m.room.canonical_alias", "alias", &shown.canonical_alias},
        Field{"m.room.avatar", "url", &shown.avatar_url},
        Field{"m.room.encryption", "algorithm", &shown.encryption}}) {
    const storage::EventNumber event = room->find_state(field.type, "");
    if (event.value == 0) continue;
    *field.text = text_in(co_await rooms.events().get(event), field.key);
  }
  co_return shown;
}

std::string network_instance(std::string_view service, std::string_view network) {
  // COMPAT: clients remember it, and other servers write it so too.
  return fmt::format("{}|{}", service, network);
}

runtime::Task<std::vector<storage::RoomNumber>> Directory::load_rooms(const DirectoryQuery& query) {
  using Networks = DirectoryQuery::Networks;
  if (query.networks == Networks::one) {
    const std::size_t bar = query.instance.find('|');
    if (bar == std::string::npos) co_return std::vector<storage::RoomNumber>{};
    co_return co_await store_.load_network_rooms(query.instance.substr(0, bar),
                                                 query.instance.substr(bar + 1));
  }
  std::vector<storage::RoomNumber> rooms = co_await store_.load_shown_rooms();
  if (query.networks == Networks::own) co_return rooms;
  const auto others = co_await store_.load_all_network_rooms();
  rooms.insert(rooms.end(), others.begin(), others.end());
  std::ranges::sort(rooms, {}, &storage::RoomNumber::value);
  const auto repeated = std::ranges::unique(rooms);
  rooms.erase(repeated.begin(), repeated.end());
  co_return rooms;
}

Directory::ShownRoomPtr Directory::find_described(storage::RoomNumber number) {
  const std::lock_guard lock(mutex_);
  const auto known = described_.find(number);
  const bool is_current =
      known != described_.end() && known->second.at == ports_.rooms.last_position(number);
  return is_current ? known->second.room : nullptr;
}

// Whatever a room shows comes of its events: while it has none newer, it need not be loaded again,
// which is a lot of work to do for everyone who looks at the list, signed in or not. Rooms that
// were removed are passed over.
runtime::Task<std::vector<Directory::ShownRoomPtr>> Directory::describe_all(
    std::vector<storage::RoomNumber> numbers) {
  std::vector<ShownRoomPtr> rooms;
  rooms.reserve(numbers.size());
  std::optional<runtime::Turnstile::Turn> turn;
  for (const storage::RoomNumber number : numbers) {
    if (!ports_.rooms.find_id(number)) continue;
    ShownRoomPtr shown = find_described(number);
    if (!shown && !turn) {
      // One reader at a time does the work; the others find it done.
      turn.emplace(co_await describing_.enter());
      shown = find_described(number);
    }
    if (!shown) {
      const storage::StreamPosition at = ports_.rooms.last_position(number);
      const RoomPtr room = co_await ports_.rooms.find(number);
      if (!room) continue;
      shown = std::make_shared<const ShownRoom>(co_await describe_shown(ports_.rooms, room));
      const std::lock_guard lock(mutex_);
      described_.insert_or_assign(number, Described{.at = at, .room = shown});
    }
    rooms.push_back(std::move(shown));
  }
  forget_others(numbers);
  co_return rooms;
}

// What is not shown any more need not be kept; a list of one network says little about others.
void Directory::forget_others(const std::vector<storage::RoomNumber>& numbers) {
  constexpr std::size_t kSpare = 1'000;
  const std::lock_guard lock(mutex_);
  if (described_.size() <= 2 * numbers.size() + kSpare) return;
  const std::unordered_set<storage::RoomNumber> shown(numbers.begin(), numbers.end());
  std::erase_if(described_, [&](const auto& entry) { return !shown.contains(entry.first); });
}

runtime::Task<DirectoryPage> Directory::search(DirectoryQuery query) {
  const auto start = base::parse_number<std::size_t>(query.since.empty() ? "0" : query.since);
  if (!start) throw ApiError(ErrorCode::invalid_param, "The batch token is none of ours");
  std::vector<ShownRoomPtr> found = co_await describe_all(co_await load_rooms(query));
  std::erase_if(found, [&](const ShownRoomPtr& room) { return !matches(*room, query); });
  std::ranges::sort(found, [](const ShownRoomPtr& left, const ShownRoomPtr& right) {
    if (left->joined_members != right->joined_members) {
      return left->joined_members > right->joined_members;
    }
    return left->id < right->id;
  });
  const std::size_t limit =
      std::clamp<std::size_t>(query.limit.value_or(kMostRoomsAPage), 1, kMostRoomsAPage);
  DirectoryPage page{.rooms = {}, .next = {}, .previous = {}, .total = found.size()};
  const std::size_t first = std::min(*start, found.size());
  const std::size_t last = std::min(first + limit, found.size());
  for (std::size_t i = first; i < last; ++i) page.rooms.push_back(*found[i]);
  if (last < found.size()) page.next = std::to_string(last);
  if (first > 0) page.previous = std::to_string(first - std::min(first, limit));
  co_return page;
}

runtime::Task<bool> Directory::is_shown(protocol::RoomId room) {
  const std::optional<storage::RoomNumber> number = ports_.rooms.find_number(room);
  if (!number) throw ApiError(ErrorCode::not_found, "There is no such room");
  const std::vector<storage::RoomNumber> shown = co_await store_.load_shown_rooms();
  co_return std::ranges::find(shown, *number) != shown.end();
}

runtime::Task<bool> Directory::is_shown_to(std::optional<protocol::UserId> user,
                                           protocol::RoomId id) {
  if (co_await is_shown(id)) co_return true;
  const RoomPtr room = co_await ports_.rooms.find(std::move(id));
  if (!room || !may_discover(ports_.rooms, *room, user)) {
    throw ApiError(ErrorCode::not_found, "There is no such room");
  }
  co_return false;
}

runtime::Task<> Directory::set_shown(Actor actor, protocol::RoomId id, Shown shown) {
  const RoomPtr room = co_await ports_.rooms.find(std::move(id));
  const bool is_owner = actor.subject.role == policy::Role::owner;
  if (!room && is_owner) throw ApiError(ErrorCode::not_found, "There is no such room");
  if (!room) refuse_entry();
  const std::shared_ptr<const CoreState> core = room->core();
  const protocol::PowerLevels power{
      .create = core->create->event.get(),
      .power_levels = core->power_levels ? core->power_levels->event.get() : nullptr};
  const std::optional<Member> member = room->find_member(actor.user);
  const bool may = member && member->membership == Membership::join &&
                   power.of(actor.user) >= power.needed_to_send("m.room.canonical_alias", true);
  if (!may && !is_owner) refuse_entry();
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireRoomPresent{room->number()});
  change.mutations.emplace_back(storage::SetRoomVisibility{
      .room = room->number(),
      .shown = shown == Shown::yes ? storage::SetRoomVisibility::Shown::yes
                                   : storage::SetRoomVisibility::Shown::no});
  change.audit = ports_.recorder.record({.who = actor.user.text(),
                                         .device = actor.device.text(),
                                         .act = shown == Shown::yes ? "room.show" : "room.hide",
                                         .object = room->id().text(),
                                         .context = room->id().text(),
                                         .rule = may ? "power" : "owner"});
  co_await commit(std::move(change));
}

runtime::Task<> Directory::set_shown_on_network(Actor actor, std::string network,
                                                protocol::RoomId id, Shown shown) {
  constexpr std::size_t kMostNetworkBytes = 255;
  if (actor.service.empty()) {
    throw ApiError(ErrorCode::forbidden, "This is for application services");
  }
  if (network.size() > kMostNetworkBytes) {
    throw ApiError(ErrorCode::invalid_param, "The id of a network may have at most 255 bytes");
  }
  const RoomPtr room = co_await ports_.rooms.find(std::move(id));
  if (!room) throw ApiError(ErrorCode::not_found, "There is no such room");
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireRoomPresent{room->number()});
  change.mutations.emplace_back(storage::SetNetworkVisibility{
      .service = actor.service,
      .network = network,
      .room = room->number(),
      .shown = shown == Shown::yes ? storage::SetRoomVisibility::Shown::yes
                                   : storage::SetRoomVisibility::Shown::no});
  change.audit = ports_.recorder.record(
      {.who = actor.user.text(),
       .device = actor.device.text(),
       .act = shown == Shown::yes ? "room.show_on_network" : "room.hide_on_network",
       .object = std::move(network),
       .context = room->id().text(),
       .rule = "appservice"});
  co_await commit(std::move(change));
}

runtime::Task<> Directory::commit(storage::Change change) {
  bool is_gone = false;
  try {
    co_await ports_.committer.commit(std::move(change));
  } catch (const storage::StorageConflict&) {  // the room was removed meanwhile
    is_gone = true;
  }
  if (is_gone) throw ApiError(ErrorCode::not_found, "There is no such room");
}

}  // namespace chancery::rooms
