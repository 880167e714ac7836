// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/memberships.hpp"

#include "domain/rooms/member_trail.hpp"
#include "storage/commit/change.hpp"

#include <algorithm>
#include <mutex>
#include <variant>

namespace chancery::rooms {
namespace {

UserRoom to_user_room(const storage::StoredMembership& row) {
  return {.room = row.room,
          .id = row.room_id,
          .membership = find_membership(row.membership).value_or(Membership::leave),
          .event = row.event,
          .position = row.position,
          .forgotten = row.forgotten};
}

}  // namespace

runtime::Task<> Memberships::load() {
  const std::vector<storage::StoredMembership> rows =
      co_await ports_.store.load_current_memberships();
  std::unordered_map<protocol::UserId, std::vector<UserRoom>> by_user;
  const std::unique_lock lock(mutex_);
  for (const storage::StoredMembership& row : rows) {
    by_user[row.user].push_back(to_user_room(row));  // rows come by room number
    OfUser& of_user = by_user_[row.user];
    of_user.newest = std::max(of_user.newest, row.position);
    ids_.try_emplace(row.room, row.room_id);
    if (row.membership == "join") joined_[row.room].insert(row.user);
  }
  for (auto& [user, of_user] : by_user) {
    by_user_[user].rooms = std::make_shared<UserRooms>(UserRooms::from(std::move(of_user)));
  }
}

void Memberships::apply(const storage::CommittedChange& change) {
  for (const storage::Mutation& mutation : change.change.mutations) {
    if (const auto* created = std::get_if<storage::CreateRoom>(&mutation)) {
      const std::unique_lock lock(mutex_);
      ids_.try_emplace(created->number, created->room);
    } else if (const auto* append = std::get_if<storage::AppendEvent>(&mutation)) {
      // A room that all had left when the server started: somebody comes back, or is invited.
      if (append->event->type() != "m.room.member") continue;
      const std::unique_lock lock(mutex_);
      ids_.try_emplace(append->room, append->event->room());
    } else if (const auto* removed = std::get_if<storage::RemoveRoom>(&mutation)) {
      remove_room(removed->number, change.position);
    } else if (const auto* row = std::get_if<storage::SetMembership>(&mutation)) {
      set({.room = row->room,
           .id = {},
           .membership = find_membership(row->membership).value_or(Membership::leave),
           .event = row->event,
           .position = change.position,
           .forgotten = row->forgotten == storage::SetMembership::Forgotten::yes},
          row->user);
    }
  }
}

// Seldom, and then everyone is looked at.
void Memberships::remove_room(storage::RoomNumber room, storage::StreamPosition position) {
  const std::unique_lock lock(mutex_);
  removed_.insert(room);
  if (const auto joined = joined_.find(room); joined != joined_.end()) {
    for (const protocol::UserId& user : joined->second) {
      note_move({position, room, user, Move::Way::out});
    }
    joined_.erase(joined);
  }
  for (auto& [user, of_user] : by_user_) {
    if (of_user.rooms->find(room) == nullptr) continue;
    of_user.rooms = std::make_shared<UserRooms>(of_user.rooms->without(room));
    of_user.newest = std::max(of_user.newest, position);
  }
}

void Memberships::set(UserRoom row, const protocol::UserId& user) {
  const std::unique_lock lock(mutex_);
  if (const auto id = ids_.find(row.room); id != ids_.end()) row.id = id->second;
  if (row.membership == Membership::join) {
    const bool is_new = joined_[row.room].insert(user).second;
    if (is_new) note_move({row.position, row.room, user, Move::Way::in});
  } else if (const auto joined = joined_.find(row.room); joined != joined_.end()) {
    const bool was_in = joined->second.erase(user) > 0;
    if (was_in) note_move({row.position, row.room, user, Move::Way::out});
  }
  OfUser& of_user = by_user_[user];
  of_user.newest = std::max(of_user.newest, row.position);
  of_user.rooms = std::make_shared<UserRooms>(of_user.rooms->with(std::move(row)));
}

void Memberships::note_move(Move move) {
  newest_move_ = move.position.value;
  moves_.push_back(std::move(move));
  if (moves_.size() <= kMostMoves) return;
  moves_after_ = moves_.front().position;
  while (!moves_.empty() && moves_.front().position <= moves_after_) moves_.pop_front();
}

runtime::Task<std::vector<Memberships::Move>> Memberships::load_moves(
    protocol::UserId viewer, storage::StreamPosition after, storage::StreamPosition until) {
  std::vector<Move> moves;
  {
    const std::shared_lock lock(mutex_);
    if (after >= moves_after_) {
      auto move = std::ranges::upper_bound(moves_, after, {}, &Move::position);
      for (; move != moves_.end() && move->position <= until; ++move) moves.push_back(*move);
      co_return moves;
    }
  }
  // The store knows what became of each, not what it was before: a rename counts as a join.
  const auto rows = co_await ports_.store.load_memberships_changed(std::move(viewer), after, until);
  for (const storage::StoredMembership& row : rows) {
    Move move{row.position, row.room, row.user, Move::Way::in};
    if (find_membership(row.membership) != Membership::join) {
      move.way = Move::Way::out;
      move.may_be_of = row.event;
    }
    moves.push_back(std::move(move));
  }
  co_return moves;
}

runtime::Task<bool> Memberships::took_out(Move move, storage::StreamPosition after) {
  if (move.way == Move::Way::in) co_return false;
  if (move.may_be_of.value == 0) co_return true;
  co_return co_await has_been_inside(ports_.events, move.may_be_of, after);
}

runtime::Task<Memberships::CompanyChanges> Memberships::load_company_changes(
    protocol::UserId user, storage::StreamPosition after, storage::StreamPosition until) {
  CompanyChanges changes;
  if (!may_have_moved(after)) co_return changes;
  const std::vector<Move> moves = co_await load_moves(user, after, until);
  // Where they are, or were. Of rooms that they were only invited to they are told nobody.
  std::unordered_set<storage::RoomNumber> own_rooms;
  for (const Move& move : moves) {
    if (move.user != user || own_rooms.contains(move.room)) continue;
    if (is_joined(move.room, user) || co_await took_out(move, after)) own_rooms.insert(move.room);
  }
  for (const Move& move : moves) {
    const bool is_inside = is_joined(move.room, user);
    if (!is_inside && !own_rooms.contains(move.room)) continue;
    if (move.user != user) {
      const bool shares = share_room(user, move.user);
      if (!shares && !changes.gone.contains(move.user) && co_await took_out(move, after)) {
        changes.gone.insert(move.user);
      }
      if (shares && is_inside && move.way == Move::Way::in) {
        changes.came.insert(move.user);
        changes.entered.insert(move.user);
      }
      continue;
    }
    for (const protocol::UserId& member : joined_members(move.room)) {
      if (member == user) continue;
      if (is_inside)
        changes.came.insert(member);
      else if (!share_room(user, member))
        changes.gone.insert(member);
    }
  }
  co_return changes;
}

CurrentRooms Memberships::current_rooms(const protocol::UserId& user) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_user_.find(user);
  return CurrentRooms(found == by_user_.end() ? std::make_shared<UserRooms>()
                                              : found->second.rooms);
}

runtime::Task<std::shared_ptr<const UserRooms>> Memberships::all_rooms(protocol::UserId user) {
  KnownRooms known = co_await all_known_rooms(std::move(user));
  co_return std::move(known.rooms);
}

std::optional<Memberships::KnownRooms> Memberships::find_known_rooms(
    const protocol::UserId& user) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_user_.find(user);
  if (found == by_user_.end() || !found->second.complete) return std::nullopt;
  return KnownRooms{.rooms = found->second.rooms, .newest = found->second.newest};
}

runtime::Task<Memberships::KnownRooms> Memberships::all_known_rooms(protocol::UserId user) {
  if (auto known = find_known_rooms(user)) co_return *std::move(known);
  const std::vector<storage::StoredMembership> rows =
      co_await ports_.store.load_memberships_of(user);
  const std::unique_lock lock(mutex_);
  OfUser& of_user = by_user_[user];
  if (of_user.complete) co_return KnownRooms{.rooms = of_user.rooms, .newest = of_user.newest};
  std::vector<UserRoom> read;
  for (const storage::StoredMembership& row : rows) {
    if (removed_.contains(row.room)) continue;  // since the rows were read
    read.push_back(to_user_room(row));
    of_user.newest = std::max(of_user.newest, row.position);
    ids_.try_emplace(row.room, row.room_id);
  }
  UserRooms complete = UserRooms::from(std::move(read));
  // What was told by the feed since the rows were read is newer than they are.
  for (const UserRoom& known : *of_user.rooms) {
    const UserRoom* row = complete.find(known.room);
    if (row != nullptr && row->position >= known.position) continue;
    UserRoom newer = known;
    newer.id = ids_[known.room];
    complete = complete.with(std::move(newer));
  }
  of_user.rooms = std::make_shared<UserRooms>(std::move(complete));
  of_user.complete = true;
  co_return KnownRooms{.rooms = of_user.rooms, .newest = of_user.newest};
}

bool Memberships::is_joined(storage::RoomNumber room, const protocol::UserId& user) const {
  const std::shared_lock lock(mutex_);
  const auto joined = joined_.find(room);
  return joined != joined_.end() && joined->second.contains(user);
}

std::vector<protocol::UserId> Memberships::joined_members(storage::RoomNumber room) const {
  const std::shared_lock lock(mutex_);
  const auto joined = joined_.find(room);
  if (joined == joined_.end()) return {};
  return {joined->second.begin(), joined->second.end()};
}

std::size_t Memberships::count_joined(storage::RoomNumber room) const {
  const std::shared_lock lock(mutex_);
  const auto joined = joined_.find(room);
  return joined == joined_.end() ? 0 : joined->second.size();
}

void Memberships::look_at_joined(storage::RoomNumber room,
                                 const std::function<void(const JoinedUsers&)>& look) const {
  const std::shared_lock lock(mutex_);
  const auto joined = joined_.find(room);
  if (joined != joined_.end()) look(joined->second);
}

bool Memberships::share_room(const protocol::UserId& left, const protocol::UserId& right) const {
  if (left == right) return true;
  const std::shared_lock lock(mutex_);
  const auto of_left = by_user_.find(left);
  const auto of_right = by_user_.find(right);
  if (of_left == by_user_.end() || of_right == by_user_.end()) return false;
  const UserRooms& rooms_of_left = *of_left->second.rooms;
  const UserRooms& rooms_of_right = *of_right->second.rooms;
  // The one with fewer rooms is looked through, who may be a stranger to someone in thousands.
  const bool is_left = rooms_of_left.size() <= rooms_of_right.size();
  const protocol::UserId& other = is_left ? right : left;
  return std::ranges::any_of(is_left ? rooms_of_left : rooms_of_right, [&](const UserRoom& room) {
    if (room.membership != Membership::join) return false;
    const auto joined = joined_.find(room.room);
    return joined != joined_.end() && joined->second.contains(other);
  });
}

std::vector<UserRoom> Memberships::mutual_rooms(const protocol::UserId& left,
                                                const protocol::UserId& right) const {
  std::vector<UserRoom> mutual;
  const CurrentRooms rooms = current_rooms(left);
  for (const UserRoom& room : rooms) {
    if (room.membership == Membership::join && is_joined(room.room, right)) mutual.push_back(room);
  }
  return mutual;
}

std::unordered_set<protocol::UserId> Memberships::users_sharing_with(
    const protocol::UserId& user) const {
  std::unordered_set<protocol::UserId> sharing;
  const std::shared_lock lock(mutex_);
  const auto of_user = by_user_.find(user);
  if (of_user == by_user_.end()) return sharing;
  for (const UserRoom& room : *of_user->second.rooms) {
    if (room.membership != Membership::join) continue;
    const auto joined = joined_.find(room.room);
    if (joined != joined_.end()) sharing.insert(joined->second.begin(), joined->second.end());
  }
  return sharing;
}

}  // namespace chancery::rooms
