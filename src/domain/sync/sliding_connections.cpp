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
#include <iterator>

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

runtime::Task<SlidingConnectionPtr> SlidingConnections::get(storage::SlidingConnectionKey key,
                                                            SlidingPos pos) {
  SlidingConnectionPtr found;
  {
    const std::lock_guard lock(mutex_);
    const auto kept = kept_.find(key);
    if (kept != kept_.end()) {
      uses_.splice(uses_.begin(), uses_, kept->second.use);
      kept->second.used_at = ports_.clock.now();
      ++kept->second.uses;
      found = kept->second.connection;
    }
  }
  if (found) {
    if (found->birth() != pos.birth) throw unknown_pos();
    co_return found;
  }
  // A position from beyond the store is of a time before it was set back to a copy.
  if (pos.position > ports_.feed.last_position()) throw unknown_pos();
  const auto record = co_await ports_.store.find_sliding_connection(key);
  if (!record) throw unknown_pos();
  found = SlidingConnection::from_record(
      key, storage::open_record(*record, ports_.keys, storage::sliding_connection_binding(key)));
  if (!found || found->birth() != pos.birth) throw unknown_pos();
  const std::lock_guard lock(mutex_);
  const auto kept = kept_.find(key);
  // Another request has brought it back already, or begun a new one.
  if (kept != kept_.end()) {
    if (kept->second.connection->birth() != pos.birth) throw unknown_pos();
    co_return kept->second.connection;
  }
  keep(found, found->weigh());
  co_return found;
}

void SlidingConnections::keep(const SlidingConnectionPtr& connection, std::size_t bytes) {
  if (const auto old = kept_.find(connection->key()); old != kept_.end()) {
    end(old->second.connection);
    erase(old);
  }
  uses_.push_front(connection->key());
  bytes_ += bytes;
  kept_.emplace(connection->key(), Kept{.connection = connection,
                                        .bytes = bytes,
                                        .used_at = ports_.clock.now(),
                                        .use = uses_.begin()});
  drop_too_many_of(connection->key());
  drop_oldest();
}

void SlidingConnections::erase(std::map<storage::SlidingConnectionKey, Kept>::iterator kept) {
  bytes_ -= kept->second.bytes;
  uses_.erase(kept->second.use);
  kept_.erase(kept);
}

// Connections of one device follow each other in the map.
void SlidingConnections::drop_too_many_of(const storage::SlidingConnectionKey& key) {
  const auto is_of_device = [&](const auto& entry) {
    return entry.first.user == key.user && entry.first.device == key.device;
  };
  const auto first = kept_.lower_bound({.user = key.user, .device = key.device, .connection = ""});
  const auto last = std::find_if_not(first, kept_.end(), is_of_device);
  if (static_cast<std::size_t>(std::distance(first, last)) <= limits_.most_of_device) return;
  auto oldest = first;
  for (auto one = first; one != last; ++one) {
    const bool is_older = one->second.used_at < oldest->second.used_at;
    if (one->first != key && (is_older || oldest->first == key)) oldest = one;
  }
  end(oldest->second.connection);
  erase(oldest);
}

void SlidingConnections::note_use(const SlidingConnectionPtr& connection, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto kept = kept_.find(connection->key());
  if (kept == kept_.end()) {  // it was written away meanwhile, as it was before
    keep(connection, bytes);
    return;
  }
  if (kept->second.connection != connection) return;
  bytes_ = bytes_ - kept->second.bytes + bytes;
  kept->second.bytes = bytes;
  kept->second.used_at = ports_.clock.now();
  ++kept->second.uses;
  drop_oldest();
}

// Faster than they can be written: better a few that begin anew than no memory.
void SlidingConnections::drop_oldest() {
  while (bytes_ > 2 * limits_.memory_bytes && kept_.size() > 1) erase(kept_.find(uses_.back()));
}

runtime::Task<> SlidingConnections::spill() {
  std::vector<Kept> leaving;
  {
    const std::lock_guard lock(mutex_);
    std::size_t left = bytes_;
    for (auto use = uses_.rbegin(); use != uses_.rend() && left > limits_.memory_bytes; ++use) {
      leaving.push_back(kept_.at(*use));
      left -= leaving.back().bytes;
    }
  }
  if (leaving.empty()) co_return;
  co_await write(leaving);
  const std::lock_guard lock(mutex_);
  for (const Kept& written : leaving) {
    const auto kept = kept_.find(written.connection->key());
    const bool is_as_written = kept != kept_.end() &&
                               kept->second.connection == written.connection &&
                               kept->second.uses == written.uses;
    if (!is_as_written) continue;
    end(kept->second.connection);  // whoever comes next reads what was written
    erase(kept);
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
  const auto kept = kept_.find(connection->key());
  if (kept != kept_.end() && kept->second.connection == connection) erase(kept);
}

runtime::Task<> SlidingConnections::store_all() {
  std::vector<Kept> leaving;
  {
    const std::lock_guard lock(mutex_);
    for (const storage::SlidingConnectionKey& key : uses_) leaving.push_back(kept_.at(key));
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
  return kept_.size();
}

void SlidingConnections::end(const SlidingConnectionPtr& connection) {
  connection->begin_request();
  if (connection->is_waited_on()) ports_.wake_ups.ring(connection->key().user);
}

// With its device a connection is over; the store has removed its row.
void SlidingConnections::end_all(const protocol::UserId& user, const protocol::DeviceId& device) {
  const std::lock_guard lock(mutex_);
  auto one = kept_.lower_bound({.user = user, .device = device, .connection = ""});
  while (one != kept_.end() && one->first.user == user && one->first.device == device) {
    end(one->second.connection);
    erase(one++);
  }
}

}  // namespace chancery::sync
