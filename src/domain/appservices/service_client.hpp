// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The client of application services: requests to them, with the token by which they know us.
//
// Concurrency: any scheduler.
// Failure:     a value; Cancelled.
// Spec:        application-service, "Authorisation", "Legacy routes".

#include "domain/appservices/registry.hpp"
#include "http/outbound.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace chancery::appservices {

struct ServiceRequest {
  http::Method method = http::Method::get;
  std::string path;    // "/_matrix/app/v1/ping", encoded, with the query
  std::string legacy;  // its path in services from before there were versions; "": it has none
  std::string body;    // JSON; "" for none
  std::chrono::milliseconds time = std::chrono::seconds(10);
};

class ServiceClient {
 public:
  explicit ServiceClient(http::Outbound& outbound) : outbound_(outbound) {}

  // Requires: the service is reachable.
  runtime::Task<http::OutboundResult> send(const Service& service, ServiceRequest request,
                                           runtime::CancelToken cancel);

 private:
  http::Outbound& outbound_;
};

[[nodiscard]] inline bool is_success(const http::OutboundResult& result) {
  return result && result->status >= 200 && result->status < 300;
}

}  // namespace chancery::appservices
