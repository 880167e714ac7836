// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Networks: the places and people of other networks, as application services know them.
//
// All services that a question concerns are asked at once, and whoever does not answer in time has
// nothing to say. What a network looks like is kept for a while.
//
// Concurrency: any scheduler.
// Failure:     ApiError not_found for a network that no service has.
// Spec:        application-service, "Third-party networks"; client-server, "Third-party Networks".

#include "base/json.hpp"
#include "domain/appservices/service_client.hpp"
#include "runtime/clock.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chancery::appservices {

class Networks {
 public:
  static constexpr std::chrono::seconds kPatience{10};
  static constexpr std::chrono::minutes kKept{5};
  static constexpr std::chrono::seconds kAbsenceKept{30};
  static constexpr std::size_t kMostFound = 1'000;  // of one service

  struct Ports {
    const Registry& registry;
    ServiceClient& client;
    runtime::Clock& clock;
  };
  explicit Networks(Ports ports) : ports_(ports) {}

  // Every network by its name, those left out that no service describes.
  runtime::Task<base::JsonObject> describe_all(runtime::CancelToken gone);
  // Throws not_found.
  runtime::Task<base::JsonObject> describe(std::string protocol, runtime::CancelToken gone);

  enum class Sought : std::uint8_t { users, locations };
  using Fields = std::vector<std::pair<std::string, std::string>>;
  // What matches `fields` on one network. Throws not_found where there is no such network.
  runtime::Task<base::JsonArray> find(Sought sought, std::string protocol, Fields fields,
                                      runtime::CancelToken gone);
  // What on other networks a user or an alias of this server stands for.
  runtime::Task<base::JsonArray> find_behind(protocol::UserId user, runtime::CancelToken gone);
  runtime::Task<base::JsonArray> find_behind(protocol::RoomAlias alias, runtime::CancelToken gone);

 private:
  struct Question {
    const Service* service;
    std::string path;  // behind "/thirdparty"
  };
  using Answers = std::vector<std::optional<base::Json>>;
  struct Kept {
    std::optional<base::JsonObject> description;
    runtime::SteadyTime until;
  };
  [[nodiscard]] std::vector<const Service*> services_of(std::string_view protocol) const;
  runtime::Task<Answers> ask_all(std::vector<Question> questions, runtime::CancelToken gone);
  runtime::Task<> ask(Question question, std::optional<base::Json>& answer,
                      runtime::CancelToken gone);
  runtime::Task<base::JsonArray> gather(Sought sought, std::vector<Question> questions,
                                        runtime::CancelToken gone);
  runtime::Task<std::optional<base::JsonObject>> load(std::string protocol,
                                                      runtime::CancelToken gone);

  Ports ports_;
  std::mutex mutex_;
  std::unordered_map<std::string, Kept> kept_;  // by protocol; those of registrations alone
};

}  // namespace chancery::appservices
