// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/confirm_address
// POST /_chancery/confirm_address/look
//
// What the page behind a mail's link does: says which address it is and what it is asked for, and
// by its button confirms that the address is one's own.
#include "api/boundary/call.hpp"
#include "api/client/third_party_ids/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kLookSpec{"chancery", "v1", "POST /_chancery/confirm_address/look"};
constexpr boundary::Spec kSpec{"chancery", "v1", "POST /_chancery/confirm_address"};

runtime::Task<http::Response> handle(third_party_ids::Validations& validations, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const auto confirmed = co_await validations.confirm(boundary::get_string(body, "token"));
  base::JsonObject answer;
  if (confirmed.next_link) answer["next_link"] = *confirmed.next_link;
  co_return boundary::json_response(answer);
}

// On the page, in what follows "it was asked for to".
std::string_view words_of(third_party_ids::Purpose purpose) {
  switch (purpose) {
    case third_party_ids::Purpose::registration:
      return "make an account";
    case third_party_ids::Purpose::password:
      return "set a new password for the account that has it";
    case third_party_ids::Purpose::adding:
      break;
  }
  return "add it to an account";
}

runtime::Task<http::Response> look(third_party_ids::Validations& validations, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const auto asked = co_await validations.look(boundary::get_string(body, "token"));
  co_return boundary::json_response(
      base::JsonObject{{"address", asked.address.text()}, {"purpose", words_of(asked.purpose)}});
}

}  // namespace

std::vector<boundary::Route> confirm_address_routes(third_party_ids::Validations& validations) {
  const auto route = [](std::string path, boundary::Spec spec, boundary::LimitClass limit,
                        boundary::Endpoint endpoint) {
    return boundary::Route{.method = http::Method::post,
                           .paths = {std::move(path)},
                           .guard = boundary::open_guard(limit),
                           .spec = spec,
                           .endpoint = std::move(endpoint)};
  };
  std::vector<boundary::Route> routes;
  routes.push_back(route("/_chancery/confirm_address/look", kLookSpec, boundary::LimitClass::read,
                         [&validations](Call& call) { return look(validations, call); }));
  routes.push_back(route("/_chancery/confirm_address", kSpec, boundary::LimitClass::sign_in,
                         [&validations](Call& call) { return handle(validations, call); }));
  return routes;
}

}  // namespace chancery::client
