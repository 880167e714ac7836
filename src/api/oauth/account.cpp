// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_chancery/account
//
// Shows people their account, by the action that a client links to.
#include "api/oauth/account_pages.hpp"
#include "api/oauth/forms.hpp"

namespace chancery::oauth_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"chancery", "v1", "GET /_chancery/account"};

runtime::Task<http::Response> handle(const AccountPages& account, Call& call) {
  const Visitor visitor = co_await account.visitors().look(call);
  const oauth::Parameters query = read_query(call);
  if (!visitor.user) {
    co_return account.visitors().detour(visitor, kSignInPath,
                                        std::string(kAccountPath) + "?" + query.text());
  }
  co_return co_await account.show(visitor, {.action = parse_action(query.get("action")),
                                            .device = std::string(query.get("device_id")),
                                            .news = account.visitors().take_news(visitor)});
}

}  // namespace

Routes account_routes(const Services& services) {
  const auto pages = std::make_shared<const AccountPages>(services);
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = {std::string(kAccountPath)},
                    .guard = page_guard(boundary::LimitClass::read),
                    .spec = kSpec,
                    .endpoint = [pages](Call& call) { return handle(*pages, call); },
                    .show_failure = page_failures(services.site)});
  return routes;
}

}  // namespace chancery::oauth_api
