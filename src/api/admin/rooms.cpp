// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_synapse/admin/v1/rooms
// GET /_synapse/admin/v1/rooms/{roomId}
// GET /_synapse/admin/v1/rooms/{roomId}/members
// GET /_synapse/admin/v1/rooms/{roomId}/state
// GET /_synapse/admin/v1/rooms/{roomId}/forward_extremities
// GET /_synapse/admin/v1/statistics/database/rooms
//
// Shows rooms: what they are, who is in them and how large they are, not what was said there.
#include "api/admin/routes.hpp"
#include "domain/rooms/client_event.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

using admin::RoomOrder;

constexpr std::array<std::pair<std::string_view, RoomOrder>, 15> kOrders{
    {{"name", RoomOrder::name},
     {"alphabetical", RoomOrder::name},
     {"size", RoomOrder::joined_members},
     {"joined_members", RoomOrder::joined_members},
     {"joined_local_members", RoomOrder::joined_local_members},
     {"canonical_alias", RoomOrder::canonical_alias},
     {"version", RoomOrder::version},
     {"creator", RoomOrder::creator},
     {"encryption", RoomOrder::encryption},
     {"federatable", RoomOrder::federatable},
     {"public", RoomOrder::shown},
     {"join_rules", RoomOrder::join_rule},
     {"guest_access", RoomOrder::guest_access},
     {"history_visibility", RoomOrder::history_visibility},
     {"state_events", RoomOrder::state_events}}};

base::Json or_null(const std::optional<std::string>& text) {
  return text ? base::Json(*text) : base::Json(nullptr);
}

base::JsonObject describe(const admin::RoomFacts& room) {
  return {{"room_id", room.id.text()},
          {"name", or_null(room.name)},
          {"canonical_alias", or_null(room.canonical_alias)},
          {"joined_members", room.joined_members},
          {"joined_local_members", room.joined_local_members},
          {"version", room.version},
          {"creator", room.creator.text()},
          {"encryption", or_null(room.encryption)},
          {"federatable", room.federatable},
          {"public", room.shown},
          {"join_rules", or_null(room.join_rule)},
          {"guest_access", or_null(room.guest_access)},
          {"history_visibility", or_null(room.history_visibility)},
          {"state_events", room.state_events},
          {"room_type", or_null(room.room_type)}};
}

runtime::Task<http::Response> list(admin::RoomList& rooms, Call& call) {
  const admin::RoomQuery query{.search = std::string(call.query("search_term").value_or("")),
                               .shown = call.query_bool("public_rooms"),
                               .empty = call.query_bool("empty_rooms"),
                               .order = read_order(call, kOrders, RoomOrder::name),
                               .sorting = read_sorting(call, storage::Sorting::ascending),
                               .page = read_page(call)};
  const auto page = co_await rooms.list(query);
  base::JsonArray shown;
  for (const admin::RoomFacts& room : page.rows) shown.push_back(describe(room));
  base::JsonObject answer{
      {"rooms", std::move(shown)}, {"offset", query.page.from}, {"total_rooms", page.total}};
  if (const auto next = next_of(query.page, page.rows.size(), page.total)) {
    answer["next_batch"] = *next;
  }
  if (query.page.from > 0) {
    answer["prev_batch"] = std::max<std::int64_t>(0, query.page.from - query.page.limit);
  }
  co_return boundary::json_response(answer);
}

runtime::Task<http::Response> show(const AdminServices& services, Call& call) {
  const admin::RoomFacts room = co_await services.rooms.describe(call.room_id());
  base::JsonObject answer = describe(room);
  answer["avatar"] = or_null(room.avatar_url);
  answer["topic"] = or_null(room.topic);
  std::int64_t devices = 0;
  for (const protocol::UserId& member : co_await services.rooms.load_members(call.room_id())) {
    devices += static_cast<std::int64_t>((co_await services.devices.load(member)).size());
  }
  answer["joined_local_devices"] = devices;
  answer["forgotten"] = room.joined_local_members == 0;
  co_return boundary::json_response(answer);
}

runtime::Task<http::Response> show_members(admin::RoomList& rooms, Call& call) {
  base::JsonArray members;
  for (const protocol::UserId& member : co_await rooms.load_members(call.room_id())) {
    members.emplace_back(member.text());
  }
  const auto total = static_cast<std::int64_t>(members.size());
  co_return boundary::json_response(
      base::JsonObject{{"members", std::move(members)}, {"total", total}});
}

runtime::Task<http::Response> show_state(const AdminServices& services, Call& call) {
  const rooms::ClientView view{
      .user = call.session().user, .device = call.session().device, .now = services.clock.now()};
  std::string body = R"({"state":[)";
  bool is_first = true;
  for (const rooms::CachedEventPtr& event : co_await services.rooms.load_state(call.room_id())) {
    if (!is_first) body += ',';
    is_first = false;
    rooms::append_client_event(body, *event, view);
  }
  body += "]}";
  co_return boundary::json_text_response(std::move(body));
}

runtime::Task<http::Response> show_extremities(admin::RoomList& rooms, Call& call) {
  const rooms::RoomPtr room = co_await rooms.get(call.room_id());
  const rooms::RoomHead head = room->head();
  base::JsonArray results;
  for (const protocol::EventId& event : head.forward_extremities) {
    results.push_back(base::JsonObject{{"event_id", event.text()}, {"depth", head.depth}});
  }
  const auto count = static_cast<std::int64_t>(results.size());
  co_return boundary::json_response(
      base::JsonObject{{"count", count}, {"results", std::move(results)}});
}

runtime::Task<http::Response> show_largest(admin::RoomList& rooms) {
  constexpr std::int64_t kCount = 10;
  base::JsonArray shown;
  for (const admin::RoomList::Size& size : co_await rooms.load_largest(kCount)) {
    shown.push_back(
        base::JsonObject{{"room_id", size.room.text()}, {"estimated_size", size.bytes}});
  }
  co_return boundary::json_response(base::JsonObject{{"rooms", std::move(shown)}});
}

}  // namespace

Routes room_routes(const AdminServices& services) {
  admin::RoomList& rooms = services.rooms;
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /rooms"},
                               [&rooms](Call& call) { return list(rooms, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /rooms/{roomId}"},
                               [services](Call& call) { return show(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /rooms/{roomId}/members"},
                               [&rooms](Call& call) { return show_members(rooms, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /rooms/{roomId}/state"},
                               [services](Call& call) { return show_state(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /rooms/{roomId}/forward_extremities"},
                               [&rooms](Call& call) { return show_extremities(rooms, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /statistics/database/rooms"},
                               [&rooms](Call&) { return show_largest(rooms); }));
  return routes;
}

}  // namespace chancery::admin_api
