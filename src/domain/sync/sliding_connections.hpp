// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The connections of sliding sync that this server goes on with.
//
// They are in memory within a budget; the least recently used go to the store, sealed under their
// person's keys, and come back when their client does. A stop of the server writes them all. What
// is lost all the same (a crash, a store that cannot be written) costs its client a new beginning,
// which is M_UNKNOWN_POS.
//
// Concurrency: any thread.
// Failure:     ApiError unknown_pos; StorageError.
// Lifetime:    reads the feed of the committer, which must be stopped before this dies.

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "domain/keys/key_ring.hpp"
#include "domain/sync/sliding_connection.hpp"
#include "domain/sync/wake_ups.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "storage/commit/committer.hpp"

#include <cstdint>
#include <list>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chancery::sync {

class SlidingConnections {
 public:
  struct Limits {
    std::size_t most_of_device = 16;
    std::size_t memory_bytes = std::size_t{96} * 1024 * 1024;
    base::Milliseconds most_idle = std::chrono::hours(24 * 30);  // then a stored one goes
  };
  struct Ports {
    storage::SlidingConnectionStore& store;
    accounts::AuditedCommits& commits;
    storage::CommittedChanges& feed;  // a reader is added
    keys::KeyRing& keys;
    WakeUps& wake_ups;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  explicit SlidingConnections(Ports ports) : SlidingConnections(ports, Limits()) {}
  SlidingConnections(Ports ports, Limits limits);

  // A new one in the place of whatever was there.
  runtime::Task<SlidingConnectionPtr> begin(storage::SlidingConnectionKey key);
  // The one that `pos` belongs to. Throws unknown_pos when there is none.
  runtime::Task<SlidingConnectionPtr> get(storage::SlidingConnectionKey key, SlidingPos pos);
  // The same where it is in memory, as it mostly is; null where the store must be asked.
  [[nodiscard]] SlidingConnectionPtr find_in_memory(const accounts::Session& session,
                                                    std::string_view connection, SlidingPos pos);
  // It was used, and takes so much memory now. Requires: no newer request came on it.
  void note_use(const SlidingConnectionPtr& connection, std::size_t bytes);
  // Writes what is too much in memory; called about once a second by the server.
  runtime::Task<> spill();
  // The client has to begin anew.
  void forget(const SlidingConnectionPtr& connection);
  // Writes all that are in memory: the server stops.
  runtime::Task<> store_all();
  // Removes what nobody came back for.
  runtime::Task<> sweep();

  [[nodiscard]] std::size_t size() const;  // in memory

 private:
  struct Kept {
    SlidingConnectionPtr connection;
    std::size_t bytes = 0;
    base::Timestamp used_at;
    std::uint64_t uses = 0;  // so that none is lost that comes in the same millisecond
    std::list<SlidingConnectionPtr>::iterator use;
  };
  // Those of one device, a few.
  using OfDevice = std::vector<Kept>;
  // With a hash and an equality of names that stand elsewhere, so that none is copied to be found.
  struct Device {
    protocol::UserId user;
    protocol::DeviceId device;
  };
  struct DeviceHash {
    using is_transparent = void;
    std::size_t operator()(const auto& one) const {
      return std::hash<protocol::UserId>{}(one.user) * 31 +
             std::hash<protocol::DeviceId>{}(one.device);
    }
  };
  struct DeviceEqual {
    using is_transparent = void;
    bool operator()(const auto& left, const auto& right) const {
      return left.user == right.user && left.device == right.device;
    }
  };
  // With the mutex held. `whose` has a user and a device.
  Kept* find(const auto& whose, std::string_view connection);
  Kept* find(const SlidingConnection& connection);
  SlidingConnectionPtr use(Kept& kept, SlidingPos pos);
  void keep(const SlidingConnectionPtr& connection, std::size_t bytes);
  void erase(const SlidingConnection& connection);
  void drop_too_many_of(const storage::SlidingConnectionKey& key);
  void drop_oldest();
  runtime::Task<> write(std::vector<Kept> leaving);
  void add_to(storage::Change& change, const Kept& kept, std::vector<storage::PutWrappedKey>& made);
  // Whoever waits on it learns that it is over.
  void end(const SlidingConnectionPtr& connection);
  void end_all(const protocol::UserId& user, const protocol::DeviceId& device);

  Ports ports_;
  const Limits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<Device, OfDevice, DeviceHash, DeviceEqual> kept_;
  std::list<SlidingConnectionPtr> uses_;  // all of them, last used first
  std::size_t bytes_ = 0;
};

}  // namespace chancery::sync
