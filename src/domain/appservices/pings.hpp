// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pings: whether this server reaches an application service, and how long that takes.
//
// Concurrency: any scheduler.
// Failure:     ApiError forbidden, url_not_set, bad_status, connection_failed, connection_timeout.
// Spec:        application-service, "Pinging".

#include "domain/accounts/session.hpp"
#include "domain/appservices/deliveries.hpp"
#include "domain/appservices/service_client.hpp"
#include "runtime/clock.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace chancery::appservices {

class Pings {
 public:
  static constexpr std::chrono::seconds kPatience{20};
  static constexpr std::size_t kMostShown = 4'096;  // bytes of a bad answer

  struct Ports {
    const Registry& registry;
    ServiceClient& client;
    Deliveries& deliveries;
    runtime::Clock& clock;
  };
  explicit Pings(Ports ports) : ports_(ports) {}

  // By the service itself.
  runtime::Task<std::chrono::milliseconds> ping(accounts::Session session, std::string service,
                                                std::optional<std::string> transaction,
                                                runtime::CancelToken gone);

 private:
  Ports ports_;
};

}  // namespace chancery::appservices
