// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Published keys: what other servers verify this server's signatures with, signed by itself.
//
// Signed anew at most once an hour; what is asked for in between is the same text.
//
// Concurrency: any thread.
// Spec:        server-server, "Publishing Keys".

#include "base/json.hpp"
#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/signing.hpp"
#include "runtime/clock.hpp"

#include <chrono>
#include <mutex>

namespace chancery::keys {

class PublishedKeys {
 public:
  // How long others may rely on an answer, and after which time it is signed anew.
  static constexpr std::chrono::hours kValidity{24};
  static constexpr std::chrono::hours kRenewal{1};

  // `key` must outlive it.
  PublishedKeys(const protocol::SigningKey& key, protocol::ServerName server, runtime::Clock& clock)
      : key_(key), server_(std::move(server)), clock_(clock) {}

  // {"server_name", "verify_keys", "old_verify_keys", "valid_until_ts", "signatures"}
  [[nodiscard]] base::JsonObject load();

  [[nodiscard]] const protocol::ServerName& server() const { return server_; }

 private:
  const protocol::SigningKey& key_;
  const protocol::ServerName server_;
  runtime::Clock& clock_;
  std::mutex mutex_;
  base::JsonObject signed_;
  base::Timestamp signed_at_;
};

}  // namespace chancery::keys
