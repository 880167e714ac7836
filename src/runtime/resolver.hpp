// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The resolver port: names of hosts to numeric addresses.
//
// Concurrency: any scheduler.
// Failure:     a name without an address, or no answer in time, is an empty list; Cancelled.

#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <string>
#include <vector>

namespace chancery::runtime {

class Resolver {
 public:
  virtual ~Resolver() = default;
  // Numeric addresses in the order in which to try them; a numeric `host` is its own answer.
  virtual Task<std::vector<std::string>> resolve(std::string host, CancelToken cancel) = 0;
};

}  // namespace chancery::runtime
