// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pushers: where a user's devices want to be told of notifications.
//
// Kept sealed under the person's keys; they go with the device that made them. One that writes
// mails is for an address of one's own, and goes with it.
//
// Concurrency: any thread.
// Failure:     ApiError; StorageError.
// Spec:        client-server, "Push Notifications": POST /pushers/set.

#include "base/json.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "domain/keys/key_ring.hpp"
#include "domain/push/own_addresses.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/task.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/pushers.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chancery::push {

struct Pusher {
  std::string app_id;
  std::string pushkey;
  std::string kind;  // "http" or "email"
  std::string app_display_name;
  std::string device_display_name;
  std::string profile_tag;  // "" when none
  std::string lang;
  base::JsonObject data;
  // Rests where not: nothing is sent to it.
  enum class Enabled : std::uint8_t { no, yes } enabled = Enabled::yes;
  base::Timestamp set_at;       // when it was set last; 0: not known
  protocol::DeviceId device{};  // that made it
};
// As it is kept and as clients set it; `device` and `set_at` are told apart from it.
[[nodiscard]] base::JsonObject pusher_json(const Pusher& pusher);
[[nodiscard]] storage::PusherKey pusher_key(const protocol::UserId& user, const Pusher& pusher);

class Pushers {
 public:
  static constexpr std::size_t kMostPushers = 100;           // of one user
  static constexpr std::size_t kMostDataBytes = 16 * 1'024;  // of `data`, as JSON

  struct Ports {
    storage::PusherStore& store;
    accounts::AuditedCommits& commits;
    keys::KeyRing& keys;
    OwnAddresses& addresses;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  explicit Pushers(Ports ports) : ports_(ports) {}

  runtime::Task<std::vector<Pusher>> load(protocol::UserId user);

  // Whether others' pushers of the same app and push key stay.
  enum class Others : std::uint8_t { removed, kept };
  // Makes the pusher, or replaces the user's of the same app and push key.
  runtime::Task<> put(accounts::Session session, Pusher pusher, Others others);
  // Nothing happens when there is none.
  runtime::Task<> remove(accounts::Session session, std::string app_id, std::string pushkey);
  // The gateway said that nobody is there any more.
  runtime::Task<> remove_rejected(storage::PusherKey key);

 private:
  runtime::Task<> check_number(storage::PusherKey key);
  runtime::Task<> check_mailbox(protocol::UserId user, const Pusher& pusher);

  Ports ports_;
  runtime::Turnstiles<protocol::UserId> turns_;  // by user
};

}  // namespace chancery::push
