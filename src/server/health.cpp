// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/health.hpp"

#include "api/boundary/call.hpp"

namespace chancery::server {
namespace {

constexpr boundary::Guard kAnyone{.needs = {.capability = policy::Capability::open},
                                  .authentication = boundary::Authentication::none,
                                  .limit = boundary::LimitClass::none};

http::Response answer(bool ready, std::string_view why) {
  base::JsonObject body{{"status", ready ? "ok" : "unavailable"}};
  if (!why.empty()) body["reason"] = why;
  http::Response response = boundary::json_response(body, ready ? 200 : 503);
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace

runtime::Task<http::Response> Health::answer_ready() {
  if (stopping_) co_return answer(false, "stopping");
  if (!committer_.is_healthy()) co_return answer(false, "cannot write");
  try {
    static_cast<void>(co_await store_.count_accounts());
  } catch (const storage::StorageError&) {
    // The question is whether it can be read; "no" is the answer, not a failure.
    co_return answer(false, "cannot read");
  }
  co_return answer(true, {});
}

std::vector<boundary::Route> Health::routes() {
  std::vector<boundary::Route> routes;
  routes.push_back({.method = http::Method::get,
                    .paths = {"/_chancery/health/live"},
                    .guard = kAnyone,
                    .spec = {"chancery", "v1", "GET /_chancery/health/live"},
                    .endpoint = [](boundary::Call&) -> runtime::Task<http::Response> {
                      co_return answer(true, {});
                    }});
  routes.push_back({.method = http::Method::get,
                    .paths = {"/_chancery/health/ready"},
                    .guard = kAnyone,
                    .spec = {"chancery", "v1", "GET /_chancery/health/ready"},
                    .endpoint = [this](boundary::Call&) { return answer_ready(); }});
  return routes;
}

}  // namespace chancery::server
