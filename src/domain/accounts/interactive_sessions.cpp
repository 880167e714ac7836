// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/interactive_sessions.hpp"

#include "protocol/api_error.hpp"

#include <utility>
#include <vector>

namespace chancery::accounts {
namespace {

constexpr std::size_t kIdLength = 32;

}  // namespace

InteractiveSessions::InteractiveSessions(runtime::Clock& clock, runtime::Random& random,
                                         Ended ended)
    : clock_(clock), random_(random), ended_(std::move(ended)) {}

void InteractiveSessions::drop(const std::string& id, std::vector<InteractiveProgress>& ended) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const auto of = of_.find(found->second.operation.who);
  if (of != of_.end()) {
    std::erase(of->second, id);
    if (of->second.empty()) of_.erase(of);
  }
  ended.push_back(std::move(found->second.progress));
  sessions_.erase(found);
}

void InteractiveSessions::drop_expired(std::vector<InteractiveProgress>& ended) {
  const runtime::SteadyTime now = clock_.steady_now();
  while (!by_age_.empty()) {
    const auto oldest = sessions_.find(by_age_.front());
    const bool is_gone = oldest == sessions_.end();
    if (!is_gone && oldest->second.expires_at > now && by_age_.size() < kMost) return;
    if (!is_gone) drop(oldest->first, ended);
    by_age_.pop_front();
  }
}

void InteractiveSessions::tell(const std::vector<InteractiveProgress>& ended) const {
  for (const InteractiveProgress& progress : ended) ended_(progress);
}

std::string InteractiveSessions::begin(InteractiveOperation operation) {
  std::string id = random_.alphanumeric(kIdLength);
  std::vector<InteractiveProgress> ended;
  {
    const std::lock_guard lock(mutex_);
    drop_expired(ended);
    if (!operation.who.empty()) {
      std::deque<std::string>& of = of_[operation.who];
      of.push_back(id);
      if (of.size() > kMostOfOne) {
        const std::string oldest = of.front();
        drop(oldest, ended);
      }
    }
    by_age_.push_back(id);
    sessions_.emplace(id, Session{.operation = std::move(operation),
                                  .progress = {},
                                  .expires_at = clock_.steady_now() + kLifetime});
  }
  tell(ended);
  return id;
}

std::optional<InteractiveProgress> InteractiveSessions::find(
    const std::string& id, const InteractiveOperation& operation) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second.expires_at <= clock_.steady_now()) {
    return std::nullopt;
  }
  if (found->second.operation != operation) {
    throw protocol::ApiError(protocol::ErrorCode::forbidden,
                             "This session was begun for another operation");
  }
  return found->second.progress;
}

std::optional<InteractiveSessions::Begun> InteractiveSessions::find_begun(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second.expires_at <= clock_.steady_now()) {
    return std::nullopt;
  }
  return Begun{.operation = found->second.operation, .progress = found->second.progress};
}

bool InteractiveSessions::complete(const std::string& id, const std::string& stage,
                                   std::string registration_token) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return false;
  InteractiveProgress& progress = found->second.progress;
  progress.completed.insert(stage);
  if (registration_token.empty() || !progress.registration_token.empty()) return false;
  progress.registration_token = std::move(registration_token);
  return true;
}

void InteractiveSessions::complete_by_mail(const std::string& id, std::string validation) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  found->second.progress.completed.insert(std::string(kMailStage));
  found->second.progress.validation = std::move(validation);
}

void InteractiveSessions::complete_by_proof(const std::string& id, const std::string& stage,
                                            Proof proof) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  found->second.progress.completed.insert(stage);
  found->second.progress.proof = std::move(proof);
}

void InteractiveSessions::spend(const std::string& id) {
  std::vector<InteractiveProgress> ended;
  {
    const std::lock_guard lock(mutex_);
    drop(id, ended);
  }
  tell(ended);
}

}  // namespace chancery::accounts
