// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/room_removal.hpp"

#include "base/log.hpp"
#include "domain/admin/acting.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"

#include <algorithm>

namespace chancery::admin {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kEventsAChange = 1'000;
constexpr std::size_t kIdLength = 16;

// Its people, for whose devices are away.
storage::NoteRemovedStays note_stays(const rooms::Room& room, base::Timestamp at) {
  using Stay = storage::NoteRemovedStays::Stay;
  storage::NoteRemovedStays note{.room = room.number(), .id = room.id(), .at = at, .stays = {}};
  for (rooms::Member& member : room.members()) {
    const auto end = rooms::is_outside(member.membership) ? Stay::End::before : Stay::End::now;
    note.stays.push_back({.user = std::move(member.user), .event = member.event, .end = end});
  }
  return note;
}

// Raises a flag that was lowered, unless told to let it be; also when what comes between fails.
class RaiseAgain {
 public:
  explicit RaiseAgain(std::atomic<bool>& flag) : flag_(&flag) {}
  ~RaiseAgain() {
    if (flag_ != nullptr) *flag_ = true;
  }
  RaiseAgain(const RaiseAgain&) = delete;
  RaiseAgain& operator=(const RaiseAgain&) = delete;
  void let_be() { flag_ = nullptr; }

 private:
  std::atomic<bool>* flag_;
};

}  // namespace

runtime::Task<RoomRemoval::RunningPtr> RoomRemoval::start(const RemovalRequest& request) {
  const auto& user = request.new_room_user;
  if (user && user->server_name() != ports_.write.server.text()) {
    throw ApiError(ErrorCode::invalid_param,
                   "The new room must be made by somebody of this server");
  }
  if (user) {
    const storage::StoredAccount account = co_await ports_.accounts.get(*user);
    if (accounts::to_policy(account.standing) != policy::Standing::good) {
      throw ApiError(ErrorCode::forbidden, "The account is suspended, locked or has ended");
    }
  }
  const bool is_known = ports_.write.rooms.find_number(request.room).has_value();
  if (!is_known && request.block == RemovalRequest::Block::no) {
    throw ApiError(ErrorCode::not_found, "There is no such room");
  }
  RemovalStatus status;
  status.room = request.room;
  co_return acts_.begin(std::move(status));
}

std::vector<RemovalStatus> RoomRemoval::find_of(const protocol::RoomId& room) const {
  return acts_.find_all([&room](const RemovalStatus& status) { return status.room == room; });
}

runtime::Task<RemovalStatus> RoomRemoval::remove(accounts::Session by, RemovalRequest request) {
  const RunningPtr running = co_await start(request);
  co_await acts_.run(running, run(std::move(by), std::move(request), running));
  co_return running->copy();
}

runtime::Task<std::string> RoomRemoval::begin(accounts::Session by, RemovalRequest request) {
  const RunningPtr running = co_await start(request);
  acts_.spawn(running, run(std::move(by), std::move(request), running));
  co_return running->copy().id;
}

runtime::Task<> RoomRemoval::run(accounts::Session by, RemovalRequest request, RunningPtr running) {
  const runtime::Turnstile::Turn turn = co_await one_at_a_time_.enter();
  if (request.block == RemovalRequest::Block::yes) {
    co_await set_blocked(by, request.room, RemovalRequest::Block::yes);
  }
  const rooms::RoomPtr room = co_await ports_.write.rooms.find(request.room);
  if (!room) co_return;
  co_await shut_down(by, request, room, running);
  if (request.purge == RemovalRequest::Purge::no) co_return;
  const bool is_empty =
      running->look([](const RemovalStatus& status) { return status.not_removed.empty(); });
  if (!is_empty && request.purge != RemovalRequest::Purge::always) {
    throw ApiError(ErrorCode::unknown, "Some members could not be taken out of the room");
  }
  running->change([](RemovalStatus& status) { status.is_purging = true; });
  co_await purge(std::move(by), room);
}

runtime::Task<> RoomRemoval::shut_down(accounts::Session by, const RemovalRequest& request,
                                       rooms::RoomPtr room, RunningPtr running) {
  co_await ports_.commits.record(act_of(by, "room.shut_down", room->id().text()));
  if (request.new_room_user) {
    protocol::RoomId made = co_await make_new_room(request);
    running->change([&](RemovalStatus& status) { status.new_room = std::move(made); });
  }
  co_await take_out(request, room, running);
  storage::Change change;
  change.mutations.emplace_back(storage::SetRoomVisibility{
      .room = room->number(), .shown = storage::SetRoomVisibility::Shown::no});
  co_await ports_.commits.commit(std::move(change), act_of(by, "room.hide", room->id().text()));
  if (request.new_room_user) co_await move_aliases(std::move(by), room, running);
}

runtime::Task<protocol::RoomId> RoomRemoval::make_new_room(const RemovalRequest& request) {
  rooms::RoomRequest wanted;
  wanted.preset = rooms::Preset::private_chat;
  wanted.name = request.room_name;
  // Only who made it may speak there.
  wanted.power_levels = base::JsonObject{{"users_default", -10}};
  const rooms::Actor maker = rooms::actor_of(co_await ports_.accounts.get(*request.new_room_user));
  const protocol::RoomId id = co_await ports_.creation.create(maker, std::move(wanted));
  co_await ports_.sending.send(maker,
                               {.room = id,
                                .type = "m.room.message",
                                .content = {{"msgtype", "m.text"}, {"body", request.message}},
                                .transaction = ports_.write.random.alphanumeric(kIdLength),
                                .sent_at = {}});
  co_return id;
}

runtime::Task<> RoomRemoval::take_out(const RemovalRequest& request, rooms::RoomPtr room,
                                      RunningPtr running) {
  const std::optional<protocol::RoomId> new_room = running->copy().new_room;
  for (const rooms::Member& member : room->members()) {
    if (member.membership == rooms::Membership::leave ||
        member.membership == rooms::Membership::ban) {
      continue;
    }
    if (member.user.server_name() != ports_.write.server.text()) continue;
    acts_.cancel_token().throw_if_cancelled();
    bool is_out = false;
    try {
      co_await ports_.members.leave(rooms::actor_taken_out(member.user), room->id(),
                                    "The room was closed");
      is_out = true;
      const bool follows = new_room && member.membership == rooms::Membership::join &&
                           member.user != request.new_room_user;
      if (follows) co_await bring_along(request, member.user, *new_room);
    } catch (const ApiError& refused) {  // one member must not keep the others in
      base::log_warn("room_member_not_moved", {{"reason", refused.reason()}});
    }
    running->change([&](RemovalStatus& status) {
      (is_out ? status.removed : status.not_removed).push_back(member.user);
    });
  }
}

// Whoever may not take part at the time is invited, and comes when they may.
runtime::Task<> RoomRemoval::bring_along(const RemovalRequest& request, protocol::UserId member,
                                         protocol::RoomId new_room) {
  const rooms::Actor maker = rooms::actor_of(co_await ports_.accounts.get(*request.new_room_user));
  rooms::Actor joining = rooms::actor_of(co_await ports_.accounts.get(member));
  co_await ports_.members.invite(maker, {.room = new_room, .user = member, .reason = {}});
  co_await ports_.members.join(std::move(joining), {.room = std::move(new_room), .reason = {}});
}

runtime::Task<> RoomRemoval::move_aliases(accounts::Session by, rooms::RoomPtr room,
                                          RunningPtr running) {
  const std::optional<protocol::RoomId> new_room = running->copy().new_room;
  if (!new_room) co_return;
  const auto number = ports_.write.rooms.find_number(*new_room);
  std::vector<protocol::RoomAlias> aliases = co_await ports_.aliases.load(room->number());
  if (!number || aliases.empty()) co_return;
  storage::Change change;
  for (const protocol::RoomAlias& alias : aliases) {
    change.mutations.emplace_back(
        storage::PutAlias{.alias = alias, .room = *number, .creator = by.user});
  }
  co_await ports_.commits.commit(std::move(change),
                                 act_of(by, "room.move_aliases", room->id().text()));
  running->change([&](RemovalStatus& status) { status.aliases = std::move(aliases); });
}

runtime::Task<> RoomRemoval::purge(accounts::Session by, rooms::RoomPtr room) {
  {
    // Whoever writes there has ended, and nobody begins.
    const runtime::Turnstile::Turn turn = co_await room->enter();
    storage::Change change;
    change.mutations.emplace_back(note_stays(*room, ports_.write.clock.now()));
    change.mutations.emplace_back(storage::RemoveRoom{room->number(), room->id()});
    has_leftovers_ = true;
    co_await ports_.commits.commit(std::move(change), act_of(by, "room.purge", room->id().text()));
  }
  co_await remove_events(room->number());
}

runtime::Task<> RoomRemoval::remove_events(storage::RoomNumber room) {
  while (true) {
    const auto removed = co_await ports_.write.rooms.store().load_removed_rooms();
    if (std::ranges::find(removed, room) == removed.end()) co_return;
    acts_.cancel_token().throw_if_cancelled();
    storage::Change change;
    change.mutations.emplace_back(storage::RemoveRoomEvents{room, kEventsAChange});
    co_await ports_.commits.keep_house(std::move(change));
  }
}

runtime::Task<> RoomRemoval::sweep() {
  // Lowered before the store is asked: a removal that begins meanwhile raises it again.
  if (!has_leftovers_.exchange(false)) co_return;
  RaiseAgain leftovers(has_leftovers_);
  const auto removed = co_await ports_.write.rooms.store().load_removed_rooms();
  if (removed.empty()) {
    leftovers.let_be();
    co_return;
  }
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveRoomEvents{removed.front(), kEventsAChange});
  co_await ports_.commits.keep_house(std::move(change));
}

runtime::Task<> RoomRemoval::set_blocked(accounts::Session by, protocol::RoomId room,
                                         RemovalRequest::Block block) {
  storage::Change change;
  const bool is_blocked = block == RemovalRequest::Block::yes;
  if (is_blocked) {
    change.mutations.emplace_back(storage::BlockRoom{room, by.user, ports_.write.clock.now()});
  } else {
    change.mutations.emplace_back(storage::UnblockRoom{room});
  }
  co_await ports_.commits.commit(
      std::move(change), act_of(by, is_blocked ? "room.block" : "room.unblock", room.text()));
}

}  // namespace chancery::admin
