// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ends of sessions: tells requests that wait on behalf of a session that it is over.
//
// A request looks at its token once, when it comes; one that then waits for minutes holds a watch,
// and is told when the device is deleted, its tokens are revoked, or the account may do nothing any
// more.
//
// Concurrency: any thread. Memory: what is waiting at the time, and what waited last for as many
//              people again.

#include "protocol/identifiers.hpp"
#include "runtime/cancellation.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace chancery::accounts {

class SessionWatch {
 public:
  explicit SessionWatch(protocol::DeviceId device) : device_(std::move(device)) {}

  [[nodiscard]] const protocol::DeviceId& device() const { return device_; }
  [[nodiscard]] bool has_ended() const { return ended_.load(); }
  // Cancelled when the session ends, and by whoever else holds the watch.
  [[nodiscard]] runtime::CancelToken token() const { return source_.token(); }
  void cancel() { source_.cancel(); }
  void end() {
    ended_ = true;
    source_.cancel();
  }

 private:
  const protocol::DeviceId device_;
  std::atomic<bool> ended_ = false;
  runtime::CancelSource source_;
};
using SessionWatchPtr = std::shared_ptr<SessionWatch>;

class SessionEnds {
 public:
  // Told for as long as it is held.
  [[nodiscard]] SessionWatchPtr watch(const protocol::UserId& user,
                                      const protocol::DeviceId& device);
  void end(const protocol::UserId& user, const protocol::DeviceId& device);
  void end(const protocol::UserId& user);

 private:
  using Watches = std::vector<std::weak_ptr<SessionWatch>>;
  [[nodiscard]] std::vector<SessionWatchPtr> watches_of(const protocol::UserId& user);

  std::mutex mutex_;
  std::unordered_map<protocol::UserId, Watches> by_user_;
  std::size_t sweep_at_ = 1'024;
};

}  // namespace chancery::accounts
