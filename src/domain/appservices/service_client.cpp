// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/service_client.hpp"

#include "base/json.hpp"

#include <utility>

namespace chancery::appservices {
namespace {

http::OutboundRequest to_outbound(const Service& service, const ServiceRequest& request,
                                  const std::string& path) {
  http::OutboundRequest outbound{.method = request.method,
                                 .url = service.facts().url + path,
                                 .headers = {},
                                 .body = request.body,
                                 .chosen_by = http::ChosenBy::operator_,
                                 .time = request.time};
  outbound.headers.add("Authorization", "Bearer " + service.facts().hs_token);
  if (!request.body.empty()) outbound.headers.add("Content-Type", "application/json");
  return outbound;
}

// That nobody knows the path is something else than that somebody knows of no such thing.
bool is_unrecognised(const http::OutboundResult& result) {
  if (!result || (result->status != 404 && result->status != 405)) return false;
  const auto body = base::parse_json(result->body);
  if (!body || !body->is_object()) return true;
  const auto code = base::find_string(body->get_object(), "errcode");
  return !code || *code == "M_UNRECOGNIZED";
}

}  // namespace

runtime::Task<http::OutboundResult> ServiceClient::send(const Service& service,
                                                        ServiceRequest request,
                                                        runtime::CancelToken cancel) {
  http::OutboundResult result =
      co_await outbound_.send(to_outbound(service, request, request.path), cancel);
  if (request.legacy.empty() || !is_unrecognised(result)) co_return result;
  // COMPAT: services built on libraries from before 2019; may go when the specification drops it.
  co_return co_await outbound_.send(to_outbound(service, request, request.legacy),
                                    std::move(cancel));
}

}  // namespace chancery::appservices
