// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The port through which a room's policy server is asked to sign an event.

#include "protocol/event.hpp"
#include "protocol/policy_server.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <string>

namespace chancery::rooms {

class PolicyServers {
 public:
  virtual ~PolicyServers() = default;
  // The signature that it answers with, not yet verified. Ends within a bounded time: the room's
  // turn is held meanwhile. Throws ApiError when it refuses or does not answer, and Cancelled.
  virtual runtime::Task<std::string> sign(protocol::EventPtr event, protocol::PolicyServer server,
                                          runtime::CancelToken cancel) = 0;
};

}  // namespace chancery::rooms
