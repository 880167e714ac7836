// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The resolver port: names of hosts to numeric addresses, names of services to hosts.
//
// Concurrency: any scheduler.
// Failure:     a name that leads to nothing, or no answer in time, is an empty list; Cancelled.

#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chancery::runtime {

// Where a service is, as an SRV record says (RFC 2782). What the record says is believed no further
// than a name server is: the target may be any text.
struct ServiceRecord {
  std::uint16_t priority = 0;  // the lowest is tried first
  std::uint16_t weight = 0;    // how often it is taken among those of one priority
  std::uint16_t port = 0;
  std::string target;  // "" or ".": the service is offered nowhere
  friend bool operator==(const ServiceRecord&, const ServiceRecord&) = default;
};

class Resolver {
 public:
  virtual ~Resolver() = default;
  // Numeric addresses in the order in which to try them; a numeric `host` is its own answer.
  virtual Task<std::vector<std::string>> resolve(std::string host, CancelToken cancel) = 0;
  // The records of "_service._protocol.host", in no order.
  virtual Task<std::vector<ServiceRecord>> find_service(std::string name, CancelToken cancel) = 0;
};

}  // namespace chancery::runtime
