// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET    /_synapse/admin/v1/event_reports
// GET    /_synapse/admin/v1/event_reports/{reportId}
// DELETE /_synapse/admin/v1/event_reports/{reportId}
//
// What people reported: events, and beyond Synapse's API rooms and persons too.
#include "api/admin/routes.hpp"
#include "base/parse_number.hpp"
#include "domain/rooms/client_event.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

base::JsonObject describe(const admin::ReportFacts& report) {
  const storage::AddReport& what = report.stored.report;
  std::string_view kind = "event";
  if (what.event.empty()) kind = what.room.empty() ? "user" : "room";
  return {{"id", report.stored.id},
          {"received_ts", what.at.milliseconds},
          {"kind", kind},
          {"room_id", text_or_null(what.room)},
          {"event_id", text_or_null(what.event)},
          {"user_id", what.reporter.text()},
          {"reason", report.reason},
          {"score", nullptr},
          {"sender", what.about ? base::Json(what.about->text()) : nullptr},
          {"name", text_or_null(report.room_name)},
          {"canonical_alias", text_or_null(report.canonical_alias)}};
}

std::int64_t read_id(const Call& call) {
  const auto id = base::parse_number<std::int64_t>(call.path("reportId"));
  if (!id || *id < 0) throw ApiError(ErrorCode::invalid_param, "A report's id is a number");
  return *id;
}

runtime::Task<http::Response> list(admin::ReportList& reports, Call& call) {
  const storage::ReportQuery query{.reporter = std::string(call.query("user_id").value_or("")),
                                   .room = std::string(call.query("room_id").value_or("")),
                                   .sorting = read_sorting(call, storage::Sorting::descending),
                                   .page = read_page(call)};
  const auto page = co_await reports.load(query);
  base::JsonArray shown;
  for (const admin::ReportFacts& report : page.rows) shown.push_back(describe(report));
  base::JsonObject answer{{"event_reports", std::move(shown)}, {"total", page.total}};
  if (const auto next = next_of(query.page, page.rows.size(), page.total)) {
    answer["next_token"] = *next;
  }
  co_return boundary::json_response(answer);
}

runtime::Task<http::Response> show(const AdminServices& services, Call& call) {
  const admin::ReportFacts report = co_await services.reports.read(call.session(), read_id(call));
  base::JsonObject answer = describe(report);
  const rooms::CachedEventPtr event = co_await services.reports.find_event(report);
  answer["event_json"] = nullptr;
  if (event) {
    std::string text;
    rooms::append_federation_event(text, *event,
                                   {.user = call.session().user,
                                    .device = call.session().device,
                                    .now = services.clock.now()});
    answer["event_json"] = json_or_null(text);
  }
  co_return boundary::json_response(answer);
}

runtime::Task<http::Response> remove(admin::ReportList& reports, Call& call) {
  co_await reports.remove(call.session(), read_id(call));
  co_return boundary::empty_response();
}

}  // namespace

Routes report_routes(const AdminServices& services) {
  admin::ReportList& reports = services.reports;
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /event_reports"},
                               [&reports](Call& call) { return list(reports, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /event_reports/{reportId}"},
                               [services](Call& call) { return show(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "DELETE /event_reports/{reportId}"},
                               [&reports](Call& call) { return remove(reports, call); }));
  return routes;
}

}  // namespace chancery::admin_api
