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

// That somebody is active says that no more is told until they are away: so it is, for each of
// their acts would otherwise go to everyone whom they share a room with.
base::JsonObject presence_content(const PresenceState& state) {
  base::JsonObject content{{"presence", availability_name(state.availability)},
                           {"currently_active", state.availability == Availability::online}};
  if (state.status) content["status_msg"] = *state.status;
  if (state.last_active_ago) content["last_active_ago"] = state.last_active_ago->count();
  const auto add = [&content](std::string_view member, const std::string& text) {
    const auto value = base::parse_json(text);
    if (value && value->is_string()) content[member] = *value;
  };
  add("displayname", state.displayname);
  add("avatar_url", state.avatar_url);
  return content;
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
    entry.active_at = clock_.steady_now();
    entry.availability = availability;
    entry.status = status;
    entry.idle = false;
    entry.called_back = false;
    return is_change;
  });
}

void Presence::note_sync(const protocol::UserId& user, Availability availability) {
  update(user, [&](OfUser& entry) {
    // Clients sync whether anyone sits before them or not.
    if (availability == Availability::online && entry.idle) return false;
    if (entry.availability == availability) return false;
    // They act while a client says that they are away: to believe each in turn would tell everyone
    // of both, message by message.
    if (entry.called_back && is_active(entry)) return false;
    if (availability == Availability::online) entry.active_at = clock_.steady_now();
    entry.availability = availability;
    entry.called_back = false;
    return true;
  });
}

bool Presence::is_active(const OfUser& entry) const {
  return entry.active_at && clock_.steady_now() - *entry.active_at <= rules_.active;
}

void Presence::note_active(const protocol::UserId& user) {
  if (!is_enabled()) return;
  {
    const std::lock_guard lock(mutex_);
    const auto found = users_.find(user);
    // Whoever hides, or has no client that tells where they are, does not appear by what they say.
    if (found == users_.end() || found->second.availability == Availability::offline) return;
    OfUser& entry = found->second;
    const bool is_change = entry.availability != Availability::online;
    entry.active_at = clock_.steady_now();
    entry.seen_at = *entry.active_at;
    if (entry.availability == Availability::unavailable && !entry.idle) entry.called_back = true;
    entry.availability = Availability::online;
    entry.idle = false;
    if (!is_change) return;
    note_change(user, entry);
  }
  for (const Listener& listener : listeners_) listener(user);
}

void Presence::note_profile(const protocol::UserId& user, std::string_view field,
                            std::string value) {
  if (field != "displayname" && field != "avatar_url") return;
  {
    const std::lock_guard lock(mutex_);
    const auto found = users_.find(user);
    if (found == users_.end()) return;
    OfUser& entry = found->second;
    (field == "displayname" ? entry.displayname : entry.avatar_url) = std::move(value);
    if (entry.availability == Availability::offline) return;
    note_change(user, entry);
  }
  for (const Listener& listener : listeners_) listener(user);
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
                      .changed_at = entry.changed_at,
                      .displayname = entry.displayname,
                      .avatar_url = entry.avatar_url};
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
