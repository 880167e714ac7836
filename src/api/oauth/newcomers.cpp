// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/newcomers.hpp"

#include "domain/accounts/interactive_sessions.hpp"

#include <algorithm>

namespace chancery::oauth_api {

Entry entry_of(const accounts::Registration& registration) {
  Entry entry;
  for (const std::vector<std::string>& stages : registration.flows()) {
    const auto asks = [&](std::string_view stage) {
      return std::ranges::find(stages, stage) != stages.end() ? Entry::Asked::yes
                                                              : Entry::Asked::no;
    };
    const bool is_possible = std::ranges::all_of(stages, [](const std::string& stage) {
      return stage == "m.login.dummy" || stage == "m.login.registration_token" ||
             stage == accounts::kTermsStage || stage == accounts::kMailStage;
    });
    if (!is_possible) continue;
    entry = {.way = Entry::Way::open,
             .token = asks("m.login.registration_token"),
             .mail = asks(accounts::kMailStage)};
    if (!entry.asks_token() && !entry.asks_mail()) break;
  }
  return entry;
}

void add_token_field(Fields& fields, std::string_view typed) {
  fields.add({.name = "registration_token",
              .label = "Registration token",
              .hint = "Whoever runs this server gives it out."},
             {{"autocomplete", "off"},
              {"autocapitalize", "none"},
              {"spellcheck", "false"},
              {"required", ""},
              {"maxlength", "64"},
              {"value", typed}});
}

}  // namespace chancery::oauth_api
