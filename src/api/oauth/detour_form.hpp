// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A form on the way to signing in: it carries where to go on from there, and leads back.

#include "api/oauth/fields.hpp"
#include "api/oauth/site.hpp"
#include "api/oauth/visitors.hpp"
#include "api/pages/html.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>

namespace chancery::oauth_api {

struct DetourForm {
  std::string_view path;   // where it is sent to
  std::string_view title;  // of its page
  std::string_view back;   // the words of the link to signing in
};

// What was wrong, and the form as far as its fields.
[[nodiscard]] pages::Html begin_detour(const DetourForm& form, const Visitor& visitor,
                                       std::string_view next, const Fault& fault);
// Ends the form that `body` began with, and the page.
[[nodiscard]] http::Response end_detour(const DetourForm& form, const Visitors& visitors,
                                        const Visitor& visitor, std::string_view next,
                                        const Fault& fault, pages::Html body);

}  // namespace chancery::oauth_api
