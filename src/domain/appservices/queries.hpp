// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Queries: asks application services for users and rooms of theirs that are not there yet.
//
// A service makes what it wants to be there while it is being asked. That it did not is remembered
// for a while, so that nobody can make this server ask all the time.
//
// Concurrency: any scheduler; about one thing is asked once at a time. Whoever asks for the same
//              meanwhile waits a little: it may be the service itself, which is waited for.
// Spec:        application-service, "Querying".

#include "domain/accounts/absent_people.hpp"
#include "domain/appservices/service_client.hpp"
#include "domain/rooms/alias_owners.hpp"
#include "runtime/clock.hpp"
#include "runtime/task_group.hpp"
#include "runtime/wait.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chancery::appservices {

class Queries final : public rooms::AliasOwners, public accounts::AbsentPeople {
 public:
  static constexpr std::chrono::seconds kPatience{10};
  static constexpr std::chrono::seconds kPatienceBeside{3};  // with another's question
  static constexpr std::chrono::seconds kRemembered{60};
  static constexpr std::size_t kMostRemembered = 10'000;
  // Whoever asks beyond is told that it is not there: strangers may ask about any alias.
  static constexpr std::size_t kMostAtOnce = 100;
  static constexpr std::size_t kMostBeside = 32;  // of those; the rest is for who waits

  struct Ports {
    const Registry& registry;
    ServiceClient& client;
    runtime::Clock& clock;
  };
  explicit Queries(Ports ports) : ports_(ports) {}

  [[nodiscard]] bool may_use(const protocol::RoomAlias& alias,
                             std::string_view service) const override {
    return ports_.registry.may_use(alias, service);
  }
  runtime::Task<bool> bring(protocol::RoomAlias alias) override;
  runtime::Task<bool> bring(protocol::UserId user) override;
  // The same while the caller goes on. Passed over when too many are asked about so.
  void bring_beside(protocol::UserId user);
  // Before it dies, when nobody asks any more.
  runtime::Task<> stop() { co_await beside_.stop(); }

 private:
  struct Question {
    std::string name;
    std::string path;  // behind /_matrix/app/v1
    std::function<bool(const Service&)> concerns;
  };
  struct UnderWay {
    runtime::Bell done;
    std::optional<bool> is_there;
  };
  class Asking;
  [[nodiscard]] static Question question_about(protocol::UserId user);
  runtime::Task<> ask_beside(protocol::UserId user);
  runtime::Task<bool> ask(Question question, runtime::CancelToken cancel = {});
  runtime::Task<bool> ask_services(const Question& question, runtime::CancelToken cancel);
  runtime::Task<bool> wait_for(std::shared_ptr<UnderWay> other);
  [[nodiscard]] bool is_known_absent(const std::string& name) const;
  void remember_absent(const std::string& name);

  Ports ports_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<UnderWay>> under_way_;
  std::unordered_map<std::string, runtime::SteadyTime> absent_until_;
  runtime::TaskGroup beside_{"questions to application services"};
};

}  // namespace chancery::appservices
