// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The signature by which one server's request to another is known for its own.
//
// Spec: server-server, "Request Authentication".

#include "base/json.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/signing.hpp"

#include <string>
#include <string_view>

namespace chancery::protocol {

struct ServerRequest {
  std::string_view method;  // "POST"
  std::string_view target;  // "/_matrix/…", with the query
  ServerName origin;
  ServerName destination;  // its name, wherever that leads
  // Null when there is no body. Requires: base::is_canonical, or of an event of versions 1 to 5.
  const base::JsonObject* content = nullptr;
};

// The value of the Authorization field, signed by the origin's key.
[[nodiscard]] std::string authorization_of(const ServerRequest& request, const SigningKey& key);

}  // namespace chancery::protocol
