// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/user_directory/search
//
// Finds people of this server by name.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /user_directory/search"};
constexpr std::int64_t kUsualLimit = 10;
constexpr std::int64_t kMostLimit = 50;
constexpr std::size_t kMostTermBytes = 255;

runtime::Task<http::Response> handle(accounts::UserDirectory& directory, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  std::string term = boundary::get_string(body, "search_term");
  if (term.size() > kMostTermBytes) term.clear();  // nobody has such a name
  const std::int64_t limit = boundary::optional_integer(body, "limit").value_or(kUsualLimit);
  if (limit < 0) throw ApiError(ErrorCode::invalid_param, "'limit' may not be negative");
  const accounts::FoundUsers found = co_await directory.search(
      call.session().user, std::move(term),
      static_cast<std::size_t>(std::clamp<std::int64_t>(limit, 1, kMostLimit)));
  base::JsonArray results;
  for (const accounts::FoundUser& user : found.users) {
    base::JsonObject shown{{"user_id", user.user.text()}};
    if (user.displayname) shown["display_name"] = *user.displayname;
    if (user.avatar_url) shown["avatar_url"] = *user.avatar_url;
    results.push_back(std::move(shown));
  }
  co_return boundary::json_response(
      base::JsonObject{{"results", std::move(results)}, {"limited", found.limited}});
}

}  // namespace

boundary::Route search_users(accounts::UserDirectory& directory) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/user_directory/search"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&directory](Call& call) { return handle(directory, call); }};
}

}  // namespace chancery::client
