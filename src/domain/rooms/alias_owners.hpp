// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The port through which rooms ask those who own aliases in their own right.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <string_view>

namespace chancery::rooms {

class AliasOwners {
 public:
  virtual ~AliasOwners() = default;
  // Whether the alias may be made and removed by `service` ("": by people).
  [[nodiscard]] virtual bool may_use(const protocol::RoomAlias& alias,
                                     std::string_view service) const = 0;
  // Asks whoever may make the alias to make it; false: it is not there.
  virtual runtime::Task<bool> bring(protocol::RoomAlias alias) = 0;
};

}  // namespace chancery::rooms
