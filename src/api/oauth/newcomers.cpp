// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/newcomers.hpp"

#include <algorithm>

namespace chancery::oauth_api {

Entry entry_of(const accounts::Registration& registration) {
  Entry entry = Entry::closed;
  for (const std::vector<std::string>& stages : registration.flows()) {
    const bool is_possible = std::ranges::all_of(stages, [](const std::string& stage) {
      return stage == "m.login.dummy" || stage == "m.login.registration_token";
    });
    if (!is_possible) continue;
    const bool has_token = std::ranges::find(stages, "m.login.registration_token") != stages.end();
    if (!has_token) return Entry::open;
    entry = Entry::token;
  }
  return entry;
}

}  // namespace chancery::oauth_api
