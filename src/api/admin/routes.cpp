// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/admin/routes.hpp"

#include "base/assert.hpp"

#include <array>
#include <iterator>
#include <utility>

namespace chancery::admin_api {
namespace {

constexpr std::string_view kRoot = "/_synapse/admin/";

http::Method method_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, http::Method>, 4> kMethods{
      {{"GET", http::Method::get},
       {"PUT", http::Method::put},
       {"POST", http::Method::post},
       {"DELETE", http::Method::del}}};
  for (const auto& [known, method] : kMethods) {
    if (known == name) return method;
  }
  CHANCERY_ASSERT(!"an operation begins with its method");
  return http::Method::other;
}

}  // namespace

boundary::Route admin_route(boundary::Spec spec, boundary::Endpoint endpoint) {
  const std::size_t space = spec.operation.find(' ');
  CHANCERY_ASSERT(space != std::string_view::npos);
  std::string path(spec.operation.substr(space + 1));
  if (!path.starts_with(kRoot)) path = std::string(kRoot) + std::string(spec.version) + path;
  boundary::Guard guard = boundary::kAdministrator;
  const http::Method method = method_of(spec.operation.substr(0, space));
  if (method == http::Method::get) guard.limit = boundary::LimitClass::read;
  return {.method = method,
          .paths = {std::move(path)},
          .guard = guard,
          .spec = spec,
          .endpoint = std::move(endpoint)};
}

boundary::Route admin_route_or_slash(boundary::Spec spec, boundary::Endpoint endpoint) {
  boundary::Route route = admin_route(spec, std::move(endpoint));
  route.paths.push_back(route.paths.front() + "/");
  return route;
}

Routes admin_routes(const AdminServices& services) {
  Routes all;
  const auto add = [&all](Routes routes) {
    all.insert(all.end(), std::make_move_iterator(routes.begin()),
               std::make_move_iterator(routes.end()));
  };
  add(user_list_routes(services));
  add(user_routes(services));
  add(user_act_routes(services));
  add(user_belonging_routes(services));
  add(user_device_routes(services));
  add(user_feature_routes(services));
  add(user_redaction_routes(services));
  add(rate_exception_routes(services));
  add(room_routes(services));
  add(room_act_routes(services));
  add(room_removal_routes(services));
  add(history_purge_routes(services));
  add(scheduled_task_routes(services));
  add(report_routes(services));
  add(media_routes(services));
  add(media_quarantine_routes(services));
  add(server_notice_routes(services));
  add(server_fact_routes(services));
  return all;
}

}  // namespace chancery::admin_api
