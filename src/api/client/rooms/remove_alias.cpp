// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// DELETE /_matrix/client/v3/directory/room/{roomAlias}
//
// Takes an alias away.
#include "api/boundary/call.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "DELETE /directory/room/{roomAlias}"};

runtime::Task<http::Response> handle(rooms::Aliases& aliases, Call& call) {
  co_await aliases.remove(rooms::actor_of(call.session()), call.room_alias());
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route remove_alias(rooms::Aliases& aliases) {
  return {.method = http::Method::del,
          .paths = boundary::v3_paths("/directory/room/{roomAlias}"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&aliases](Call& call) { return handle(aliases, call); }};
}

}  // namespace chancery::client
