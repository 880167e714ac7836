// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Device grants: signing in a device that shows a short code, which its owner types elsewhere. What
// they say to it, yes or no, is on record before it counts.
//
// Concurrency: any scheduler. In memory; bounded, the oldest go.
// Failure:     ApiError forbidden; StorageError.
// Spec:        RFC 8628; client-server, "Device authorisation grant".

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/expiring.hpp"
#include "domain/accounts/sessions.hpp"
#include "domain/oauth/authorizations.hpp"
#include "domain/oauth/clients.hpp"
#include "domain/oauth/scope.hpp"

#include <optional>
#include <string>

namespace chancery::oauth {

class DeviceGrants {
 public:
  static constexpr base::Milliseconds kLifetime = std::chrono::minutes(20);
  static constexpr std::chrono::seconds kInterval{5};
  static constexpr std::size_t kMost = 4'096;

  struct Ports {
    Clients& clients;
    accounts::Sessions& sessions;
    accounts::Accounts& accounts;
    accounts::AuditedCommits& commits;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  explicit DeviceGrants(Ports ports)
      : ports_(ports),
        grants_({.lifetime = kLifetime, .most = kMost}, ports.clock),
        by_user_code_({.lifetime = kLifetime, .most = kMost}, ports.clock) {}

  struct Begun {
    std::string device_code;
    std::string user_code;  // "WDJB-MJHT"
  };
  runtime::Task<std::expected<Begun, Refusal>> begin(Parameters parameters);

  // What waits for a person's word under this code, however it is typed; absent when nothing does.
  struct Waiting {
    Client client;
    Scope scope;
  };
  [[nodiscard]] std::optional<Waiting> find(std::string_view user_code) const;
  // `user` says yes or no. False when nothing waits under this code any more.
  runtime::Task<bool> approve(std::string user_code, protocol::UserId user, accounts::Proof proof);
  runtime::Task<bool> deny(std::string user_code, protocol::UserId user);

  // The client asks whether it has been granted.
  runtime::Task<std::expected<Granted, Refusal>> poll(std::string device_code, std::string client);

 private:
  enum class State : std::uint8_t { waiting, approved, denied, spent };
  struct Grant {
    Client client;
    Scope scope;
    State state = State::waiting;
    protocol::UserId user;
    accounts::Proof proof;
    std::optional<runtime::SteadyTime> polled_at;
    std::chrono::seconds interval = kInterval;
  };
  // Absent when it may go on.
  [[nodiscard]] std::optional<Refusal> take_turn(const std::string& device_code,
                                                 const std::string& client,
                                                 std::optional<Grant>& grant);
  struct Word {
    State state = State::denied;
    protocol::UserId user;
    accounts::Proof proof;
  };
  runtime::Task<bool> settle(std::string user_code, Word word);

  Ports ports_;
  accounts::Expiring<Grant> grants_;              // by device code
  accounts::Expiring<std::string> by_user_code_;  // device codes
};

}  // namespace chancery::oauth
