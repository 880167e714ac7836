// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/rooms/{roomId}/forget
//
// Takes a room that the user has left out of their lists, and its history with it.
#include "api/boundary/call.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /rooms/{roomId}/forget"};

runtime::Task<http::Response> handle(rooms::MemberActs& members, Call& call) {
  co_await members.forget(rooms::actor_of(call.session()), call.room_id());
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route forget_room(rooms::MemberActs& members) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/rooms/{roomId}/forget"),
          .guard = {.needs = {.capability = policy::Capability::use_client},
                    .limit = boundary::LimitClass::write},
          .spec = kSpec,
          .endpoint = [&members](Call& call) { return handle(members, call); }};
}

}  // namespace chancery::client
