// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The mail queue: mail is stored, sealed, with the change that it is about, and handed over later.
//
// No request waits for a mail server. While it cannot be reached everything stays; what it refuses
// for now is tried again, later each time; what it will never take, or what is too old, is given up
// with a line in the log that names no one. A clock that is put back holds up nothing.
//
// Concurrency: `compose` from any scheduler, `run` on one.
// Failure:     StorageError.

#include "base/time.hpp"
#include "domain/keys/key_ring.hpp"
#include "domain/mail/carrier.hpp"
#include "domain/mail/message.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/task.hpp"
#include "runtime/wait.hpp"
#include "storage/commit/committer.hpp"
#include "storage/mail.hpp"

#include <chrono>
#include <string>

namespace chancery::mail {

class MailQueue {
 public:
  static constexpr base::Milliseconds kFirstRetry = std::chrono::minutes(1);
  static constexpr base::Milliseconds kLastRetry = std::chrono::hours(4);
  // More than in the longest time for which a mail is of use.
  static constexpr std::int64_t kMostAttempts = 64;
  static constexpr base::Milliseconds kServerPause = std::chrono::seconds(30);
  static constexpr base::Milliseconds kLongestServerPause = std::chrono::minutes(15);
  static constexpr std::size_t kAtOnce = 32;  // that are read from the store

  struct Ports {
    storage::MailStore& store;
    storage::Committer& committer;
    keys::KeyRing& keys;
    Carrier& carrier;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  struct Sender {
    Address address;
    std::string name;
  };
  // Adds a follower to the feed.
  MailQueue(Ports ports, Sender sender);

  // False: there is no mail server, and nothing is to be composed.
  [[nodiscard]] bool is_configured() const { return ports_.carrier.is_configured(); }
  // False: the mail server would refuse it.
  [[nodiscard]] bool may_write_to(const Address& to) const {
    return !to.is_international() || ports_.carrier.may_take_international();
  }
  // Puts the mail, and the keys that it is sealed under, into `change`. It is given up when it
  // could not be handed over for as long as `useful`.
  void compose(const Mail& mail, base::Milliseconds useful, storage::Change& change);

  // Hands over what waits, until cancelled.
  runtime::Task<> run(runtime::CancelToken cancel);

 private:
  // Whether to go on with the next.
  enum class Next : std::uint8_t { go_on, pause };
  runtime::Task<Next> hand_over_due(runtime::CancelToken cancel);
  runtime::Task<Next> hand_over(storage::StoredMail mail, runtime::CancelToken cancel);
  runtime::Task<> note_failure(storage::StoredMail mail);
  runtime::Task<> remove(std::string id);
  runtime::Task<runtime::SteadyTime> find_next_time();
  [[nodiscard]] runtime::SteadyTime end_of_pause();

  Ports ports_;
  Sender sender_;
  runtime::Bell bell_;
  unsigned pauses_ = 0;  // since something was handed over
};

}  // namespace chancery::mail
