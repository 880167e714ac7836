// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/queries.hpp"

#include "http/path_pattern.hpp"

#include <algorithm>
#include <utility>

namespace chancery::appservices {

runtime::Task<bool> Queries::bring(protocol::RoomAlias alias) {
  std::string path = "/rooms/" + http::percent_encode(alias.text());
  std::string name = alias.text();
  return ask({.name = std::move(name),
              .path = std::move(path),
              .concerns = [alias = std::move(alias)](const Service& service) {
                return service.covers(alias);
              }});
}

Queries::Question Queries::question_about(protocol::UserId user) {
  std::string path = "/users/" + http::percent_encode(user.text());
  std::string name = user.text();
  return {.name = std::move(name),
          .path = std::move(path),
          .concerns = [user = std::move(user)](const Service& service) {
            return service.covers(user);
          }};
}

runtime::Task<bool> Queries::bring(protocol::UserId user) {
  return ask(question_about(std::move(user)));
}

void Queries::bring_beside(protocol::UserId user) {
  if (beside_.running() >= kMostBeside) return;
  beside_.spawn(ask_beside(std::move(user)));
}

runtime::Task<> Queries::ask_beside(protocol::UserId user) {
  static_cast<void>(co_await ask(question_about(std::move(user)), beside_.cancel_token()));
}

bool Queries::is_known_absent(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = absent_until_.find(name);
  return found != absent_until_.end() && ports_.clock.steady_now() < found->second;
}

void Queries::remember_absent(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const runtime::SteadyTime now = ports_.clock.steady_now();
  if (absent_until_.size() >= kMostRemembered) {
    std::erase_if(absent_until_, [now](const auto& entry) { return entry.second <= now; });
  }
  if (absent_until_.size() >= kMostRemembered) absent_until_.clear();
  absent_until_.insert_or_assign(name, now + kRemembered);
}

// A question that is being asked; whoever waits for it hears when it is over, however it ends.
class Queries::Asking {
 public:
  Asking(Queries& queries, std::string name) : queries_(queries), name_(std::move(name)) {
    const std::lock_guard lock(queries_.mutex_);
    const auto known = queries_.under_way_.find(name_);
    if (known != queries_.under_way_.end()) {
      other_ = known->second;
    } else if (queries_.under_way_.size() < kMostAtOnce) {
      own_ = std::make_shared<UnderWay>();
      queries_.under_way_.emplace(name_, own_);
    }
  }
  ~Asking() {
    if (!own_) return;
    {
      const std::lock_guard lock(queries_.mutex_);
      own_->is_there = is_there_;
      queries_.under_way_.erase(name_);
    }
    own_->done.ring();
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  // Null: nobody else asks for this.
  [[nodiscard]] const std::shared_ptr<UnderWay>& other() const { return other_; }
  [[nodiscard]] bool may_ask() const { return own_ != nullptr; }
  bool answer(bool is_there) { return is_there_ = is_there; }

 private:
  Queries& queries_;
  std::string name_;
  std::shared_ptr<UnderWay> own_;
  std::shared_ptr<UnderWay> other_;
  bool is_there_ = false;
};

runtime::Task<bool> Queries::wait_for(std::shared_ptr<UnderWay> other) {
  const std::uint64_t ticket = other->done.ticket();
  const auto answer = [&] {
    const std::lock_guard lock(mutex_);
    return other->is_there;
  };
  if (const auto known = answer()) co_return *known;
  (void)co_await other->done.wait(ticket, ports_.clock.steady_now() + kPatienceBeside);
  co_return answer().value_or(false);
}

runtime::Task<bool> Queries::ask(Question question, runtime::CancelToken cancel) {
  const bool concerns_any = std::ranges::any_of(
      ports_.registry.services(),
      [&](const auto& service) { return service->is_reachable() && question.concerns(*service); });
  if (!concerns_any || is_known_absent(question.name)) co_return false;
  Asking asking(*this, question.name);
  if (asking.other()) co_return co_await wait_for(asking.other());
  if (!asking.may_ask()) co_return false;
  co_return asking.answer(co_await ask_services(question, std::move(cancel)));
}

runtime::Task<bool> Queries::ask_services(const Question& question, runtime::CancelToken cancel) {
  for (const auto& service : ports_.registry.services()) {
    if (!service->is_reachable() || !question.concerns(*service)) continue;
    ServiceRequest request{
        .path = "/_matrix/app/v1" + question.path, .legacy = question.path, .time = kPatience};
    const http::OutboundResult answer =
        co_await ports_.client.send(*service, std::move(request), cancel);
    if (is_success(answer)) co_return true;
  }
  // NOTSPEC: the specification has 408 for a service that does not answer. Clients know what to do
  // with 404, and whoever asks again later learns more.
  remember_absent(question.name);
  co_return false;
}

}  // namespace chancery::appservices
