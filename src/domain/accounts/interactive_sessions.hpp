// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Interactive sessions: what someone has proven so far of what an operation asks for.
//
// A session belongs to one operation by one person: what was proven for one cannot be
// spent on another. Sessions last 15 minutes, in memory.
//
// Concurrency: any thread. Memory is bounded, in all and for each person.
// Spec: client-server, "User-Interactive Authentication API".

#include "domain/accounts/proofs.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::accounts {

inline constexpr std::string_view kMailStage = "m.login.email.identity";
inline constexpr std::string_view kSignOnStage = "m.login.sso";

// What is to be done, and by whom.
struct InteractiveOperation {
  std::string who;      // a user id; "" for someone who has none yet
  std::string request;  // method and path
  std::string body;     // hash of what was asked for; "" where it may vary between the stages
  friend bool operator==(const InteractiveOperation&, const InteractiveOperation&) = default;
};

struct InteractiveProgress {
  std::set<std::string> completed;
  std::string registration_token;  // the one shown in the token stage
  std::string validation;          // the confirmed address of the mail stage; "" when none
  std::optional<Proof> proof;      // of who showed on a page who they are
};

class InteractiveSessions {
 public:
  static constexpr base::Milliseconds kLifetime = std::chrono::minutes(15);
  static constexpr std::size_t kMost = 16'384;
  static constexpr std::size_t kMostOfOne = 16;  // of those who are somebody

  // `ended` hears of every session that ends: spent, given up or forgotten.
  using Ended = std::function<void(const InteractiveProgress&)>;
  InteractiveSessions(runtime::Clock& clock, runtime::Random& random, Ended ended);

  // The id of a new session.
  [[nodiscard]] std::string begin(InteractiveOperation operation);
  // Absent when there is none (any more). Throws ApiError forbidden when it is for something else.
  [[nodiscard]] std::optional<InteractiveProgress> find(const std::string& id,
                                                        const InteractiveOperation& operation);
  // What the session is for; absent when there is none. For pages, which know no more than its id.
  struct Begun {
    InteractiveOperation operation;
    InteractiveProgress progress;
  };
  [[nodiscard]] std::optional<Begun> find_begun(const std::string& id);
  // Whether the session has `registration_token` now, and gives it up in the end; else, when it has
  // gone or got past the stage before, it is left to the caller.
  bool complete(const std::string& id, const std::string& stage, std::string registration_token);
  // The same for the mail stage.
  void complete_by_mail(const std::string& id, std::string validation);
  // The same for a stage in which the person showed who they are.
  void complete_by_proof(const std::string& id, const std::string& stage, Proof proof);
  // The operation is done, or given up.
  void spend(const std::string& id);

 private:
  struct Session {
    InteractiveOperation operation;
    InteractiveProgress progress;
    runtime::SteadyTime expires_at;
  };
  // With the mutex held; what is to be told of is added to `ended`.
  void drop(const std::string& id, std::vector<InteractiveProgress>& ended);
  void drop_expired(std::vector<InteractiveProgress>& ended);
  // Without the mutex.
  void tell(const std::vector<InteractiveProgress>& ended) const;

  runtime::Clock& clock_;
  runtime::Random& random_;
  Ended ended_;
  std::mutex mutex_;
  std::map<std::string, Session> sessions_;
  std::map<std::string, std::deque<std::string>> of_;  // by who, oldest first
  std::deque<std::string> by_age_;
};

}  // namespace chancery::accounts
