// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the sweeper looks at: a connection.
//
// Concurrency: its scheduler alone.

#include "runtime/clock.hpp"

namespace chancery::http::detail {

class Swept {
 public:
  virtual ~Swept() = default;
  virtual void tick(runtime::SteadyTime now) = 0;
  // Ends the connection if no request is open on it.
  virtual void close_if_idle() = 0;
  // Ends it whatever it does.
  virtual void break_off() = 0;
};

}  // namespace chancery::http::detail
