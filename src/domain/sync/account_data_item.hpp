// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Account data as an event of an answer.
//
// Spec: client-server, "Client Config".

#include "base/json.hpp"
#include "domain/accounts/account_data.hpp"

#include <string>

namespace chancery::sync {

inline void append_account_data(std::string& out, const accounts::AccountDataItem& item) {
  out += R"({"type":)";
  base::append_quoted(out, item.type);
  out += R"(,"content":)";
  out += item.content;
  out += '}';
}

}  // namespace chancery::sync
