// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/directory/list/appservice/{networkId}/{roomId}
//
// Shows a room in the directory that an application service keeps for one of its networks, or takes
// it out.
#include "api/boundary/call.hpp"
#include "api/client/application_services/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "PUT /directory/list/appservice/{networkId}/{roomId}"};

runtime::Task<http::Response> handle(rooms::Directory& directory, Call& call) {
  using Shown = rooms::Directory::Shown;
  const base::JsonObject body = co_await call.json_body();
  const std::string visibility = boundary::get_string(body, "visibility");
  if (visibility != "public" && visibility != "private") {
    throw ApiError(ErrorCode::invalid_param, "visibility must be 'public' or 'private'");
  }
  co_await directory.set_shown_on_network(rooms::actor_of(call.session()), call.path("networkId"),
                                          call.room_id(),
                                          visibility == "public" ? Shown::yes : Shown::no);
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route put_network_entry(rooms::Directory& directory) {
  return {.method = http::Method::put,
          .paths = boundary::v3_paths("/directory/list/appservice/{networkId}/{roomId}"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&directory](Call& call) { return handle(directory, call); }};
}

}  // namespace chancery::client
