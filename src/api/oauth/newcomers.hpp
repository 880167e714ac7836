// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Newcomers: whether this server's page can make an account, and what it must ask for.

#include "api/oauth/fields.hpp"
#include "domain/accounts/registration.hpp"

#include <cstdint>
#include <string_view>

namespace chancery::oauth_api {

struct Entry {
  // Closed: nobody gets in, or only by stages that the page does not have.
  enum class Way : std::uint8_t { closed, open } way = Way::closed;
  enum class Asked : std::uint8_t { no, yes };
  Asked token = Asked::no;  // a registration token
  Asked mail = Asked::no;   // a mail address that is proven

  [[nodiscard]] bool is_closed() const { return way == Way::closed; }
  [[nodiscard]] bool asks_token() const { return token == Asked::yes; }
  [[nodiscard]] bool asks_mail() const { return mail == Asked::yes; }
};
[[nodiscard]] Entry entry_of(const accounts::Registration& registration);

// The field for a registration token, and what is said of one that is not good.
void add_token_field(Fields& fields, std::string_view typed);
inline constexpr const char* kNoSuchToken =
    "This registration token is unknown, used up or expired.";

}  // namespace chancery::oauth_api
