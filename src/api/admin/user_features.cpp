// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_synapse/admin/v1/experimental_features/{userId}
// PUT /_synapse/admin/v1/experimental_features/{userId}
//
// What Synapse switches on for one person after another. Here all have it or nobody has: shown is
// what is offered, and what is asked for must be that.
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <array>

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

struct Feature {
  std::string_view name;     // as tools call it
  std::string_view offered;  // as clients see it among the unstable features
};
constexpr std::array<Feature, 3> kFeatures{{{"msc3575", "org.matrix.simplified_msc3575"},
                                            {"msc3881", "org.matrix.msc3881"},
                                            {"msc4222", "org.matrix.msc4222"}}};

bool is_offered(const AdminServices& services, const Feature& feature) {
  return std::ranges::find(services.features, feature.offered) != services.features.end();
}

runtime::Task<http::Response> show(const AdminServices& services, Call& call) {
  co_await services.moderation.look_at(call.session(), call.user_id());
  base::JsonObject features;
  for (const Feature& feature : kFeatures) {
    features[feature.name] = is_offered(services, feature);
  }
  co_return boundary::json_response(base::JsonObject{{"features", std::move(features)}});
}

runtime::Task<http::Response> set(const AdminServices& services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  co_await services.moderation.look_at(call.session(), call.user_id());
  const base::JsonObject* wanted = base::find_object(body, "features");
  if (wanted == nullptr) throw ApiError(ErrorCode::missing_param, "'features' is missing");
  for (const auto& member : *wanted) {
    const auto feature =
        std::ranges::find(kFeatures, std::string_view(member.key()), &Feature::name);
    if (feature == kFeatures.end() || !member.value().is_bool()) {
      throw ApiError(ErrorCode::invalid_param, "There is no such feature to be switched");
    }
    if (member.value().get_bool() == is_offered(services, *feature)) continue;
    throw ApiError(ErrorCode::invalid_param, "This server has it for everybody or for nobody");
  }
  co_return boundary::empty_response();
}

}  // namespace

Routes user_feature_routes(const AdminServices& services) {
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /experimental_features/{userId}"},
                               [services](Call& call) { return show(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "PUT /experimental_features/{userId}"},
                               [services](Call& call) { return set(services, call); }));
  return routes;
}

}  // namespace chancery::admin_api
