// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/rooms/{roomId}/hierarchy
// GET /_synapse/admin/v1/rooms/{roomId}/hierarchy
//
// Shows the rooms that a space leads to, in pages; to owners of the server all of them.
#include "api/boundary/call.hpp"
#include "api/client/rooms/public_rooms.hpp"
#include "api/client/rooms/routes.hpp"
#include "base/parse_number.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/hierarchy"};
constexpr boundary::Spec kOwnersSpec{"synapse-admin", "v1", "GET /rooms/{roomId}/hierarchy"};
constexpr std::int64_t kUsualLimit = 50;
constexpr std::int64_t kMostLimit = 100;
constexpr std::int64_t kMostDepth = 20;

std::int64_t read_number(const Call& call, std::string_view name, std::int64_t usual) {
  const std::int64_t number = call.query_integer(name).value_or(usual);
  if (number < 0) throw ApiError(ErrorCode::invalid_param, fmt::format("'{}' is negative", name));
  return number;
}

// "<rooms to skip>_<what the first request asked for>"
std::string token_of(const rooms::Hierarchy::Request& request, std::size_t skip) {
  const bool is_narrow = request.children == rooms::Hierarchy::Request::Children::suggested;
  return fmt::format("{}_{}{}", skip, request.max_depth, is_narrow ? "s" : "");
}

std::size_t read_skip(const Call& call, const rooms::Hierarchy::Request& request) {
  const auto token = call.query("from");
  if (!token) return 0;
  const auto skip = base::parse_number<std::size_t>(token->substr(0, token->find('_')));
  if (!skip || token_of(request, *skip) != *token) {
    throw ApiError(ErrorCode::invalid_param,
                   "'from' is no token of this server, or of another request than this");
  }
  return *skip;
}

base::JsonObject to_json(const rooms::Hierarchy::Found& found) {
  base::JsonObject shown = summary_json(found.room);
  base::JsonArray children;
  for (const rooms::CachedEventPtr& child : found.children) {
    const protocol::VerifiedEvent& event = *child->event;
    children.emplace_back(
        base::JsonObject{{"content", event.content()},
                         {"origin_server_ts", event.origin_server_ts().milliseconds},
                         {"sender", event.sender().text()},
                         {"state_key", *event.state_key()},
                         {"type", event.type()}});
  }
  shown["children_state"] = std::move(children);
  return shown;
}

using Sight = rooms::Hierarchy::Request::Sight;

runtime::Task<http::Response> handle(rooms::Hierarchy& hierarchy, Sight sight, Call& call) {
  using Children = rooms::Hierarchy::Request::Children;
  const bool is_narrow = call.query_bool("suggested_only").value_or(false);
  rooms::Hierarchy::Request request{.user = call.session().user,
                                    .root = call.room_id(),
                                    .sight = sight,
                                    .children = is_narrow ? Children::suggested : Children::all,
                                    .max_depth = static_cast<std::size_t>(std::min(
                                        read_number(call, "max_depth", kMostDepth), kMostDepth)),
                                    .skip = 0,
                                    .limit = static_cast<std::size_t>(std::clamp<std::int64_t>(
                                        read_number(call, "limit", kUsualLimit), 1, kMostLimit))};
  request.skip = read_skip(call, request);
  const rooms::Hierarchy::Page page = co_await hierarchy.load(request);
  base::JsonArray found;
  for (const rooms::Hierarchy::Found& one : page.rooms) found.emplace_back(to_json(one));
  base::JsonObject body{{"rooms", std::move(found)}};
  if (page.next) body["next_batch"] = token_of(request, *page.next);
  co_return boundary::json_response(body);
}

}  // namespace

boundary::Route space_hierarchy(rooms::Hierarchy& hierarchy) {
  return {.method = http::Method::get,
          .paths = boundary::v1_paths("/rooms/{roomId}/hierarchy"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&hierarchy](Call& call) { return handle(hierarchy, Sight::own, call); }};
}

boundary::Route space_hierarchy_for_owners(rooms::Hierarchy& hierarchy) {
  return {.method = http::Method::get,
          .paths = {"/_synapse/admin/v1/rooms/{roomId}/hierarchy"},
          .guard = boundary::kAdministrator,
          .spec = kOwnersSpec,
          .endpoint = [&hierarchy](Call& call) { return handle(hierarchy, Sight::all, call); }};
}

}  // namespace chancery::client
