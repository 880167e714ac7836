// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/upgraded_rooms.hpp"

#include "base/log.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace chancery::push {
namespace {

constexpr std::string_view kDirectType = "m.direct";

bool names(const base::JsonArray& listed, const protocol::RoomId& room) {
  return std::ranges::any_of(listed, [&](const base::Json& one) {
    return one.is_string() && std::string_view(one.get_string()) == room.text();
  });
}

}  // namespace

runtime::Task<std::optional<PushRules::Successor>> UpgradedRooms::find_predecessor(
    protocol::UserId user, protocol::RoomId made) {
  const rooms::RoomPtr room = co_await ports_.rooms.find(made);
  if (!room) co_return std::nullopt;
  const rooms::CachedEventPtr create = room->core()->create;
  const base::JsonObject* predecessor = base::find_object(create->event->content(), "predecessor");
  if (predecessor == nullptr) co_return std::nullopt;
  auto id = protocol::RoomId::parse(base::find_string(*predecessor, "room_id").value_or(""));
  if (!id) co_return std::nullopt;
  const rooms::RoomPtr old = co_await ports_.rooms.find(*id);
  if (!old || !old->find_member(user)) co_return std::nullopt;
  // Anyone may say that their room replaces another. Who made it knows; for the rest the old room
  // must say so too.
  if (create->event->sender() != user) {
    const storage::EventNumber number = old->find_state("m.room.tombstone", "");
    if (number.value == 0) co_return std::nullopt;
    const rooms::CachedEventPtr tombstone = co_await ports_.rooms.events().get(number);
    const auto replacement = base::find_string(tombstone->event->content(), "replacement_room");
    if (replacement != made.text()) co_return std::nullopt;
  }
  co_return PushRules::Successor{.old = *std::move(id), .made = std::move(made)};
}

runtime::Task<> UpgradedRooms::follow(accounts::Session session, protocol::RoomId made) {
  const auto rooms = co_await find_predecessor(session.user, std::move(made));
  if (!rooms) co_return;
  try {
    co_await ports_.rules.carry_over(session, *rooms);
    co_await carry_tags(session, *rooms);
    co_await carry_direct(session, *rooms);
  } catch (const protocol::ApiError& refused) {  // the person is in the room all the same
    base::log_info("settings_not_carried_over", {{"reason", refused.reason()}});
  }
}

runtime::Task<> UpgradedRooms::carry_tags(accounts::Session session, PushRules::Successor rooms) {
  const base::JsonObject tags =
      co_await ports_.account_data.load_tags(session.user, rooms.old.text());
  if (tags.empty()) co_return;
  const base::JsonObject known =
      co_await ports_.account_data.load_tags(session.user, rooms.made.text());
  for (const auto& [name, content] : tags) {
    if (known.contains(name) || !content.is_object()) continue;
    co_await ports_.account_data.put_tag(session, rooms.made.text(), std::string(name),
                                         content.get_object());
  }
}

runtime::Task<> UpgradedRooms::carry_direct(accounts::Session session, PushRules::Successor rooms) {
  const auto text = co_await ports_.account_data.find(session.user, "", std::string(kDirectType));
  if (!text) co_return;
  auto parsed = base::parse_json(*text);
  if (!parsed || !parsed->is_object()) co_return;
  bool changes = false;
  for (auto& [user, listed] : parsed->get_object()) {
    base::JsonArray* direct = listed.if_array();
    if (direct == nullptr || !names(*direct, rooms.old) || names(*direct, rooms.made)) continue;
    direct->emplace_back(rooms.made.text());
    changes = true;
  }
  if (!changes) co_return;
  co_await ports_.account_data.put(session, "", std::string(kDirectType), base::to_text(*parsed));
}

}  // namespace chancery::push
