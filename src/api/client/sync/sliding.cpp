// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/sync/sliding.hpp"

#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr base::Milliseconds kLongestWait = std::chrono::minutes(5);

// Deployed clients say in the query what the stable face has in the body.
void read_query(sync::SlidingBody& body, Call& call) {
  if (const auto pos = call.query("pos")) body.pos = std::string(*pos);
  if (const auto presence = call.query("set_presence")) body.set_presence = std::string(*presence);
  if (const auto timeout = call.query_integer("timeout")) {
    body.timeout = base::Milliseconds(*timeout);
  }
}

// Out of line, so that its frame is gone while the sync waits.
[[gnu::noinline]] runtime::Task<sync::SlidingBody> load_body(ParsedBodies& bodies, Call& call) {
  co_return bodies.get(co_await http::read_body(call.request(), call.route().guard.body_limit));
}

}  // namespace

void let_go_of_head(Call& call) {
  call.request().headers = http::Headers();
  call.request().target = std::string();
  call.request().path = std::string();
  // Of a service the query says who it acts as, which is asked for again when its session ended.
  if (call.session().service.empty()) call.request().query = http::Query();
}

void note_presence(accounts::Presence& presence, const protocol::UserId& user,
                   std::string_view set_presence) {
  const auto availability = accounts::parse_availability(set_presence);
  if (!availability) {
    throw ApiError(ErrorCode::invalid_param,
                   "'set_presence' must be online, unavailable or offline");
  }
  if (*availability != accounts::Availability::offline) presence.note_sync(user, *availability);
}

// Waits for minutes, mostly: what is only needed before is not to be part of its frame.
runtime::Task<http::Response> answer_sliding_sync(SyncServices services, sync::SlidingFace face,
                                                  ParsedBodies& bodies, Call& call) {
  runtime::Task<std::string> answering;
  {
    sync::SlidingBody body = co_await load_body(bodies, call);
    if (face == sync::SlidingFace::unstable) read_query(body, call);
    note_presence(services.presence, call.session().user, body.set_presence.value_or("online"));
    let_go_of_head(call);
    const base::Milliseconds timeout = std::clamp(body.timeout.value_or(base::Milliseconds(0)),
                                                  base::Milliseconds(0), kLongestWait);
    answering = services.sliding.sync({.session = call.session(),
                                       .face = face,
                                       .body = std::move(body),
                                       .timeout = timeout,
                                       .gone = call.gone()});
  }
  co_return boundary::json_text_response(co_await std::move(answering));
}

}  // namespace chancery::client
