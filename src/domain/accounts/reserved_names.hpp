// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The port through which accounts ask whether a name is kept for somebody.

#include "protocol/identifiers.hpp"

#include <string_view>

namespace chancery::accounts {

class ReservedNames {
 public:
  virtual ~ReservedNames() = default;
  // Whether `user` belongs to an application service other than `service` ("": whoever asks is
  // none) and to nobody else.
  [[nodiscard]] virtual bool is_reserved(const protocol::UserId& user,
                                         std::string_view service) const = 0;
};

}  // namespace chancery::accounts
