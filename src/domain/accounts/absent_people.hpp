// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The port through which accounts ask for people who are not there yet.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

namespace chancery::accounts {

class AbsentPeople {
 public:
  virtual ~AbsentPeople() = default;
  // Asks whoever may make the account to make it; false: it is not there.
  virtual runtime::Task<bool> bring(protocol::UserId user) = 0;
};

}  // namespace chancery::accounts
