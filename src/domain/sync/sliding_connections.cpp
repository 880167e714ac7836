// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_connections.hpp"

#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/errors.hpp"
#include "storage/record.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace chancery::sync {

namespace {

constexpr std::size_t kWrittenTogether = 16;

protocol::ApiError unknown_pos() {
  return {protocol::ErrorCode::unknown_pos, "This position is not known: begin anew without 'pos'"};
}

}  // namespace

SlidingConnections::SlidingConnections(Ports ports, Limits limits)
    : ports_(ports), limits_(limits) {
  ports_.feed.add_reader(storage::hear(
      [this](const storage::DeleteDevice& gone) { end_all(gone.user, gone.device); }));
}

runtime::Task<SlidingConnectionPtr> SlidingConnections::begin(storage::SlidingConnectionKey key) {
  // Such a number is written in a token and stored as JSON: 52 bits are enough never to be twice.
  std::uint64_t birth = 0;
  const std::string bytes = ports_.random.bytes(sizeof birth);
  std::memcpy(&birth, bytes.data(), sizeof birth);
  auto connection = std::make_shared<SlidingConnection>(std::move(key), (birth >> 12) | 1);
  const std::lock_guard lock(mutex_);
  keep(connection, connection->weigh());
  co_return connection;
}

SlidingConnections::Kept* SlidingConnections::find(const auto& whose, std::string_view connection) {
  const auto of_device = kept_.find(whose);
  if (of_device == kept_.end()) return nullptr;
  const auto found = std::ranges::find(
      of_device->second, connection,
      [](const Kept& kept) -> std::string_view { return kept.connection->key().connection; });
  return found == of_device->second.end() ? nullptr : &*found;
}

SlidingConnections::Kept* SlidingConnections::find(const SlidingConnection& connection) {
  return find(connection.key(), connection.key().connection);
}

SlidingConnectionPtr SlidingConnections::use(Kept& kept, SlidingPos pos) {
  uses_.splice(uses_.begin(), uses_, kept.use);
  kept.used_at = ports_.clock.now();
  ++kept.uses;
  if (kept.connection->birth() != pos.birth) throw unknown_pos();
  return kept.connection;
}

SlidingConnectionPtr SlidingConnections::find_in_memory(const accounts::Session& session,
                                                        std::string_view connection,
                                                        SlidingPos pos) {
  const std::lock_guard lock(mutex_);
  Kept* const kept = find(session, connection);
  return kept == nullptr ? nullptr : use(*kept, pos);
}

runtime::Task<SlidingConnectionPtr> SlidingConnections::get(storage::SlidingConnectionKey key,
                                                            SlidingPos pos) {
  {
    const std::lock_guard lock(mutex_);
    if (Kept* const kept = find(key, key.connection)) co_return use(*kept, pos);
  }
  // A position from beyond the store is of a time before it was set back to a copy.
  if (pos.position > ports_.feed.last_position()) throw unknown_pos();
  const auto record = co_await ports_.store.find_sliding_connection(key);
  if (!record) throw unknown_pos();
  SlidingConnectionPtr found = SlidingConnection::from_record(
      key, storage::open_record(*record, ports_.keys, storage::sliding_connection_binding(key)));
  if (!found || found->birth() != pos.birth) throw unknown_pos();
  const std::lock_guard lock(mutex_);
  // Another request has brought it back already, or begun a new one.
  if (Kept* const kept = find(key, key.connection)) {
    if (kept->connection->birth() != pos.birth) throw unknown_pos();
    co_return kept->connection;
  }
  keep(found, found->weigh());
  co_return found;
}

void SlidingConnections::keep(const SlidingConnectionPtr& connection, std::size_t bytes) {
  const storage::SlidingConnectionKey& key = connection->key();
  if (const Kept* const old = find(*connection)) {
    end(old->connection);
    erase(*connection);
  }
  uses_.push_front(connection);
  bytes_ += bytes;
  kept_[{.user = key.user, .device = key.device}].push_back({.connection = connection,
                                                             .bytes = bytes,
                                                             .used_at = ports_.clock.now(),
                                                             .use = uses_.begin()});
  drop_too_many_of(key);
  drop_oldest();
}

// The one of its key, whatever it was born as.
void SlidingConnections::erase(const SlidingConnection& connection) {
  const auto of_device = kept_.find(connection.key());
  OfDevice& all = of_device->second;
  const auto kept = all.begin() + (find(connection) - all.data());
  bytes_ -= kept->bytes;
  uses_.erase(kept->use);
  all.erase(kept);
  if (all.empty()) kept_.erase(of_device);
}

// The least recently used other than the one of that key.
void SlidingConnections::drop_too_many_of(const storage::SlidingConnectionKey& key) {
  const OfDevice& all = kept_.find(key)->second;
  if (all.size() <= limits_.most_of_device) return;
  const auto age = [&key](const Kept& kept) {
    return std::pair(kept.connection->key().connection == key.connection, kept.used_at);
  };
  const SlidingConnectionPtr oldest = std::ranges::min_element(all, {}, age)->connection;
  end(oldest);
  erase(*oldest);
}

void SlidingConnections::note_use(const SlidingConnectionPtr& connection, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  Kept* const kept = find(*connection);
  if (kept == nullptr) {  // it was written away meanwhile, as it was before
    keep(connection, bytes);
    return;
  }
  if (kept->connection != connection) return;
  bytes_ = bytes_ - kept->bytes + bytes;
  kept->bytes = bytes;
  kept->used_at = ports_.clock.now();
  ++kept->uses;
  drop_oldest();
}

// Faster than they can be written: better a few that begin anew than no memory.
void SlidingConnections::drop_oldest() {
  while (bytes_ > 2 * limits_.memory_bytes && uses_.size() > 1) {
    const SlidingConnectionPtr oldest = uses_.back();
    erase(*oldest);
  }
}

runtime::Task<> SlidingConnections::spill() {
  std::vector<Kept> leaving;
  {
    const std::lock_guard lock(mutex_);
    std::size_t left = bytes_;
    for (auto use = uses_.rbegin(); use != uses_.rend() && left > limits_.memory_bytes; ++use) {
      leaving.push_back(*find(**use));
      left -= leaving.back().bytes;
    }
  }
  if (leaving.empty()) co_return;
  co_await write(leaving);
  const std::lock_guard lock(mutex_);
  for (const Kept& written : leaving) {
    const Kept* const kept = find(*written.connection);
    const bool is_as_written =
        kept != nullptr && kept->connection == written.connection && kept->uses == written.uses;
    if (!is_as_written) continue;
    end(written.connection);  // whoever comes next reads what was written
    erase(*written.connection);
  }
}

void SlidingConnections::add_to(storage::Change& change, const Kept& kept,
                                std::vector<storage::PutWrappedKey>& made) {
  const storage::SlidingConnectionKey& key = kept.connection->key();
  keys::FreshLock fresh = ports_.keys.lock_for("", key.user.text(), ports_.clock.now());
  for (storage::PutWrappedKey& wrapped : fresh.made) {
    made.push_back(wrapped);
    change.mutations.emplace_back(std::move(wrapped));
  }
  storage::Nonce nonce{};
  std::ranges::copy(ports_.random.bytes(nonce.size()), nonce.begin());
  change.mutations.emplace_back(storage::PutSlidingConnection{
      .key = key,
      .used_at = kept.used_at,
      .record = storage::seal_record(kept.connection->to_record(), fresh.lock,
                                     storage::sliding_connection_binding(key), nonce),
      .most = limits_.most_of_device});
}

// Nobody acts here; what a client may be told again is no record of an act.
runtime::Task<> SlidingConnections::write(std::vector<Kept> leaving) {
  for (std::size_t done = 0; done < leaving.size(); done += kWrittenTogether) {
    storage::Change change;
    std::vector<storage::PutWrappedKey> made;
    for (std::size_t i = done; i < std::min(done + kWrittenTogether, leaving.size()); ++i) {
      const runtime::Turnstile::Turn inside = co_await leaving[i].connection->enter();
      add_to(change, leaving[i], made);
    }
    co_await ports_.commits.keep_house(std::move(change));
    ports_.keys.note_stored(made);
  }
}

void SlidingConnections::forget(const SlidingConnectionPtr& connection) {
  const std::lock_guard lock(mutex_);
  const Kept* const kept = find(*connection);
  if (kept != nullptr && kept->connection == connection) erase(*connection);
}

runtime::Task<> SlidingConnections::store_all() {
  std::vector<Kept> leaving;
  {
    const std::lock_guard lock(mutex_);
    for (const SlidingConnectionPtr& connection : uses_) leaving.push_back(*find(*connection));
    kept_.clear();
    uses_.clear();
    bytes_ = 0;
  }
  co_await write(std::move(leaving));
}

runtime::Task<> SlidingConnections::sweep() {
  storage::Change change;
  change.mutations.emplace_back(
      storage::RemoveOldSlidingConnections{.before = ports_.clock.now() - limits_.most_idle});
  co_await ports_.commits.keep_house(std::move(change));
}

std::size_t SlidingConnections::size() const {
  const std::lock_guard lock(mutex_);
  return uses_.size();
}

void SlidingConnections::end(const SlidingConnectionPtr& connection) {
  connection->begin_request();
  if (connection->is_waited_on()) ports_.wake_ups.ring(connection->key().user);
}

// With its device a connection is over; the store has removed its row.
void SlidingConnections::end_all(const protocol::UserId& user, const protocol::DeviceId& device) {
  const std::lock_guard lock(mutex_);
  const auto of_device = kept_.find(Device{.user = user, .device = device});
  if (of_device == kept_.end()) return;
  for (const Kept& kept : of_device->second) {
    end(kept.connection);
    bytes_ -= kept.bytes;
    uses_.erase(kept.use);
  }
  kept_.erase(of_device);
}

}  // namespace chancery::sync
