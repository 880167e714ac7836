// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET    /_synapse/admin/v1/users/{userId}/media
// DELETE /_synapse/admin/v1/users/{userId}/media
// GET    /_synapse/admin/v1/room/{roomId}/media
// GET    /_synapse/admin/v1/media/{serverName}/{mediaId}
// DELETE /_synapse/admin/v1/media/{serverName}/{mediaId}
// POST   /_synapse/admin/v1/media/delete
// POST   /_synapse/admin/v1/media/{serverName}/delete
// GET    /_synapse/admin/v1/statistics/users/media
//
// Who keeps which files, and removing them.
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

using storage::MediaOrder;
using storage::MediaUseOrder;

// What is sealed (the file's name and type) cannot be ordered by.
constexpr std::array<std::pair<std::string_view, MediaOrder>, 5> kOrders{
    {{"created_ts", MediaOrder::created_at},
     {"media_id", MediaOrder::media_id},
     {"media_length", MediaOrder::size},
     {"quarantined_by", MediaOrder::quarantined_by},
     {"safe_from_quarantine", MediaOrder::safe}}};
constexpr std::array<std::pair<std::string_view, MediaUseOrder>, 4> kUseOrders{
    {{"user_id", MediaUseOrder::user},
     {"displayname", MediaUseOrder::displayname},
     {"media_count", MediaUseOrder::count},
     {"media_length", MediaUseOrder::size}}};

base::JsonObject describe(const admin::MediaFacts& facts) {
  const storage::StoredMedia& media = facts.listed.media;
  return {
      {"media_id", facts.listed.media_id},
      {"created_ts", media.created_at.milliseconds},
      {"last_access_ts", nullptr},  // not kept: it says who looked when
      {"media_length", media.file ? static_cast<std::int64_t>(media.file->size) : std::int64_t{0}},
      {"media_type", facts.content_type},
      {"upload_name", text_or_null(facts.file_name)},
      {"quarantined_by", text_or_null(media.quarantined_by)},
      {"safe_from_quarantine", media.safe}};
}

base::JsonObject describe_removed(const std::vector<std::string>& ids) {
  base::JsonArray removed(ids.begin(), ids.end());
  return {{"deleted_media", std::move(removed)}, {"total", static_cast<std::int64_t>(ids.size())}};
}

storage::MediaQuery read_query(const Call& call) {
  const MediaOrder order = read_order(call, kOrders, MediaOrder::created_at);
  const bool is_ordered = call.query("order_by").has_value();
  return {.user = call.user_id(),
          .order = order,
          .sorting = read_sorting(
              call, is_ordered ? storage::Sorting::ascending : storage::Sorting::descending),
          .page = read_page(call)};
}

media::MediaName name_of(const Call& call) {
  return {.server = call.path("serverName"), .media_id = call.path("mediaId")};
}

runtime::Task<http::Response> list(const AdminServices& services, Call& call) {
  co_await services.moderation.look_at(call.session(), call.user_id());
  const storage::MediaQuery query = read_query(call);
  const auto page = co_await services.media.list(query);
  base::JsonArray shown;
  for (const admin::MediaFacts& facts : page.rows) shown.push_back(describe(facts));
  base::JsonObject answer{{"media", std::move(shown)}, {"total", page.total}};
  if (const auto next = next_of(query.page, page.rows.size(), page.total)) {
    answer["next_token"] = *next;
  }
  co_return boundary::json_response(answer);
}

runtime::Task<http::Response> remove_of(const AdminServices& services, Call& call) {
  co_await services.moderation.act_on(call.session(), call.user_id());
  const auto removed = co_await services.media.remove_of(call.session(), read_query(call));
  co_return boundary::json_response(describe_removed(removed));
}

base::JsonArray texts(const std::vector<protocol::MediaUri>& uris) {
  base::JsonArray shown;
  for (const protocol::MediaUri& uri : uris) shown.emplace_back(uri.text());
  return shown;
}

runtime::Task<http::Response> list_in_room(admin::MediaModeration& media, Call& call) {
  const auto found = co_await media.find_in(call.room_id());
  co_return boundary::json_response(
      base::JsonObject{{"local", texts(found.ours)}, {"remote", texts(found.others)}});
}

runtime::Task<http::Response> show(admin::MediaModeration& media, Call& call) {
  const admin::MediaFacts facts = co_await media.get(name_of(call));
  base::JsonObject shown = describe(facts);
  shown["media_origin"] = nullptr;  // ours
  shown["user_id"] = facts.listed.media.user.text();
  co_return boundary::json_response(base::JsonObject{{"media_info", std::move(shown)}});
}

runtime::Task<http::Response> remove(const AdminServices& services, Call& call) {
  co_await require_may_act(services, call.session(), name_of(call));
  const auto removed = co_await services.media.remove(call.session(), name_of(call));
  co_return boundary::json_response(describe_removed(removed));
}

runtime::Task<http::Response> remove_old(const AdminServices& services, Call& call) {
  using Profiles = storage::OldMediaQuery::Profiles;
  const auto before = call.query_integer("before_ts");
  if (!before) throw ApiError(ErrorCode::missing_param, "'before_ts' is missing");
  const std::int64_t larger_than = call.query_integer("size_gt").value_or(0);
  const base::Timestamp until = read_past(*before, "before_ts");
  if (until > services.clock.now() || larger_than < 0) {
    throw ApiError(ErrorCode::invalid_param, "'before_ts' must have passed, 'size_gt' be a size");
  }
  const bool keeps = call.query_bool("keep_profiles").value_or(true);
  const auto removed = co_await services.media.remove_old(
      call.session(), {.profiles = keeps ? Profiles::keep : Profiles::take,
                       .before = until,
                       .larger_than = larger_than,
                       .server = {},
                       .after = {},
                       .limit = 0});
  co_return boundary::json_response(describe_removed(removed));
}

runtime::Task<http::Response> show_use(admin::MediaModeration& media, Call& call) {
  const storage::MediaUseQuery query{.search = std::string(call.query("search_term").value_or("")),
                                     .from_time = {call.query_integer("from_ts").value_or(0)},
                                     .until_time = {call.query_integer("until_ts").value_or(0)},
                                     .order = read_order(call, kUseOrders, MediaUseOrder::user),
                                     .sorting = read_sorting(call, storage::Sorting::ascending),
                                     .page = read_page(call)};
  const auto page = co_await media.list_use(query);
  base::JsonArray users;
  for (const storage::ListedMediaUse& use : page.rows) {
    users.push_back(base::JsonObject{{"user_id", use.user.text()},
                                     {"displayname", json_or_null(use.display_name)},
                                     {"media_count", use.count},
                                     {"media_length", use.bytes}});
  }
  base::JsonObject answer{{"users", std::move(users)}, {"total", page.total}};
  if (const auto next = next_of(query.page, page.rows.size(), page.total)) {
    answer["next_token"] = *next;
  }
  co_return boundary::json_response(answer);
}

}  // namespace

runtime::Task<> require_may_act(const AdminServices& services, accounts::Session by,
                                media::MediaName name) {
  auto uploader = co_await services.media.find_uploader(std::move(name));
  if (uploader) co_await services.moderation.act_on_thing_of(std::move(by), *std::move(uploader));
}

Routes media_routes(const AdminServices& services) {
  admin::MediaModeration& media = services.media;
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /users/{userId}/media"},
                               [services](Call& call) { return list(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "DELETE /users/{userId}/media"},
                               [services](Call& call) { return remove_of(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /room/{roomId}/media"},
                               [&media](Call& call) { return list_in_room(media, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /media/{serverName}/{mediaId}"},
                               [&media](Call& call) { return show(media, call); }));
  routes.push_back(
      admin_route_or_slash({"synapse-admin", "v1", "DELETE /media/{serverName}/{mediaId}"},
                           [services](Call& call) { return remove(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /media/delete"},
                               [services](Call& call) { return remove_old(services, call); }));
  // COMPAT: synadm names the server; may go when it does not.
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /media/{serverName}/delete"},
                               [services](Call& call) { return remove_old(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /statistics/users/media"},
                               [&media](Call& call) { return show_use(media, call); }));
  return routes;
}

}  // namespace chancery::admin_api
