// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/presence.hpp"

#include <algorithm>

namespace chancery::accounts {

std::string_view availability_name(Availability availability) {
  switch (availability) {
    case Availability::offline:
      return "offline";
    case Availability::unavailable:
      return "unavailable";
    case Availability::online:
      return "online";
  }
  return "offline";
}

std::optional<Availability> parse_availability(std::string_view text) {
  if (text == "online" || text == "busy") return Availability::online;
  if (text == "unavailable") return Availability::unavailable;
  if (text == "offline") return Availability::offline;
  return std::nullopt;
}

void Presence::note_change(const protocol::UserId& user, OfUser& entry) {
  by_serial_.erase(entry.changed_at);
  entry.changed_at = ++serial_;
  by_serial_.emplace(entry.changed_at, user);
}

void Presence::update(const protocol::UserId& user, const std::function<bool(OfUser&)>& change) {
  if (!is_enabled()) return;
  {
    const std::lock_guard lock(mutex_);
    OfUser& entry = users_[user];
    entry.seen_at = clock_.steady_now();
    if (!change(entry)) return;
    note_change(user, entry);
  }
  for (const Listener& listener : listeners_) listener(user);
}

void Presence::set(const protocol::UserId& user, Availability availability,
                   std::optional<std::string> status) {
  update(user, [&](OfUser& entry) {
    const bool is_change = entry.availability != availability || entry.status != status;
    if (availability == Availability::online) entry.active_at = clock_.steady_now();
    entry.availability = availability;
    entry.status = status;
    entry.idle = false;
    return is_change;
  });
}

void Presence::note_sync(const protocol::UserId& user, Availability availability) {
  update(user, [&](OfUser& entry) {
    // Clients sync whether anyone sits before them or not.
    if (availability == Availability::online && entry.idle) return false;
    if (entry.availability == availability) return false;
    if (availability == Availability::online) entry.active_at = clock_.steady_now();
    entry.availability = availability;
    return true;
  });
}

void Presence::note_active(const protocol::UserId& user) {
  update(user, [&](OfUser& entry) {
    const runtime::SteadyTime now = clock_.steady_now();
    const bool was_active = entry.active_at && now - *entry.active_at <= rules_.active;
    entry.active_at = now;
    // Someone who chose to look away stays so.
    const bool is_change = !was_active || entry.idle;
    if (entry.idle || entry.availability == Availability::offline) {
      entry.availability = Availability::online;
    }
    entry.idle = false;
    return is_change;
  });
}

void Presence::expire() {
  if (!is_enabled()) return;
  std::vector<protocol::UserId> changed;
  {
    const runtime::SteadyTime now = clock_.steady_now();
    const std::lock_guard lock(mutex_);
    for (auto& [user, entry] : users_) {
      if (entry.availability == Availability::offline) continue;
      const auto unseen = now - entry.seen_at;
      const auto inactive = entry.active_at ? now - *entry.active_at : unseen;
      if (unseen > rules_.offline_after) {
        entry.availability = Availability::offline;
        entry.idle = false;
      } else if (entry.availability == Availability::online &&
                 inactive > rules_.unavailable_after) {
        entry.availability = Availability::unavailable;
        entry.idle = true;
      } else {
        continue;
      }
      note_change(user, entry);
      changed.push_back(user);
    }
  }
  for (const protocol::UserId& user : changed) {
    for (const Listener& listener : listeners_) listener(user);
  }
}

PresenceState Presence::describe(const OfUser& entry) const {
  PresenceState state{.availability = entry.availability,
                      .status = entry.status,
                      .last_active_ago = std::nullopt,
                      .currently_active = false,
                      .changed_at = entry.changed_at};
  if (entry.active_at) {
    state.last_active_ago =
        std::chrono::floor<base::Milliseconds>(clock_.steady_now() - *entry.active_at);
    state.currently_active =
        entry.availability == Availability::online && *state.last_active_ago <= rules_.active;
  }
  return state;
}

PresenceState Presence::get(const protocol::UserId& user) const {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(user);
  return found == users_.end() ? PresenceState{} : describe(found->second);
}

std::uint64_t Presence::serial() const {
  const std::lock_guard lock(mutex_);
  return serial_;
}

std::vector<std::pair<protocol::UserId, PresenceState>> Presence::changed_since(
    std::uint64_t after) const {
  std::vector<std::pair<protocol::UserId, PresenceState>> changed;
  const std::lock_guard lock(mutex_);
  for (auto at = by_serial_.upper_bound(after); at != by_serial_.end(); ++at) {
    changed.emplace_back(at->second, describe(users_.at(at->second)));
  }
  return changed;
}

}  // namespace chancery::accounts
