// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The purpose of a stage of interactive authentication, in the words of the pages that ask for it.

#include "domain/accounts/interactive_sessions.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace chancery::oauth_api {

struct StagePurpose {
  std::string text;       // who wants what, and what to do if nobody asked for it
  std::string_view verb;  // on the button that lets it go on
  // What is done cannot be taken back.
  enum class Kind : std::uint8_t { plain, destructive } kind = Kind::plain;

  [[nodiscard]] std::string_view button_kind() const {
    return kind == Kind::destructive ? "bad" : "";
  }
};

// A new password for an account whose address is proven; else, of who is nobody yet, a
// registration.
[[nodiscard]] bool is_new_password(const accounts::InteractiveOperation& operation);
[[nodiscard]] StagePurpose purpose_of(const accounts::InteractiveOperation& operation);

}  // namespace chancery::oauth_api
