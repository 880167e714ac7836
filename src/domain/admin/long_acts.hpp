// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Long acts: what an owner asked for that goes on in the background, and what became of it.
//
// The status of each can be asked for until a day after its end, in this program's life. A stop of
// the server ends those that run; they are made so that asking again goes on where they ended.
//
// Concurrency: any thread; an act runs on the scheduler of whoever began it.
// Failure:     of an act: in its status.
// Lifetime:    await `stop` before it dies.

#include "base/log.hpp"
#include "base/time.hpp"
#include "protocol/api_error.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/task_group.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chancery::admin {

// What every status says; each kind of act adds its own.
struct ActStatus {
  std::string id;
  base::Timestamp begun_at;
  base::Timestamp ended_at;  // 0: it goes on
  std::string error;         // of one that failed

  [[nodiscard]] bool has_ended() const { return ended_at.milliseconds != 0; }
};

// Requires: Status derives from ActStatus.
template <typename Status>
class LongActs {
 public:
  static constexpr std::size_t kMostKept = 256;
  static constexpr base::Milliseconds kKeptFor = std::chrono::hours(24);

  class Act {
   public:
    explicit Act(Status status) : status_(std::move(status)) {}
    [[nodiscard]] Status copy() const {
      const std::lock_guard lock(mutex_);
      return status_;
    }
    template <typename Change>
    void change(Change&& how) {
      const std::lock_guard lock(mutex_);
      how(status_);
    }

   private:
    mutable std::mutex mutex_;
    Status status_;
  };
  using ActPtr = std::shared_ptr<Act>;

  LongActs(std::string name, runtime::Clock& clock, runtime::Random& random)
      : clock_(clock), random_(random), background_(std::move(name)) {}

  // `excludes`: of acts that go on, those beside which this one may not begin. Throws ApiError
  // unknown (400) when there is such a one, limit_exceeded when too many go on.
  ActPtr begin(Status status, const std::function<bool(const Status&)>& excludes = {});
  // Until it has ended; throws what it threw. Its status tells of that, too.
  runtime::Task<> run(ActPtr act, runtime::Task<> work);
  // Begins and does it in the background: `work` takes the act. Returns the id to ask for.
  template <typename Work>
  std::string start(Status status, const std::function<bool(const Status&)>& excludes,
                    Work&& work) {
    ActPtr act = begin(std::move(status), excludes);
    spawn(act, std::forward<Work>(work)(act));
    return act->copy().id;
  }
  // In the background.
  void spawn(ActPtr act, runtime::Task<> work) {
    background_.spawn(run_alone(std::move(act), std::move(work)));
  }
  [[nodiscard]] std::optional<Status> find(const std::string& id) const;
  [[nodiscard]] std::vector<Status> all() const;  // the oldest first

  // For the acts themselves: whether the server stops.
  [[nodiscard]] runtime::CancelToken cancel_token() const { return background_.cancel_token(); }
  runtime::Task<> stop() { co_await background_.stop(); }

 private:
  void forget_old();
  runtime::Task<> run_alone(ActPtr act, runtime::Task<> work);

  runtime::Clock& clock_;
  runtime::Random& random_;
  mutable std::mutex mutex_;
  std::deque<ActPtr> known_;  // the oldest first
  runtime::TaskGroup background_;
};

template <typename Status>
typename LongActs<Status>::ActPtr LongActs<Status>::begin(
    Status status, const std::function<bool(const Status&)>& excludes) {
  constexpr std::size_t kIdLength = 16;
  const std::lock_guard lock(mutex_);
  for (const ActPtr& one : known_) {
    const Status other = one->copy();
    if (!excludes || other.has_ended() || !excludes(other)) continue;
    throw protocol::ApiError(protocol::ErrorCode::unknown, "This is being done already")
        .with_status(400);
  }
  forget_old();
  status.id = random_.alphanumeric(kIdLength);
  status.begun_at = clock_.now();
  known_.push_back(std::make_shared<Act>(std::move(status)));
  return known_.back();
}

template <typename Status>
void LongActs<Status>::forget_old() {
  const base::Timestamp now = clock_.now();
  std::erase_if(known_, [now](const ActPtr& one) {
    const Status status = one->copy();
    return status.has_ended() && now - status.ended_at > kKeptFor;
  });
  if (known_.size() < kMostKept) return;
  const auto ended =
      std::ranges::find_if(known_, [](const ActPtr& one) { return one->copy().has_ended(); });
  if (ended == known_.end()) {
    throw protocol::ApiError(protocol::ErrorCode::limit_exceeded, "Too much is being done at once");
  }
  known_.erase(ended);
}

template <typename Status>
runtime::Task<> LongActs<Status>::run(ActPtr act, runtime::Task<> work) {
  std::string error;
  std::exception_ptr failure;
  try {
    co_await std::move(work);
  } catch (const protocol::ApiError& refused) {  // the status tells of it, too
    error = refused.public_text();
    failure = std::current_exception();
  } catch (const std::exception& failed) {  // likewise
    base::log_error("owners_act_failed", {{"what", failed.what()}});
    error = "The server could not do this";
    failure = std::current_exception();
  }
  act->change([&](Status& status) {
    status.ended_at = clock_.now();
    status.error = std::move(error);
  });
  if (failure) std::rethrow_exception(failure);
}

template <typename Status>
runtime::Task<> LongActs<Status>::run_alone(ActPtr act, runtime::Task<> work) {
  try {
    co_await run(std::move(act), std::move(work));
  } catch (const std::exception&) {  // who asks for the status is told
  }
}

template <typename Status>
std::optional<Status> LongActs<Status>::find(const std::string& id) const {
  for (Status& status : all()) {
    if (status.id == id) return std::move(status);
  }
  return std::nullopt;
}

template <typename Status>
std::vector<Status> LongActs<Status>::all() const {
  std::vector<Status> statuses;
  const std::lock_guard lock(mutex_);
  for (const ActPtr& one : known_) statuses.push_back(one->copy());
  return statuses;
}

}  // namespace chancery::admin
