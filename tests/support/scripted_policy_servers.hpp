// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// ScriptedPolicyServers: the policy server of every room, as a test wants it to be.
//
// Concurrency: the test's scheduler.

#include "domain/rooms/policy_servers.hpp"
#include "protocol/api_error.hpp"
#include "protocol/signing.hpp"
#include "runtime/wait.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace chancery::support {

class ScriptedPolicyServers final : public rooms::PolicyServers {
 public:
  enum class Manner : std::uint8_t {
    signs,
    signs_another,  // a signature, over something else
    babbles,        // what is no signature
    refuses,
    hangs,
  };

  void behave(Manner manner) { manner_ = manner; }
  void use_key(char seed) { seed_ = seed; }
  // What the room's state names it by.
  [[nodiscard]] std::string public_key() const { return std::string(key().public_key()); }
  [[nodiscard]] const std::vector<protocol::EventPtr>& asked() const { return asked_; }
  void forget() { asked_.clear(); }

  runtime::Task<std::string> sign(protocol::EventPtr event, protocol::PolicyServer server,
                                  runtime::CancelToken cancel) override {
    asked_.push_back(event);
    if (manner_ == Manner::hangs) co_await runtime::sleep_for(std::chrono::hours(1), cancel);
    if (manner_ == Manner::refuses) {
      throw protocol::ApiError(protocol::ErrorCode::forbidden, "Spam");
    }
    if (manner_ == Manner::babbles) co_return "no signature";
    base::JsonObject json = event->json();
    if (manner_ == Manner::signs_another) json["depth"] = 1'000'000;
    protocol::sign_event(json, event->version(), server.name.text(), key());
    co_return std::string(
        json.at("signatures").at(server.name.text()).at(protocol::kPolicyKeyId).as_string());
  }

 private:
  [[nodiscard]] protocol::SigningKey key() const {
    return {protocol::KeyId::trusted(std::string(protocol::kPolicyKeyId)), std::string(32, seed_)};
  }

  Manner manner_ = Manner::signs;
  char seed_ = 'p';
  std::vector<protocol::EventPtr> asked_;
};

}  // namespace chancery::support
