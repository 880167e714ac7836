// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Presence: who is online, in memory only.
//
// A person is online while a client says so or syncs; without a sign of life they turn
// unavailable, then offline. Every change gets the next serial; sync keeps the serial it has told.
//
// Concurrency: any thread. `expire` is called every few seconds by the server.

#include "base/json.hpp"
#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chancery::accounts {

enum class Availability : std::uint8_t { offline, unavailable, online };
// "online", "unavailable", "offline".
[[nodiscard]] std::string_view availability_name(Availability availability);
// Absent for anything else; "busy" counts as online.
[[nodiscard]] std::optional<Availability> parse_availability(std::string_view text);

struct PresenceState {
  Availability availability = Availability::offline;
  std::optional<std::string> status;
  std::optional<base::Milliseconds> last_active_ago;
  bool currently_active = false;
  std::uint64_t changed_at = 0;  // serial; 0: never
  // As JSON texts, those that they gave themself since they came online; "": none.
  std::string displayname = {};
  std::string avatar_url = {};
};
// The content of an m.presence event.
[[nodiscard]] base::JsonObject presence_content(const PresenceState& state);

class Presence {
 public:
  struct Rules {
    enum class Enabled : std::uint8_t { no, yes } enabled = Enabled::yes;
    base::Milliseconds active = std::chrono::seconds(60);  // "currently active" that long
    base::Milliseconds unavailable_after = std::chrono::minutes(5);
    base::Milliseconds offline_after = std::chrono::minutes(10);
  };
  Presence(Rules rules, runtime::Clock& clock) : rules_(rules), clock_(clock) {}

  // Called after every change, outside the lock. Before the first change.
  using Listener = std::function<void(const protocol::UserId&)>;
  void add_listener(Listener listener) { listeners_.push_back(std::move(listener)); }

  [[nodiscard]] bool is_enabled() const { return rules_.enabled == Rules::Enabled::yes; }
  // What a client sets by hand; `status` absent: none any more.
  void set(const protocol::UserId& user, Availability availability,
           std::optional<std::string> status);
  // A sync with set_presence; keeps the status.
  void note_sync(const protocol::UserId& user, Availability availability);
  // The person did something: they are online again, unless they are offline. Others are told of
  // that alone, not of each act. Cheap: one look-up.
  void note_active(const protocol::UserId& user);
  // They have another name or picture; of another field nobody is told. Others are told, unless the
  // person is offline.
  void note_profile(const protocol::UserId& user, std::string_view field, std::string value);
  void expire();

  [[nodiscard]] PresenceState get(const protocol::UserId& user) const;
  [[nodiscard]] std::uint64_t serial() const;
  // Those whose serial is above `after`.
  [[nodiscard]] std::vector<std::pair<protocol::UserId, PresenceState>> changed_since(
      std::uint64_t after) const;

 private:
  struct OfUser {
    Availability availability = Availability::offline;
    std::optional<std::string> status;
    std::optional<runtime::SteadyTime> active_at;
    runtime::SteadyTime seen_at;
    std::uint64_t changed_at = 0;
    bool idle = false;  // unavailable because nothing was heard, not by choice
    std::string displayname;
    std::string avatar_url;
    bool called_back = false;  // online by what they did, though they chose unavailable
  };
  [[nodiscard]] PresenceState describe(const OfUser& entry) const;
  // With the mutex held, both.
  [[nodiscard]] bool is_active(const OfUser& entry) const;
  void note_change(const protocol::UserId& user, OfUser& entry);
  void update(const protocol::UserId& user, const std::function<bool(OfUser&)>& change);

  Rules rules_;
  runtime::Clock& clock_;
  std::vector<Listener> listeners_;
  mutable std::mutex mutex_;
  std::unordered_map<protocol::UserId, OfUser> users_;
  std::map<std::uint64_t, protocol::UserId> by_serial_;  // everyone, by their last change
  std::uint64_t serial_ = 0;
};

}  // namespace chancery::accounts
