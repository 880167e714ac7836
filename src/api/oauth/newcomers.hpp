// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Newcomers: whether this server's page can make an account, and what it must ask for.

#include "domain/accounts/registration.hpp"

#include <cstdint>

namespace chancery::oauth_api {

enum class Entry : std::uint8_t {
  closed,  // nobody gets in, or only by stages that the page does not have
  open,
  token,  // with a registration token
};
[[nodiscard]] Entry entry_of(const accounts::Registration& registration);

}  // namespace chancery::oauth_api
