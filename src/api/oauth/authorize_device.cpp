// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/oauth2/device
//
// Gives a device the code that its owner is to type elsewhere (RFC 8628).
#include "api/oauth/forms.hpp"
#include "api/oauth/routes.hpp"

namespace chancery::oauth_api {

using boundary::Call;
using oauth::DeviceGrants;

namespace {

constexpr boundary::Spec kSpec{"rfc", "8628", "POST /_chancery/oauth2/device"};

runtime::Task<http::Response> handle(DeviceGrants& grants, const Site& site, Call& call) {
  const auto begun = co_await grants.begin(co_await read_form(call));
  if (!begun) co_return refuse(begun.error());
  const std::string page = site.at(kLinkPath);
  const auto lifetime = std::chrono::duration_cast<std::chrono::seconds>(DeviceGrants::kLifetime);
  http::Response response = boundary::json_response(
      base::JsonObject{{"device_code", begun->device_code},
                       {"user_code", begun->user_code},
                       {"verification_uri", page},
                       {"verification_uri_complete", page + "?user_code=" + begun->user_code},
                       {"expires_in", lifetime.count()},
                       {"interval", DeviceGrants::kInterval.count()}});
  add_no_store(response);
  co_return response;
}

}  // namespace

boundary::Route authorize_device(const Services& services) {
  return {.method = http::Method::post,
          .paths = {std::string(kDevicePath)},
          .guard = form_guard(boundary::LimitClass::sign_in),
          .spec = kSpec,
          .endpoint = [&grants = services.device_grants,
                       &site = services.site](Call& call) { return handle(grants, site, call); },
          .show_failure = show_failure};
}

}  // namespace chancery::oauth_api
