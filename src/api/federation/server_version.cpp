// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/federation/v1/version
//
// Names the program and its version.
#include "api/boundary/call.hpp"
#include "api/federation/routes.hpp"

namespace chancery::federation_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"server-server", "v1.19", "GET /_matrix/federation/v1/version"};

runtime::Task<http::Response> handle(std::string version) {
  co_return boundary::json_response(base::JsonObject{
      {"server", base::JsonObject{{"name", "Chancery"}, {"version", std::move(version)}}}});
}

}  // namespace

boundary::Route server_version(std::string program_version) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/federation/v1/version"},
          .guard = boundary::kOpen,
          .spec = kSpec,
          .endpoint = [program_version](Call&) { return handle(program_version); }};
}

}  // namespace chancery::federation_api
