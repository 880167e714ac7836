// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Push gateways: one notification handed to one of them, and what it said.
//
// Concurrency: any scheduler.
// Failure:     values, for gateways fail often; Cancelled.
// Spec:        push-gateway, POST /_matrix/push/v1/notify.

#include "base/json.hpp"
#include "domain/push/gateway_reach.hpp"
#include "domain/push/pushers.hpp"
#include "http/outbound.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <chrono>
#include <cstdint>

namespace chancery::push {

struct Delivery {
  enum class Outcome : std::uint8_t {
    delivered,
    rejected,  // nobody is there any more: the pusher is to go
    refused,   // this notification will not be taken, whenever it comes
    failed,    // may be taken later
  };
  Outcome outcome = Outcome::failed;
  std::chrono::seconds retry_after{0};  // as the gateway asked for; 0: it did not
};

class PushGateway {
 public:
  static constexpr std::chrono::seconds kPatience{20};
  static constexpr std::size_t kMostAnswerBytes = std::size_t{64} * 1'024;

  PushGateway(http::Outbound& outbound, runtime::Clock& clock)
      : outbound_(outbound), reach_(clock) {}

  runtime::Task<Delivery> deliver(const Pusher& pusher, base::JsonObject body,
                                  runtime::CancelToken cancel);

 private:
  http::Outbound& outbound_;
  GatewayReach reach_;
};

}  // namespace chancery::push
