// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/room.hpp"

#include "protocol/policy_server.hpp"

#include <algorithm>
#include <utility>

namespace chancery::rooms {
namespace {

constexpr std::size_t kMostRecent = 128;
constexpr std::string_view kMemberType = "m.room.member";

}  // namespace

CoreSlot find_core_slot(std::string_view type) {
  if (type == "m.room.create") return &CoreState::create;
  if (type == "m.room.power_levels") return &CoreState::power_levels;
  if (type == "m.room.join_rules") return &CoreState::join_rules;
  if (type == "m.room.history_visibility") return &CoreState::history_visibility;
  if (type == "m.room.guest_access") return &CoreState::guest_access;
  if (type == protocol::kPolicyType) return &CoreState::policy;
  return nullptr;
}

std::size_t Room::StateKeyHash::operator()(const storage::StateKey& key) const noexcept {
  const std::hash<std::string_view> hash;
  return hash(key.first) * 31 + hash(key.second);
}

Room::Room(Start start)
    : number_(start.stored.number),
      id_(std::move(start.stored.id)),
      version_(start.version),
      head_{.state = start.stored.state,
            .depth = start.stored.depth,
            .forward_extremities = std::move(start.stored.forward_extremities),
            .last_position = start.stored.last_position},
      core_(std::make_shared<const CoreState>(std::move(start.core))),
      state_root_(start.stored.state),
      recent_after_(start.stored.last_position),
      state_before_(start.stored.state) {
  state_.reserve(start.state.size());
  for (storage::StateEntry& entry : start.state) {
    state_.emplace(std::move(entry.key), entry.event);
  }
  for (Member& member : start.members) {
    count(member.user, member.membership, 1);
    const protocol::UserId user = member.user;
    members_.emplace(user, std::move(member));
  }
}

RoomHead Room::head() const {
  const std::lock_guard lock(mutex_);
  return head_;
}

storage::StreamPosition Room::last_position() const {
  const std::lock_guard lock(mutex_);
  return head_.last_position;
}

std::shared_ptr<const CoreState> Room::core() const {
  const std::lock_guard lock(mutex_);
  return core_;
}

storage::EventNumber Room::number_of(std::string_view type, std::string_view key) const {
  const auto found = state_.find(storage::StateKey{std::string(type), std::string(key)});
  return found == state_.end() ? storage::EventNumber{} : found->second;
}

storage::EventNumber Room::find_state(std::string_view type, std::string_view key) const {
  const std::lock_guard lock(mutex_);
  return number_of(type, key);
}

std::optional<storage::EventNumber> Room::find_state_at(storage::StateRoot root,
                                                        std::string_view type,
                                                        std::string_view key) const {
  const std::lock_guard lock(mutex_);
  if (root != state_root_) return std::nullopt;
  return number_of(type, key);
}

std::vector<storage::StateEntry> Room::entries_of(std::string_view type) const {
  std::vector<storage::StateEntry> entries;
  for (const auto& [key, number] : state_) {
    if (type.empty() || key.first == type) entries.push_back({key, number});
  }
  return entries;
}

std::vector<storage::StateEntry> Room::state_entries(std::string_view type) const {
  const std::lock_guard lock(mutex_);
  return entries_of(type);
}

std::optional<std::vector<storage::StateEntry>> Room::state_entries_at(
    storage::StateRoot root, std::string_view type) const {
  const std::lock_guard lock(mutex_);
  if (root != state_root_) return std::nullopt;
  return entries_of(type);
}

std::optional<Member> Room::find_member(const protocol::UserId& user) const {
  const std::lock_guard lock(mutex_);
  const auto found = members_.find(user);
  if (found == members_.end()) return std::nullopt;
  return found->second;
}

std::vector<Member> Room::members() const {
  std::vector<Member> members;
  const std::lock_guard lock(mutex_);
  members.reserve(members_.size());
  for (const auto& [user, member] : members_) members.push_back(member);
  return members;
}

MemberCounts Room::count_members() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::size_t Room::count_entries() const {
  const std::lock_guard lock(mutex_);
  return members_.size() + state_.size();
}

bool Room::has_joined(const protocol::ServerName& server) const {
  const std::lock_guard lock(mutex_);
  return joined_by_server_.contains(server.text());
}

void Room::count(const protocol::UserId& user, Membership membership, std::ptrdiff_t by) {
  if (membership == Membership::invite) counts_.invited += static_cast<std::size_t>(by);
  if (membership != Membership::join) return;
  counts_.joined += static_cast<std::size_t>(by);
  const auto of_server = joined_by_server_.try_emplace(std::string(user.server_name())).first;
  of_server->second += static_cast<std::size_t>(by);
  if (of_server->second == 0) joined_by_server_.erase(of_server);
}

Room::Heroes Room::find_heroes() const {
  const auto pick = [this](Membership one, Membership other) {
    std::vector<const Member*> picked;
    for (const auto& [user, member] : members_) {
      if (member.membership == one || member.membership == other) picked.push_back(&member);
    }
    const std::size_t length = std::min(kMostHeroes + 1, picked.size());
    std::ranges::partial_sort(picked, picked.begin() + static_cast<std::ptrdiff_t>(length), {},
                              [](const Member* member) { return member->event; });
    std::vector<protocol::UserId> users;
    users.reserve(length);
    for (std::size_t i = 0; i < length; ++i) users.push_back(picked[i]->user);
    return users;
  };
  return {.present = pick(Membership::join, Membership::invite),
          .gone = pick(Membership::leave, Membership::ban)};
}

std::vector<protocol::UserId> Room::heroes(const protocol::UserId& except, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  if (!heroes_) heroes_ = find_heroes();
  most = std::min(most, kMostHeroes);
  std::vector<protocol::UserId> users;
  for (const std::vector<protocol::UserId>* some : {&heroes_->present, &heroes_->gone}) {
    for (const protocol::UserId& user : *some) {
      if (user != except && users.size() < most) users.push_back(user);
    }
    if (!users.empty()) break;
  }
  return users;
}

std::optional<std::vector<storage::EventNumber>> Room::find_recent(
    const storage::TimelineRange& range) const {
  std::vector<storage::EventNumber> numbers;
  const std::lock_guard lock(mutex_);
  const bool reaches_start = range.after >= recent_after_;
  if (range.direction == storage::Direction::forwards) {
    if (!reaches_start) return std::nullopt;
    for (const Recent& one : recent_) {
      if (one.position <= range.after) continue;
      if (one.position > range.until || numbers.size() == range.limit) break;
      numbers.push_back(one.number);
    }
    return numbers;
  }
  for (auto one = recent_.rbegin(); one != recent_.rend(); ++one) {
    if (one->position > range.until) continue;
    if (one->position <= range.after || numbers.size() == range.limit) return numbers;
    numbers.push_back(one->number);
  }
  if (reaches_start || numbers.size() == range.limit) return numbers;
  return std::nullopt;
}

std::optional<storage::StateRoot> Room::find_state_at(storage::StreamPosition at) const {
  const std::lock_guard lock(mutex_);
  if (head_.last_position <= at) return head_.state;
  for (auto one = recent_.rbegin(); one != recent_.rend(); ++one) {
    if (one->position <= at) return one->state_after;
  }
  return at >= recent_after_ ? state_before_ : std::nullopt;
}

void Room::extend_recent(const std::vector<CachedEventPtr>& older, storage::StreamPosition until) {
  const std::lock_guard lock(mutex_);
  if (until < recent_after_) return;  // there may be events between
  for (const CachedEventPtr& event : older) {
    if (event->position > recent_after_) continue;
    if (recent_.size() >= kMostRecent) return;
    recent_.push_front({event->position, event->number, event->state_after});
    recent_after_ = {event->position.value - 1};
    state_before_.reset();
  }
}

void Room::forget_recent() {
  const std::lock_guard lock(mutex_);
  // An event shows here a moment before the head that it leads to.
  recent_after_ = head_.last_position;
  if (!recent_.empty()) recent_after_ = std::max(recent_after_, recent_.back().position);
  state_before_ = state_root_;
  recent_.clear();
}

void Room::prepare(std::shared_ptr<CachedEvent> event) {
  const std::lock_guard lock(mutex_);
  prepared_.push_back(std::move(event));
}

void Room::drop_prepared() {
  const std::lock_guard lock(mutex_);
  prepared_.clear();
  replacements_.clear();
}

void Room::prepare_replacement(CachedEventPtr event) {
  const std::lock_guard lock(mutex_);
  replacements_.push_back(std::move(event));
}

CachedEventPtr Room::apply(const storage::AppendEvent& append, storage::StreamPosition position) {
  const std::lock_guard lock(mutex_);
  // Read from the store after the commit, told of it after that.
  if (position <= head_.last_position) return nullptr;
  const auto prepared =
      std::ranges::find(prepared_, append.number, [](const auto& event) { return event->number; });
  if (prepared == prepared_.end()) return nullptr;
  const std::shared_ptr<CachedEvent> event = std::move(*prepared);
  prepared_.erase(prepared);
  event->position = position;
  recent_.push_back({position, append.number, append.state_after});
  if (recent_.size() > kMostRecent) {
    recent_after_ = recent_.front().position;
    state_before_ = recent_.front().state_after;
    recent_.pop_front();
  }
  set_state(event);
  return event;
}

void Room::apply(const storage::SetRoomHead& head, storage::StreamPosition position) {
  const std::lock_guard lock(mutex_);
  if (position <= head_.last_position) return;
  head_ = {.state = head.state,
           .depth = head.depth,
           .forward_extremities = head.forward_extremities,
           .last_position = position};
}

CachedEventPtr Room::replace(storage::EventNumber number) {
  const std::lock_guard lock(mutex_);
  const auto prepared = std::ranges::find(
      replacements_, number, [](const CachedEventPtr& event) { return event->number; });
  if (prepared == replacements_.end()) return nullptr;
  CachedEventPtr event = std::move(*prepared);
  replacements_.erase(prepared);
  if (!event->event->is_state()) return event;
  const CoreSlot slot = find_core_slot(event->event->type());
  if (slot == nullptr || !((*core_).*slot) || ((*core_).*slot)->number != number) return event;
  CoreState core = *core_;
  core.*slot = event;
  core_ = std::make_shared<const CoreState>(std::move(core));
  return event;
}

void Room::set_state(const CachedEventPtr& event) {
  const protocol::VerifiedEvent& what = *event->event;
  const std::optional<std::string>& state_key = what.state_key();
  if (!state_key) return;
  const std::string& key = *state_key;
  state_[{std::string(what.type()), key}] = event->number;
  state_root_ = event->state_after;
  if (what.type() == kMemberType) {
    const auto user = protocol::UserId::trusted(key);
    Member& member = members_[user];
    if (member.event.value != 0) count(user, member.membership, -1);
    heroes_.reset();
    const auto name = base::find_string(what.content(), "membership").value_or("leave");
    member = {.user = user,
              .membership = find_membership(name).value_or(Membership::leave),
              .event = event->number};
    count(user, member.membership, 1);
    return;
  }
  const CoreSlot slot = find_core_slot(what.type());
  if (slot == nullptr || !key.empty()) return;
  CoreState core = *core_;
  core.*slot = event;
  core_ = std::make_shared<const CoreState>(std::move(core));
}

}  // namespace chancery::rooms
