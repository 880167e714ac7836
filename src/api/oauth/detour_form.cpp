// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/detour_form.hpp"

#include "domain/oauth/parameters.hpp"

#include <utility>

namespace chancery::oauth_api {

using pages::Html;

Html begin_detour(const DetourForm& form, const Visitor& visitor, std::string_view next,
                  const Fault& fault) {
  Html body = complaint(fault.text);
  body.append(Visitors::begin_form(visitor, form.path));
  body.empty("input", {{"type", "hidden"}, {"name", "next"}, {"value", next}});
  return body;
}

http::Response end_detour(const DetourForm& form, const Visitors& visitors, const Visitor& visitor,
                          std::string_view next, const Fault& fault, Html body) {
  body.close("form");
  const std::string query = "?next=" + oauth::encode_component(next);
  body.append(link(std::string(kSignInPath) + query, form.back));
  return visitors.show(
      visitor,
      {.status = fault.page_status(), .title = std::string(form.title), .body = std::move(body)});
}

}  // namespace chancery::oauth_api
