// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT  …/org.matrix.msc4140/rooms/{roomId}/delayed_event/{eventType}/{txnId}
// GET  …/org.matrix.msc4140/delayed_events
// GET  …/org.matrix.msc4140/delayed_events/{delayId}
// POST …/org.matrix.msc4140/delayed_events/{delayId}/{action}
// POST …/org.matrix.msc4140/delayed_events/{delayId}
//
// Keeps events to be sent later, shows them to who gave them, and sends, restarts or cancels them
// for whoever knows their ids.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <utility>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;
using rooms::DelayedEvents;

namespace {

constexpr std::string_view kBase = "/_matrix/client/unstable/org.matrix.msc4140";
constexpr std::size_t kPage = 100;

std::vector<std::string> paths(std::string_view path) {
  return {std::string(kBase) + std::string(path)};
}

// --- scheduling --------------------------------------------------------------------------------

runtime::Task<http::Response> schedule(DelayedEvents& delayed, Call& call) {
  base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::refused, base::JsonRules::canonical);
  const auto delay = boundary::optional_integer(body, "delay_ms");
  const base::JsonObject* content = boundary::optional_object(body, "content");
  if (!delay || content == nullptr) {
    throw ApiError(ErrorCode::missing_param, "'delay_ms' and 'content' are needed");
  }
  if (*delay <= 0) {
    throw ApiError(ErrorCode::invalid_param, "The delay must be more than 0 milliseconds");
  }
  co_return describe_delayed(co_await delayed.schedule(
      rooms::actor_of(call.session()), {.room = call.room_id(),
                                        .type = call.path("eventType"),
                                        .state_key = boundary::optional_string(body, "state_key"),
                                        .content = *content,
                                        .transaction = call.transaction_id(),
                                        .delay = base::Milliseconds(*delay),
                                        .sticky_for = read_stickiness(call),
                                        .form = DelayedEvents::Request::Form::body}));
}

// --- showing -----------------------------------------------------------------------------------

base::JsonObject describe(const DelayedEvents::Shown& shown) {
  const rooms::DelayedContent& content = shown.content;
  base::JsonObject json{{"delay_id", shown.id},
                        {"room_id", content.room.text()},
                        {"type", content.type},
                        {"delay_ms", content.delay.count()},
                        {"scheduled_at", content.scheduled_at.milliseconds},
                        {"content", content.content}};
  if (content.state_key) json["state_key"] = *content.state_key;
  // COMPAT: the names of earlier forms of the proposal, which clients still read.
  json["delay"] = json["delay_ms"];
  json["running_since"] = json["scheduled_at"];
  if (shown.finalised_at.milliseconds == 0) return json;
  json["finalised_ts"] = shown.finalised_at.milliseconds;
  if (!shown.event_id.empty()) json["event_id"] = shown.event_id;
  if (auto error = base::parse_json(shown.error); error && error->is_object()) {
    json["error"] = *std::move(error);
  }
  return json;
}

// COMPAT: how clients of an earlier form of the proposal read what is finalised.
base::JsonObject describe_outcome(const DelayedEvents::Shown& shown) {
  base::JsonObject described = describe(shown);
  base::JsonObject json{{"delayed_event", described},
                        {"outcome", shown.event_id.empty() ? "cancel" : "send"},
                        {"reason", shown.error.empty() ? "action" : "error"},
                        {"origin_server_ts", shown.finalised_at.milliseconds}};
  const base::Timestamp due = shown.content.scheduled_at + shown.content.delay;
  if (!shown.event_id.empty()) {
    json["event_id"] = shown.event_id;
    if (shown.finalised_at >= due) json["reason"] = "delay";
  }
  if (const base::Json* error = described.if_contains("error")) json["error"] = *error;
  return json;
}

enum class Status : std::uint8_t { waiting, finalised };

bool has_status(const DelayedEvents::Shown& shown, Status status) {
  return (shown.finalised_at.milliseconds == 0) == (status == Status::waiting);
}

// What stands behind the id of the last one of the page before.
std::vector<DelayedEvents::Shown> after_token(std::vector<DelayedEvents::Shown> all,
                                              const Call& call) {
  const auto token = call.query("from");
  if (!token || token->empty()) return all;
  const auto last = std::ranges::find(all, *token, &DelayedEvents::Shown::id);
  if (last == all.end()) {
    throw ApiError(ErrorCode::invalid_param, "'from' is no token of this server, or too old");
  }
  all.erase(all.begin(), std::next(last));
  return all;
}

// All that waits; or, as an earlier form of the proposal has it, what has one `status`, in pages.
runtime::Task<http::Response> list(DelayedEvents& delayed, Call& call) {
  std::vector<DelayedEvents::Shown> all = co_await delayed.load(call.session().user);
  const auto status = call.query("status");
  if (!status) {
    base::JsonArray waiting;
    for (const DelayedEvents::Shown& one : all) {
      if (has_status(one, Status::waiting)) waiting.emplace_back(describe(one));
    }
    co_return boundary::json_response(base::JsonObject{{"delayed_events", std::move(waiting)}});
  }
  if (*status != "scheduled" && *status != "finalised") {
    throw ApiError(ErrorCode::invalid_param, "'status' must be scheduled or finalised");
  }
  const Status wanted = *status == "scheduled" ? Status::waiting : Status::finalised;
  std::erase_if(all, [wanted](const auto& one) { return !has_status(one, wanted); });
  if (const auto id = call.query("delay_id")) {
    std::erase_if(all, [&id](const DelayedEvents::Shown& one) { return one.id != *id; });
  }
  all = after_token(std::move(all), call);
  base::JsonObject body;
  if (all.size() > kPage) {
    all.resize(kPage);
    body["next_batch"] = all.back().id;
  }
  base::JsonArray listed;
  for (const DelayedEvents::Shown& one : all) {
    listed.emplace_back(wanted == Status::waiting ? describe(one) : describe_outcome(one));
  }
  body[*status] = std::move(listed);
  co_return boundary::json_response(body);
}

runtime::Task<http::Response> show(DelayedEvents& delayed, Call& call) {
  const auto shown = co_await delayed.find(call.session().user, call.path("delayId"));
  if (!shown) throw ApiError(ErrorCode::not_found, "There is no such delayed event");
  co_return boundary::json_response(describe(*shown));
}

// --- acting ------------------------------------------------------------------------------------

std::optional<DelayedEvents::Act> find_act(std::string_view name) {
  if (name == "send") return DelayedEvents::Act::send;
  if (name == "cancel") return DelayedEvents::Act::cancel;
  if (name == "restart") return DelayedEvents::Act::restart;
  return std::nullopt;
}

runtime::Task<http::Response> act(DelayedEvents& delayed, Call& call, DelayedEvents::Act what) {
  std::optional<protocol::UserId> by;
  if (call.find_session()) by = call.session().user;
  co_await delayed.act(call.path("delayId"), std::move(by), what);
  co_return boundary::empty_response();
}

runtime::Task<http::Response> act_by_path(DelayedEvents& delayed, Call& call) {
  const auto what = find_act(call.path("action"));
  if (!what) throw ApiError(ErrorCode::unrecognized, "The action must be send, restart or cancel");
  co_return co_await act(delayed, call, *what);
}

// COMPAT: clients of an earlier form of the proposal name the action in the body.
runtime::Task<http::Response> act_by_body(DelayedEvents& delayed, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const auto what = find_act(boundary::get_string(body, "action"));
  if (!what) throw ApiError(ErrorCode::invalid_param, "'action' must be send, restart or cancel");
  co_return co_await act(delayed, call, *what);
}

}  // namespace

std::vector<boundary::Route> delayed_event_routes(DelayedEvents& delayed) {
  constexpr std::string_view kOne = "/delayed_events/{delayId}";
  // Who knows the id may act: services for calls do that for clients that are gone.
  const boundary::Guard who_knows{.needs = {.capability = policy::Capability::open},
                                  .authentication = boundary::Authentication::optional,
                                  .limit = boundary::LimitClass::write};
  std::vector<boundary::Route> routes;
  routes.push_back({.method = http::Method::put,
                    .paths = paths("/rooms/{roomId}/delayed_event/{eventType}/{txnId}"),
                    .guard = {.needs = {.capability = policy::Capability::take_part},
                              .limit = boundary::LimitClass::message},
                    .spec = {"client-server", "MSC4140",
                             "PUT /rooms/{roomId}/delayed_event/{eventType}/{txnId}"},
                    .endpoint = [&delayed](Call& call) { return schedule(delayed, call); }});
  routes.push_back({.method = http::Method::get,
                    .paths = paths("/delayed_events"),
                    .guard = boundary::kReader,
                    .spec = {"client-server", "MSC4140", "GET /delayed_events"},
                    .endpoint = [&delayed](Call& call) { return list(delayed, call); }});
  routes.push_back({.method = http::Method::get,
                    .paths = paths(kOne),
                    .guard = boundary::kReader,
                    .spec = {"client-server", "MSC4140", "GET /delayed_events/{delayId}"},
                    .endpoint = [&delayed](Call& call) { return show(delayed, call); }});
  routes.push_back({.method = http::Method::post,
                    .paths = paths(kOne),
                    .guard = who_knows,
                    .spec = {"client-server", "MSC4140", "POST /delayed_events/{delayId}"},
                    .endpoint = [&delayed](Call& call) { return act_by_body(delayed, call); }});
  routes.push_back({.method = http::Method::post,
                    .paths = paths("/delayed_events/{delayId}/{action}"),
                    .guard = who_knows,
                    .spec = {"client-server", "MSC4140", "POST /delayed_events/{delayId}/{action}"},
                    .endpoint = [&delayed](Call& call) { return act_by_path(delayed, call); }});
  return routes;
}

}  // namespace chancery::client
