// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/mutual_rooms
//
// Lists the rooms that the caller and somebody else are both in, in pages.
#include "api/boundary/call.hpp"
#include "api/client/rooms/routes.hpp"
#include "base/parse_number.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /mutual_rooms"};
constexpr std::size_t kPage = 100;

protocol::UserId read_other(const Call& call) {
  const auto text = call.query("user_id");
  if (!text) throw ApiError(ErrorCode::missing_param, "'user_id' is missing");
  auto other = protocol::UserId::parse(*text);
  if (!other) throw ApiError(ErrorCode::invalid_param, "'user_id' is no user id");
  if (*other == call.session().user) {
    throw ApiError(ErrorCode::invalid_param, "'user_id' is your own");
  }
  return *std::move(other);
}

// A token is the number of the last room of the page before.
storage::RoomNumber read_place(const Call& call) {
  auto text = call.query("from");
  if (!text) text = call.query("batch_token");  // COMPAT: MSC2666's name for it
  if (!text) return {};
  const auto number = base::parse_number<std::uint32_t>(*text);
  if (!number) throw ApiError(ErrorCode::invalid_param, "'from' is no token of this server");
  return {*number};
}

runtime::Task<http::Response> handle(rooms::Rooms& rooms, Call& call) {
  const protocol::UserId other = read_other(call);
  const storage::RoomNumber after = read_place(call);
  const auto mutual = rooms.memberships().mutual_rooms(call.session().user, other);
  auto next = std::ranges::upper_bound(mutual, after, {}, &rooms::UserRoom::room);
  base::JsonArray joined;
  for (; next != mutual.end() && joined.size() < kPage; ++next)
    joined.emplace_back(next->id.text());
  base::JsonObject body{{"joined", std::move(joined)}, {"count", mutual.size()}};
  if (next != mutual.end()) {
    const std::string token = std::to_string(std::prev(next)->room.value);
    body["next_batch"] = token;
    body["next_batch_token"] = token;  // COMPAT: MSC2666's name for it
  }
  co_return boundary::json_response(body);
}

}  // namespace

boundary::Route mutual_rooms(rooms::Rooms& rooms) {
  std::vector<std::string> paths = boundary::v1_paths("/mutual_rooms");
  paths.emplace_back("/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms");
  return {.method = http::Method::get,
          .paths = std::move(paths),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&rooms](Call& call) { return handle(rooms, call); }};
}

}  // namespace chancery::client
