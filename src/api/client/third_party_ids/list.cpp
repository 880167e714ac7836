// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/account/3pid
//
// Returns the addresses of one's own account.
#include "api/boundary/call.hpp"
#include "api/client/third_party_ids/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /account/3pid"};

runtime::Task<http::Response> handle(third_party_ids::ThirdPartyIds& ids, Call& call) {
  base::JsonArray listed;
  for (const third_party_ids::ThirdPartyId& one : co_await ids.load(call.session().user)) {
    listed.emplace_back(base::JsonObject{{"medium", third_party_ids::kEmail},
                                         {"address", one.address.text()},
                                         {"validated_at", one.validated_at.milliseconds},
                                         {"added_at", one.added_at.milliseconds}});
  }
  co_return boundary::json_response(base::JsonObject{{"threepids", std::move(listed)}});
}

}  // namespace

boundary::Route list_third_party_ids(third_party_ids::ThirdPartyIds& ids) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/account/3pid"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&ids](Call& call) { return handle(ids, call); }};
}

}  // namespace chancery::client
