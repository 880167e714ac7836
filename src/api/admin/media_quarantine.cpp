// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_synapse/admin/v1/media/quarantine/{serverName}/{mediaId}
// POST /_synapse/admin/v1/media/unquarantine/{serverName}/{mediaId}
// POST /_synapse/admin/v1/room/{roomId}/media/quarantine
// POST /_synapse/admin/v1/user/{userId}/media/quarantine
// POST /_synapse/admin/v1/media/protect/{mediaId}
// POST /_synapse/admin/v1/media/unprotect/{mediaId}
//
// Hides files from everybody without removing them, and lets them be seen again.
#include "api/admin/routes.hpp"

namespace chancery::admin_api {

using boundary::Call;

namespace {

using Quarantine = admin::MediaModeration::Quarantine;
using Safe = admin::MediaModeration::Safe;

runtime::Task<http::Response> set_quarantine(const AdminServices& services, Call& call,
                                             Quarantine quarantine) {
  const media::MediaName name{.server = call.path("serverName"), .media_id = call.path("mediaId")};
  // Whoever hid the files of a room lets each of them out again, whosever it is.
  if (quarantine == Quarantine::begin) co_await require_may_act(services, call.session(), name);
  co_await services.media.set_quarantine(call.session(), name, quarantine);
  co_return boundary::empty_response();
}

runtime::Task<http::Response> quarantine_room(admin::MediaModeration& media, Call& call) {
  const std::int64_t count = co_await media.quarantine_all_in(call.session(), call.room_id());
  co_return boundary::json_response(base::JsonObject{{"num_quarantined", count}});
}

runtime::Task<http::Response> quarantine_user(const AdminServices& services, Call& call) {
  co_await services.moderation.act_on(call.session(), call.user_id());
  const std::int64_t count =
      co_await services.media.quarantine_all_of(call.session(), call.user_id());
  co_return boundary::json_response(base::JsonObject{{"num_quarantined", count}});
}

runtime::Task<http::Response> set_safe(admin::MediaModeration& media, Call& call, Safe safe) {
  co_await media.set_safe(call.session(), call.path("mediaId"), safe);
  co_return boundary::empty_response();
}

}  // namespace

Routes media_quarantine_routes(const AdminServices& services) {
  admin::MediaModeration& media = services.media;
  Routes routes;
  routes.push_back(admin_route_or_slash(
      {"synapse-admin", "v1", "POST /media/quarantine/{serverName}/{mediaId}"},
      [services](Call& call) { return set_quarantine(services, call, Quarantine::begin); }));
  routes.push_back(admin_route_or_slash(
      {"synapse-admin", "v1", "POST /media/unquarantine/{serverName}/{mediaId}"},
      [services](Call& call) { return set_quarantine(services, call, Quarantine::end); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /room/{roomId}/media/quarantine"},
                               [&media](Call& call) { return quarantine_room(media, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /user/{userId}/media/quarantine"},
                               [services](Call& call) { return quarantine_user(services, call); }));
  routes.push_back(
      admin_route_or_slash({"synapse-admin", "v1", "POST /media/protect/{mediaId}"},
                           [&media](Call& call) { return set_safe(media, call, Safe::yes); }));
  routes.push_back(
      admin_route_or_slash({"synapse-admin", "v1", "POST /media/unprotect/{mediaId}"},
                           [&media](Call& call) { return set_safe(media, call, Safe::no); }));
  return routes;
}

}  // namespace chancery::admin_api
