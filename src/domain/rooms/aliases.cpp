// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/aliases.hpp"

#include "base/log.hpp"
#include "domain/rooms/composition.hpp"
#include "domain/rooms/sending.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kCanonicalAliasType = "m.room.canonical_alias";

// Every alias that the content of m.room.canonical_alias names.
std::vector<std::string> named_aliases(const base::JsonObject& content) {
  std::vector<std::string> named;
  if (const base::Json* alias = content.if_contains("alias"); alias && !alias->is_null()) {
    if (!alias->is_string()) throw ApiError(ErrorCode::invalid_param, "alias must be a string");
    if (!alias->get_string().empty()) named.emplace_back(alias->get_string());
  }
  if (const base::Json* others = content.if_contains("alt_aliases")) {
    if (!others->is_array()) {
      throw ApiError(ErrorCode::invalid_param, "alt_aliases must be a list");
    }
    for (const base::Json& other : others->get_array()) {
      if (!other.is_string()) {
        throw ApiError(ErrorCode::invalid_param, "alt_aliases must be a list of strings");
      }
      named.emplace_back(other.get_string());
    }
  }
  return named;
}

// As above, of what is in the room already and was checked, or came from elsewhere, before.
std::vector<std::string> known_aliases(const base::JsonObject* content) {
  std::vector<std::string> known;
  if (content == nullptr) return known;
  if (const auto alias = base::find_string(*content, "alias")) known.emplace_back(*alias);
  if (const base::JsonArray* others = base::find_array(*content, "alt_aliases")) {
    for (const base::Json& other : *others) {
      if (other.is_string()) known.emplace_back(other.get_string());
    }
  }
  return known;
}

// The content without `alias`; absent where it does not name it.
std::optional<base::JsonObject> without_alias(const base::JsonObject& content,
                                              std::string_view alias) {
  base::JsonObject changed = content;
  if (base::find_string(changed, "alias") == alias) changed.erase("alias");
  if (const base::JsonArray* others = base::find_array(content, "alt_aliases")) {
    base::JsonArray left;
    for (const base::Json& other : *others) {
      if (!other.is_string() || std::string_view(other.get_string()) != alias) {
        left.push_back(other);
      }
    }
    changed["alt_aliases"] = std::move(left);
  }
  if (changed == content) return std::nullopt;
  return changed;
}

}  // namespace

void require_usable(const WritePorts& ports, const Actor& actor, const protocol::RoomAlias& alias) {
  if (ports.alias_owners == nullptr || ports.alias_owners->may_use(alias, actor.service)) return;
  throw ApiError(ErrorCode::exclusive,
                 actor.service.empty() ? "This alias is kept for an application service"
                                       : "The alias is in no namespace of the application service");
}

runtime::Task<std::optional<storage::StoredAlias>> Aliases::find(protocol::RoomAlias alias) {
  co_return co_await store_.find_alias(std::move(alias));
}

runtime::Task<protocol::RoomId> Aliases::get_room_id(protocol::RoomAlias alias) {
  std::optional<storage::StoredAlias> found = co_await store_.find_alias(alias);
  if (!found && ports_.alias_owners != nullptr && is_ours(alias) &&
      co_await ports_.alias_owners->bring(alias)) {
    found = co_await store_.find_alias(std::move(alias));
  }
  if (!found) throw ApiError(ErrorCode::not_found, "There is no room of that alias");
  co_return ports_.rooms.get_id(found->room);
}

runtime::Task<std::vector<protocol::RoomAlias>> Aliases::load(storage::RoomNumber room) {
  std::vector<protocol::RoomAlias> aliases;
  for (storage::StoredAlias& row : co_await store_.load_aliases(room)) {
    aliases.push_back(std::move(row.alias));
  }
  co_return aliases;
}

runtime::Task<std::vector<protocol::RoomAlias>> Aliases::list(Actor actor, protocol::RoomId id) {
  const RoomPtr room = co_await get_room(ports_.rooms, std::move(id));
  const std::optional<Member> member = room->find_member(actor.user);
  const std::shared_ptr<const CoreState> core = room->core();
  const bool is_open =
      core->history_visibility && base::find_string(core->history_visibility->event->content(),
                                                    "history_visibility") == "world_readable";
  if (!is_open && (!member || member->membership != Membership::join)) {
    throw ApiError(ErrorCode::forbidden, "You are not in this room");
  }
  co_return co_await load(room->number());
}

bool Aliases::is_ours(const protocol::RoomAlias& alias) const {
  return alias.server_name() == ports_.server.text();
}

runtime::Task<> Aliases::create(Actor actor, protocol::RoomAlias alias, protocol::RoomId id) {
  if (!is_ours(alias)) {
    throw ApiError(ErrorCode::invalid_param, "The alias belongs to another server");
  }
  require_usable(ports_, actor, alias);
  const RoomPtr room = co_await get_room(ports_.rooms, std::move(id));
  const std::optional<Member> member = room->find_member(actor.user);
  if (!member || member->membership != Membership::join) {
    throw ApiError(ErrorCode::forbidden, "You are not in this room");
  }
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireRoomPresent{room->number()});
  change.preconditions.emplace_back(storage::RequireAliasAbsent{alias});
  change.mutations.emplace_back(
      storage::PutAlias{.alias = alias, .room = room->number(), .creator = actor.user});
  change.audit = ports_.recorder.record({.who = actor.user.text(),
                                         .device = actor.device.text(),
                                         .act = "room.create_alias",
                                         .object = alias.text(),
                                         .context = room->id().text(),
                                         .rule = "member"});
  bool is_taken = false;
  bool is_gone = false;
  try {
    co_await ports_.committer.commit(std::move(change));
  } catch (const storage::StorageConflict& conflict) {  // the answer to "is it free"
    is_gone = conflict.precondition == storage::RequireRoomPresent::kName;
    is_taken = !is_gone;
  }
  if (is_gone) throw ApiError(ErrorCode::not_found, "There is no such room");
  if (is_taken) {
    throw ApiError(ErrorCode::unknown, "The alias is taken").with_status(409);
  }
}

runtime::Task<> Aliases::remove(Actor actor, protocol::RoomAlias alias) {
  const std::optional<storage::StoredAlias> stored = co_await store_.find_alias(alias);
  if (!stored) throw ApiError(ErrorCode::not_found, "There is no such alias");
  require_usable(ports_, actor, alias);
  if (!co_await may_remove(actor, *stored)) {
    throw ApiError(ErrorCode::forbidden, "You may not remove this alias");
  }
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveAlias{alias});
  change.audit = ports_.recorder.record({.who = actor.user.text(),
                                         .device = actor.device.text(),
                                         .act = "room.remove_alias",
                                         .object = alias.text(),
                                         .context = ports_.rooms.get_id(stored->room).text(),
                                         .rule = "alias"});
  co_await ports_.committer.commit(std::move(change));
  co_await forget_canonical(actor, *stored);
}

runtime::Task<bool> Aliases::may_remove(const Actor& actor, const storage::StoredAlias& alias) {
  if (alias.creator == actor.user || actor.subject.role == policy::Role::owner) co_return true;
  const RoomPtr room = co_await ports_.rooms.get(alias.room);
  const std::optional<Member> member = room->find_member(actor.user);
  if (!member || member->membership != Membership::join) co_return false;
  const std::shared_ptr<const CoreState> core = room->core();
  const protocol::PowerLevels power{
      .create = core->create->event.get(),
      .power_levels = core->power_levels ? core->power_levels->event.get() : nullptr};
  co_return power.of(actor.user) >= power.needed_to_send(kCanonicalAliasType, true);
}

// The room's own event still names what no longer leads to it. Who may not change it has at least
// removed the alias.
runtime::Task<> Aliases::forget_canonical(const Actor& actor, const storage::StoredAlias& alias) {
  const RoomPtr room = co_await ports_.rooms.get(alias.room);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  Composition composition(ports_, actor, room);
  const CachedEventPtr event =
      co_await composition.find_state(std::string(kCanonicalAliasType), "");
  if (!event) co_return;
  std::optional<base::JsonObject> content =
      without_alias(event->event->content(), alias.alias.text());
  if (!content) co_return;
  try {
    co_await composition.append({.sender = actor.user,
                                 .type = std::string(kCanonicalAliasType),
                                 .state_key = "",
                                 .content = *std::move(content),
                                 .redacts = {},
                                 .sent_at = {},
                                 .transaction = {}});
  } catch (const ApiError& refused) {  // the alias is gone all the same
    base::log(base::LogLevel::debug, "canonical_alias_kept", {{"reason", refused.reason()}});
  }
  if (!composition.is_empty()) co_await composition.commit();
}

runtime::Task<> Aliases::check_canonical(storage::RoomNumber room, const base::JsonObject& content,
                                         const base::JsonObject* before) {
  const std::vector<std::string> known = known_aliases(before);
  for (const std::string& name : named_aliases(content)) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const auto alias = protocol::RoomAlias::parse(name);
    if (!alias) throw ApiError(ErrorCode::invalid_param, "Not an alias: " + alias.error().reason);
    const std::optional<storage::StoredAlias> stored = co_await store_.find_alias(*alias);
    if (!stored || stored->room != room) {
      throw ApiError(ErrorCode::bad_alias, "The alias does not point to this room");
    }
  }
}

}  // namespace chancery::rooms
