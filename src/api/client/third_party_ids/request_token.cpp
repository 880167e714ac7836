// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/register/email/requestToken
// POST /_matrix/client/v3/account/password/email/requestToken
// POST /_matrix/client/v3/account/3pid/email/requestToken
// and the same for msisdn, which this server cannot write to
//
// Has a mail sent by which somebody proves that an address is theirs. Whoever shows the token of an
// app of OAuth is told at once that the app cannot add it.
#include "api/boundary/call.hpp"
#include "api/client/third_party_ids/routes.hpp"
#include "protocol/api_error.hpp"

#include <array>
#include <string>
#include <string_view>

namespace chancery::client {

using boundary::Call;
using third_party_ids::Purpose;

namespace {

// Nobody is to have mail sent in bulk.
constexpr boundary::Guard kStranger{.needs = {.capability = policy::Capability::open},
                                    .authentication = boundary::Authentication::none,
                                    .limit = boundary::LimitClass::sign_in};
// A token is not needed; who shows one is known by it.
constexpr boundary::Guard kAdding{.needs = {.capability = policy::Capability::open},
                                  .authentication = boundary::Authentication::optional,
                                  .limit = boundary::LimitClass::sign_in};

// A path under v3; its operation is named like it.
struct Row {
  std::string_view operation;  // "POST " and the path
  Purpose purpose;
};
constexpr std::array kByMail{
    Row{"POST /register/email/requestToken", Purpose::registration},
    Row{"POST /account/password/email/requestToken", Purpose::password},
    Row{"POST /account/3pid/email/requestToken", Purpose::adding},
};
constexpr std::array kByTelephone{
    Row{"POST /register/msisdn/requestToken", Purpose::registration},
    Row{"POST /account/password/msisdn/requestToken", Purpose::password},
    Row{"POST /account/3pid/msisdn/requestToken", Purpose::adding},
};

std::int64_t read_attempt(const base::JsonObject& body) {
  const auto attempt = boundary::optional_integer(body, "send_attempt");
  if (!attempt) {
    throw protocol::ApiError(protocol::ErrorCode::missing_param, "'send_attempt' is missing");
  }
  return *attempt;
}

runtime::Task<http::Response> handle(third_party_ids::Validations& validations, Purpose purpose,
                                     Call& call) {
  if (purpose == Purpose::adding && call.find_session() != nullptr) {
    InteractiveAuth::refuse_apps_of_oauth(*call.find_session());
  }
  const base::JsonObject body = co_await call.json_body();
  third_party_ids::Validations::Request request{
      .purpose = purpose,
      .address = boundary::get_string(body, "email"),
      .client_secret = boundary::get_string(body, "client_secret"),
      .send_attempt = read_attempt(body),
      .next_link = boundary::optional_string(body, "next_link"),
      .from = call.request().peer.address};
  const std::string session = co_await validations.request(std::move(request));
  co_return boundary::json_response(base::JsonObject{{"sid", session}});
}

runtime::Task<http::Response> deny(Purpose purpose) {
  throw protocol::ApiError(third_party_ids::code_of_medium_not_offered(purpose),
                           "This server does not write to telephones");
}

boundary::Route make_route(const Row& row, boundary::Endpoint endpoint) {
  constexpr std::string_view kMethod = "POST ";
  return {.method = http::Method::post,
          .paths = boundary::v3_paths(row.operation.substr(kMethod.size())),
          .guard = row.purpose == Purpose::adding ? kAdding : kStranger,
          .spec = {"client-server", "v1.19", row.operation},
          .endpoint = std::move(endpoint)};
}

}  // namespace

std::vector<boundary::Route> request_token_routes(third_party_ids::Validations& validations) {
  std::vector<boundary::Route> routes;
  for (const Row& row : kByMail) {
    routes.push_back(make_route(row, [&validations, purpose = row.purpose](Call& call) {
      return handle(validations, purpose, call);
    }));
  }
  for (const Row& row : kByTelephone) {
    routes.push_back(make_route(row, [purpose = row.purpose](Call&) { return deny(purpose); }));
  }
  return routes;
}

}  // namespace chancery::client
