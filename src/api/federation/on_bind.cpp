// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/federation/v1/3pid/onbind
//
// An identity server says that somebody has proven an address, and hands over the invites to it.
#include "api/boundary/call.hpp"
#include "api/federation/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::federation_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;
using third_party_ids::VouchedInvites;

namespace {

constexpr boundary::Spec kSpec{"server-server", "v1.19", "PUT /_matrix/federation/v1/3pid/onbind"};

VouchedInvites::Invite read_invite(const base::Json& json) {
  if (!json.is_object()) throw ApiError(ErrorCode::bad_json, "An invite is an object");
  const base::JsonObject& invite = json.get_object();
  auto room = protocol::RoomId::parse(boundary::get_string(invite, "room_id"));
  if (!room) throw ApiError(ErrorCode::invalid_param, "'room_id' is no id of a room");
  const base::JsonObject* signed_part = boundary::optional_object(invite, "signed");
  if (signed_part == nullptr) throw ApiError(ErrorCode::missing_param, "'signed' is missing");
  return {.room = *std::move(room), .signed_part = *signed_part};
}

runtime::Task<http::Response> handle(VouchedInvites& invites, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  auto user = protocol::UserId::parse(boundary::get_string(body, "mxid"));
  if (!user) throw ApiError(ErrorCode::invalid_param, "'mxid' is no id of a user");
  const base::JsonArray* given = base::find_array(body, "invites");
  if (given == nullptr) throw ApiError(ErrorCode::missing_param, "'invites' is missing");
  if (given->size() > VouchedInvites::kMost) {
    throw ApiError(ErrorCode::too_large, "These are too many invites");
  }
  std::vector<VouchedInvites::Invite> read;
  for (const base::Json& one : *given) read.push_back(read_invite(one));
  co_await invites.accept_all(*std::move(user), std::move(read));
  co_return boundary::json_response(base::JsonObject{});
}

}  // namespace

boundary::Route on_bind(VouchedInvites& invites) {
  return {.method = http::Method::put,
          .paths = {"/_matrix/federation/v1/3pid/onbind"},
          .guard = boundary::open_guard(boundary::LimitClass::write),
          .spec = kSpec,
          .endpoint = [&invites](Call& call) { return handle(invites, call); }};
}

}  // namespace chancery::federation_api
