// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/queries.hpp"

#include "http/path_pattern.hpp"

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

runtime::Task<bool> Queries::bring(protocol::UserId user) {
  std::string path = "/users/" + http::percent_encode(user.text());
  std::string name = user.text();
  return ask({.name = std::move(name),
              .path = std::move(path),
              .concerns = [user = std::move(user)](const Service& service) {
                return service.covers(user);
              }});
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

runtime::Task<bool> Queries::ask(Question question) {
  const auto concerns = [&](const auto& service) {
    return service->is_reachable() && question.concerns(*service);
  };
  if (std::ranges::none_of(ports_.registry.services(), concerns)) co_return false;
  // Whoever asks for the same meanwhile waits, and then finds it or is told.
  const runtime::Turnstile::Turn inside = co_await asking_.enter(question.name);
  if (is_known_absent(question.name)) co_return false;
  for (const auto& service : ports_.registry.services()) {
    if (!concerns(service)) continue;
    ServiceRequest request{
        .path = "/_matrix/app/v1" + question.path, .legacy = question.path, .time = kPatience};
    const http::OutboundResult answer =
        co_await ports_.client.send(*service, std::move(request), {});
    if (is_success(answer)) co_return true;
  }
  // NOTSPEC: the specification has 408 for a service that does not answer. Clients know what to do
  // with 404, and whoever asks again later learns more.
  remember_absent(question.name);
  co_return false;
}

}  // namespace chancery::appservices
