// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/sync
//
// Tells what changed since a token; waits for news up to `timeout` milliseconds.
#include "api/boundary/call.hpp"
#include "api/client/sync/sliding.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /sync"};
constexpr base::Milliseconds kLongestWait = std::chrono::minutes(5);

std::shared_ptr<const protocol::Filter> parse_filter(const std::string& text) {
  const auto json = base::parse_json(text);
  if (!json) throw ApiError(ErrorCode::invalid_param, "The filter is not JSON");
  auto filter = protocol::Filter::parse(*json);
  if (!filter) {
    throw ApiError(
        ErrorCode::invalid_param,
        fmt::format("The filter's '{}' {}", filter.error().member, filter.error().reason));
  }
  return std::make_shared<const protocol::Filter>(*std::move(filter));
}

// The parameter is a filter's id, or the filter itself.
runtime::Task<std::shared_ptr<const protocol::Filter>> load_filter(accounts::Filters& filters,
                                                                   Call& call) {
  const auto given = call.query("filter");
  if (!given || given->empty()) co_return std::make_shared<const protocol::Filter>();
  if (given->starts_with('{')) co_return parse_filter(std::string(*given));
  const auto stored = co_await filters.find(call.session().user, std::string(*given));
  if (!stored) throw ApiError(ErrorCode::invalid_param, "There is no such filter");
  co_return parse_filter(*stored);
}

std::optional<sync::SyncToken> read_since(Call& call) {
  const auto text = call.query("since");
  if (!text || text->empty()) return std::nullopt;
  const auto token = sync::parse_sync_token(*text);
  if (!token) throw ApiError(ErrorCode::invalid_param, "'since' is no token of this server");
  return token;
}

runtime::Task<http::Response> handle(SyncServices services, Call& call) {
  const bool is_after = call.query_bool("use_state_after").value_or(false);
  // COMPAT: clients from before 1.16, and matrix-js-sdk still, ask for it and read it by this name.
  const bool is_after_unstable =
      call.query_bool("org.matrix.msc4222.use_state_after").value_or(false);
  sync::SyncRequest request{
      .session = call.session(),
      .since = read_since(call),
      .filter = co_await load_filter(services.filters, call),
      .state_scope = call.query_bool("full_state").value_or(false) ? sync::StateScope::full
                                                                   : sync::StateScope::changes,
      .state_place = is_after || is_after_unstable ? sync::StatePlace::after_timeline
                                                   : sync::StatePlace::before_timeline,
      .state_after_name = is_after ? "state_after" : "org.matrix.msc4222.state_after",
      .timeout = std::clamp(base::Milliseconds(call.query_integer("timeout").value_or(0)),
                            base::Milliseconds(0), kLongestWait),
      .gone = call.gone()};
  note_presence(services.presence, call.session().user,
                call.query("set_presence").value_or("online"));
  co_return boundary::json_text_response(co_await services.engine.sync(std::move(request)));
}

}  // namespace

boundary::Route sync_route(SyncServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/sync"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
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
