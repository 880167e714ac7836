// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whom an identifier of the type m.id.thirdparty means.
//
// Spec: client-server, "Identifier types".

#include "base/json.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"
#include "runtime/task.hpp"

#include <string>

namespace chancery::client {

// By "medium" and "address". For an address that is nobody's, a name that nobody has, so that the
// answer is the same and takes as long.
[[nodiscard]] runtime::Task<std::string> find_address_owner(third_party_ids::ThirdPartyIds& ids,
                                                            base::JsonObject identifier);

}  // namespace chancery::client
