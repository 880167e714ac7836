// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/request_signature.hpp"

#include "base/base64.hpp"
#include "protocol/canonical_json.hpp"

#include <fmt/format.h>

namespace chancery::protocol {

std::string authorization_of(const ServerRequest& request, const SigningKey& key) {
  base::JsonObject json{{"method", request.method},
                        {"uri", request.target},
                        {"origin", request.origin.text()},
                        {"destination", request.destination.text()}};
  if (request.content != nullptr) json["content"] = *request.content;
  const std::string signature = key.sign(canonical_json_without(json, {}));
  // COMPAT: one space, lower case, no space around commas, as servers from before v1.11 read it.
  // None of the values can have a quote or a backslash in it.
  return fmt::format(R"(X-Matrix origin="{}",destination="{}",key="{}",sig="{}")",
                     request.origin.text(), request.destination.text(), key.id().text(),
                     base::encode_base64(signature));
}

}  // namespace chancery::protocol
