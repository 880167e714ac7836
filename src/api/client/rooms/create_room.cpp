// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/createRoom
//
// Makes a room.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"
#include "base/log.hpp"
#include "protocol/api_error.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /createRoom"};
// Each is an event of its own in the one commit.
constexpr std::size_t kMostInvites = 500;
constexpr std::size_t kMostInitialState = 500;

rooms::InitialState read_initial_state(const base::Json& json) {
  const base::JsonObject* object = json.if_object();
  if (object == nullptr) throw ApiError(ErrorCode::bad_json, "initial_state holds objects");
  const base::JsonObject* content = boundary::optional_object(*object, "content");
  if (content == nullptr) throw ApiError(ErrorCode::bad_json, "initial_state has no content");
  return {.type = boundary::get_string(*object, "type"),
          .key = boundary::optional_string(*object, "state_key").value_or(""),
          .content = *content};
}

// Who is shown to everyone is open to everyone, unless the client says otherwise.
rooms::Preset read_preset(const base::JsonObject& body, rooms::RoomRequest::Shown shown) {
  const auto name = boundary::optional_string(body, "preset");
  if (!name) {
    return shown == rooms::RoomRequest::Shown::yes ? rooms::Preset::public_chat
                                                   : rooms::Preset::private_chat;
  }
  const auto preset = protocol::find_room_preset(*name);
  if (!preset) throw ApiError(ErrorCode::invalid_param, "preset is none that is known");
  return *preset;
}

rooms::RoomRequest::Shown read_visibility(const base::JsonObject& body) {
  const std::string visibility = boundary::optional_string(body, "visibility").value_or("private");
  if (visibility != "public" && visibility != "private") {
    throw ApiError(ErrorCode::invalid_param, "visibility must be 'public' or 'private'");
  }
  return visibility == "public" ? rooms::RoomRequest::Shown::yes : rooms::RoomRequest::Shown::no;
}

void check_limits(const rooms::RoomRequest& request) {
  if (request.invite.size() > kMostInvites || request.initial_state.size() > kMostInitialState) {
    throw ApiError(ErrorCode::invalid_param, "Too many invites or too much initial state");
  }
}

rooms::RoomRequest read_request(const base::JsonObject& body) {
  rooms::RoomRequest request;
  request.version = boundary::optional_string(body, "room_version");
  request.shown = read_visibility(body);
  request.preset = read_preset(body, request.shown);
  if (const auto* content = boundary::optional_object(body, "creation_content")) {
    request.creation_content = *content;
  }
  if (const auto* listed = boundary::optional_array(body, "initial_state")) {
    for (const base::Json& state : *listed) {
      request.initial_state.push_back(read_initial_state(state));
    }
  }
  request.name = boundary::optional_string(body, "name");
  request.topic = boundary::optional_string(body, "topic");
  request.alias_name = boundary::optional_string(body, "room_alias_name");
  request.invite = read_users(body, "invite");
  if (boundary::optional_bool(body, "is_direct").value_or(false)) {
    request.direct = rooms::RoomRequest::Direct::yes;
  }
  if (const auto* levels = boundary::optional_object(body, "power_level_content_override")) {
    request.power_levels = *levels;
  }
  check_limits(request);
  return request;
}

// Read before the room is made, so that a mistake in them makes none.
std::vector<third_party_ids::AddressInvites::Request> read_address_invites(
    const base::JsonObject& body) {
  std::vector<third_party_ids::AddressInvites::Request> invites;
  const auto* listed = boundary::optional_array(body, "invite_3pid");
  if (listed == nullptr) return invites;
  if (listed->size() > kMostInvites) {
    throw ApiError(ErrorCode::invalid_param, "Too many invites or too much initial state");
  }
  const bool is_direct = boundary::optional_bool(body, "is_direct").value_or(false);
  for (const base::Json& one : *listed) {
    if (!one.is_object()) throw ApiError(ErrorCode::bad_json, "'invite_3pid' is a list of objects");
    invites.push_back(read_address_invite(one.get_object(), {}));
    if (is_direct) invites.back().direct = rooms::InviteRequest::Direct::yes;
  }
  return invites;
}

runtime::Task<> invite_by_address(const RoomServices& services,
                                  third_party_ids::AddressInvites::Request invite, Call& call) {
  const std::string server = invite.account.server;
  try {
    co_await services.address_invites.invite(rooms::actor_of(call.session()), std::move(invite),
                                             call.gone());
  } catch (const ApiError& refused) {  // the room is there: its maker may invite again
    base::log_info("address_not_invited",
                   {{"identity_server", server},
                    {"code", protocol::error_code_name(refused.code())},
                    {"reason", refused.reason().empty() ? refused.public_text()
                                                        : std::string_view(refused.reason())}});
  }
}

runtime::Task<http::Response> handle(const RoomServices& services, Call& call) {
  const base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::refused, base::JsonRules::canonical);
  auto by_address = read_address_invites(body);
  for (const auto& invite : by_address) services.address_invites.require_allowed(invite);
  const protocol::RoomId room =
      co_await services.creation.create(rooms::actor_of(call.session()), read_request(body));
  co_await services.upgraded.follow(call.session(), room);
  for (auto& invite : by_address) {
    invite.room = room;
    co_await invite_by_address(services, std::move(invite), call);
  }
  co_return describe_room(room);
}

}  // namespace

boundary::Route create_room(const RoomServices& services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/createRoom"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
