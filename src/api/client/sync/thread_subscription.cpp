// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT, GET and DELETE
// /_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{eventId}/subscription
//
// Whether the user follows one thread; `automatic` of a PUT names the event because of which their
// client subscribes.
#include "api/boundary/call.hpp"
#include "api/client/sync/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr std::string_view kPath =
    "/_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{eventId}/subscription";
constexpr boundary::Spec kPutSpec{"client-server", "MSC4306",
                                  "PUT /rooms/{roomId}/thread/{eventId}/subscription"};
constexpr boundary::Spec kGetSpec{"client-server", "MSC4306",
                                  "GET /rooms/{roomId}/thread/{eventId}/subscription"};
constexpr boundary::Spec kDeleteSpec{"client-server", "MSC4306",
                                     "DELETE /rooms/{roomId}/thread/{eventId}/subscription"};

rooms::ThreadSubscriptions::Thread thread_of(const Call& call) {
  return {.room = call.room_id(), .root = call.event_id()};
}

std::optional<protocol::EventId> read_cause(const base::JsonObject& body) {
  const auto text = boundary::optional_string(body, "automatic");
  if (!text) return std::nullopt;
  auto id = protocol::EventId::parse(*text);
  if (!id) {
    throw protocol::ApiError(protocol::ErrorCode::invalid_param, "'automatic' is no event id");
  }
  return *std::move(id);
}

runtime::Task<http::Response> subscribe(SyncServices services, Call& call) {
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  co_await services.threads.subscribe(rooms::actor_of(call.session()), thread_of(call),
                                      read_cause(body));
  co_return boundary::empty_response();
}

runtime::Task<http::Response> show(SyncServices services, Call& call) {
  const storage::ThreadFollowing following =
      co_await services.threads.get(rooms::actor_of(call.session()), thread_of(call));
  co_return boundary::json_response(
      base::JsonObject{{"automatic", following == storage::ThreadFollowing::automatic}});
}

runtime::Task<http::Response> unsubscribe(SyncServices services, Call& call) {
  co_await services.threads.unsubscribe(rooms::actor_of(call.session()), thread_of(call));
  co_return boundary::empty_response();
}

}  // namespace

std::vector<boundary::Route> thread_subscription_routes(SyncServices services) {
  std::vector<boundary::Route> routes;
  routes.push_back({.method = http::Method::put,
                    .paths = {std::string(kPath)},
                    .guard = boundary::kMember,
                    .spec = kPutSpec,
                    .endpoint = [services](Call& call) { return subscribe(services, call); }});
  routes.push_back({.method = http::Method::get,
                    .paths = {std::string(kPath)},
                    .guard = boundary::kReader,
                    .spec = kGetSpec,
                    .endpoint = [services](Call& call) { return show(services, call); }});
  routes.push_back({.method = http::Method::del,
                    .paths = {std::string(kPath)},
                    .guard = boundary::kMember,
                    .spec = kDeleteSpec,
                    .endpoint = [services](Call& call) { return unsubscribe(services, call); }});
  return routes;
}

}  // namespace chancery::client
