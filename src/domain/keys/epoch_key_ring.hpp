// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The key ring over wrapped keys kept in the database.
//
// Unwraps a key when it is first used and keeps it. New keys are made in memory and handed out as
// `made` with every lock until note_stored says that they are durable.

#include "domain/keys/key_ring.hpp"
#include "domain/keys/root_key.hpp"
#include "protocol/signing.hpp"

#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace chancery::keys {

// The calendar month of `at` in UTC, counted from year 0.
[[nodiscard]] std::int64_t epoch_of(base::Timestamp at);

class EpochKeyRing final : public KeyRing {
 public:
  // Throws StorageCorrupt if the keys stored are not `root`'s.
  EpochKeyRing(const RootKey& root, std::vector<storage::WrappedKey> stored,
               runtime::Random& random);
  ~EpochKeyRing() override;

  storage::RecordLock get_lock(storage::RecordKeyIds ids) override;
  FreshLock lock_for(std::string_view room, std::string_view sender, base::Timestamp at) override;
  FreshLock lock_for_purpose(std::string_view purpose, base::Timestamp at) override;
  void note_stored(const std::vector<storage::PutWrappedKey>& made) override;

  // The server's Ed25519 seed and key id ("ed25519:…"), made on first use.
  struct Signing {
    protocol::SigningKey key;
    std::vector<storage::PutWrappedKey> made;
  };
  [[nodiscard]] Signing signing_key();

 private:
  using Name = std::tuple<std::string, std::string, std::int64_t>;  // kind, scope, epoch
  struct Held {
    storage::WrappedKey wrapped;
    std::string secret;  // empty until unwrapped
    enum class State : std::uint8_t { fresh, stored } state = State::stored;
  };

  // All below: with the mutex held.
  Held& ensure(const Name& name, std::uint32_t wrapped_by,
               std::vector<storage::PutWrappedKey>& made);
  const std::string& secret_of(Held& held);
  const std::string& wrapping_secret(std::uint32_t id);
  Held& get(std::uint32_t id);

  std::mutex mutex_;
  std::string wrap_key_;
  runtime::Random& random_;
  std::unordered_map<std::uint32_t, Held> keys_;
  std::map<Name, std::uint32_t> by_name_;
  std::uint32_t last_id_ = 0;
};

}  // namespace chancery::keys
