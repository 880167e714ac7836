// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/sync
//
// Tells what changed since a token; waits for news up to `timeout` milliseconds.
#include "api/boundary/call.hpp"
#include "api/client/sync/parsed_filters.hpp"
#include "api/client/sync/sliding.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /sync"};
constexpr base::Milliseconds kLongestWait = std::chrono::minutes(5);

// The parameter is a filter's id, or the filter itself. Out of line, so that its frame is gone
// while the sync waits.
[[gnu::noinline]] runtime::Task<std::shared_ptr<const protocol::Filter>> load_filter(
    accounts::Filters& stored, ParsedFilters& parsed, Call& call) {
  const auto given = call.query("filter");
  if (!given || given->empty()) co_return parsed.everything();
  if (given->starts_with('{')) co_return parsed.get(std::string(*given));
  const auto found = co_await stored.find(call.session().user, std::string(*given));
  if (!found) throw ApiError(ErrorCode::invalid_param, "There is no such filter");
  co_return parsed.get(*found);
}

std::optional<sync::SyncToken> read_since(Call& call) {
  const auto text = call.query("since");
  if (!text || text->empty()) return std::nullopt;
  const auto token = sync::parse_sync_token(*text);
  if (!token) throw ApiError(ErrorCode::invalid_param, "'since' is no token of this server");
  return token;
}

sync::SyncRequest read_request(Call& call, std::shared_ptr<const protocol::Filter> filter) {
  const bool is_after = call.query_bool("use_state_after").value_or(false);
  // COMPAT: clients from before 1.16, and matrix-js-sdk still, ask for it and read it by this name.
  const bool is_after_unstable =
      call.query_bool("org.matrix.msc4222.use_state_after").value_or(false);
  return {.session = call.session(),
          .since = read_since(call),
          .filter = std::move(filter),
          .state_scope = call.query_bool("full_state").value_or(false) ? sync::StateScope::full
                                                                       : sync::StateScope::changes,
          .state_place = is_after || is_after_unstable ? sync::StatePlace::after_timeline
                                                       : sync::StatePlace::before_timeline,
          .state_after_name = is_after ? "state_after" : "org.matrix.msc4222.state_after",
          .timeout = std::clamp(base::Milliseconds(call.query_integer("timeout").value_or(0)),
                                base::Milliseconds(0), kLongestWait),
          .gone = call.gone()};
}

// Out of line as well, for the request that is made here.
[[gnu::noinline]] runtime::Task<std::string> start_sync(
    const SyncServices& services, std::shared_ptr<const protocol::Filter> filter, Call& call) {
  sync::SyncRequest request = read_request(call, std::move(filter));
  note_presence(services.presence, call.session().user,
                call.query("set_presence").value_or("online"));
  let_go_of_head(call);
  return services.engine.sync(std::move(request));
}

// Waits for minutes, mostly: what is only needed before is not to be part of its frame.
// `services` and `filters` live in the route.
runtime::Task<http::Response> handle(const SyncServices& services, ParsedFilters& filters,
                                     Call& call) {
  auto filter = co_await load_filter(services.filters, filters, call);
  co_return boundary::json_text_response(co_await start_sync(services, std::move(filter), call));
}

}  // namespace

boundary::Route sync_route(SyncServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/sync"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services, filters = std::make_shared<ParsedFilters>()](Call& call) {
            return handle(services, *filters, call);
          }};
}

std::vector<boundary::Route> sync_routes(const SyncServices& services) {
  std::vector<boundary::Route> routes;
  routes.push_back(sync_route(services));
  routes.push_back(sliding_sync_route(services));
  routes.push_back(simplified_sliding_sync_route(services));
  std::ranges::move(thread_subscription_routes(services), std::back_inserter(routes));
  routes.push_back(thread_subscriptions_route(services));
  return routes;
}

}  // namespace chancery::client
