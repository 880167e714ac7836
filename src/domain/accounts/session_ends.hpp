// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ends of sessions: tells requests that wait on behalf of a session that it is over.
//
// A request looks at its token once, when it comes; one that then waits for minutes holds a watch,
// and is told when the device is deleted, its tokens are revoked, or the account may do nothing any
// more. One that ended after its token was looked at and before there was a watch has ended, too.
//
// Concurrency: any thread. Memory: what is waiting at the time, what waited last for as many people
//              again, and the last ends, beyond which any session is taken for ended.

#include "protocol/identifiers.hpp"
#include "runtime/cancellation.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
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
  static constexpr std::size_t kMostRemembered = 4'096;

  // When it is, in the order of ends. Requires of who hands it on: taken before the token was
  // looked at.
  [[nodiscard]] std::uint64_t now() const { return now_.load(); }
  // Told for as long as it is held, of what came after `seen_at`; 0: of what comes from now on.
  [[nodiscard]] SessionWatchPtr watch(const protocol::UserId& user,
                                      const protocol::DeviceId& device, std::uint64_t seen_at = 0);
  void end(const protocol::UserId& user, const protocol::DeviceId& device);
  void end(const protocol::UserId& user);

 private:
  using Watches = std::vector<std::weak_ptr<SessionWatch>>;
  struct Ended {
    std::uint64_t at = 0;
    protocol::UserId user;
    std::optional<protocol::DeviceId> device;  // absent: all of theirs
  };
  // Remembers the end; who waits at the time.
  [[nodiscard]] std::vector<SessionWatchPtr> note(Ended ended);
  // With the mutex held.
  [[nodiscard]] bool has_ended_since(std::uint64_t seen_at, const protocol::UserId& user,
                                     const protocol::DeviceId& device) const;

  mutable std::mutex mutex_;
  std::atomic<std::uint64_t> now_ = 1;
  std::uint64_t forgotten_ = 0;  // until then
  std::deque<Ended> ends_;       // the oldest first
  std::unordered_map<protocol::UserId, Watches> by_user_;
  std::size_t sweep_at_ = 1'024;
};

}  // namespace chancery::accounts
