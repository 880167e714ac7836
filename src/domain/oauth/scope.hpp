// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Scopes: what a client asks for, which today is all of the client-server API on one device.
//
// Spec: client-server, "Scope"; before it was stable, MSC2967 had other names for the same.

#include "domain/oauth/refusal.hpp"
#include "protocol/identifiers.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace chancery::oauth {

struct Scope {
  protocol::DeviceId device;
  std::string text;  // what is granted, as the client spelt it
};

// Tokens that nobody here knows are left out of what is granted.
[[nodiscard]] std::expected<Scope, Refusal> parse_scope(std::string_view text);

}  // namespace chancery::oauth
