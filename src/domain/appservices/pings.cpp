// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/pings.hpp"

#include "base/json.hpp"
#include "base/utf8.hpp"
#include "protocol/api_error.hpp"

#include <fmt/core.h>

#include <utility>

namespace chancery::appservices {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

// As much of an answer as may help; cut where no character is torn.
std::string shown_body(std::string body) {
  if (body.size() <= Pings::kMostShown) return body;
  std::size_t end = Pings::kMostShown;
  while (end > 0 && (static_cast<unsigned char>(body[end]) & 0xC0U) == 0x80U) --end;
  body.resize(end);
  return body;
}

[[noreturn]] void throw_bad_status(const http::OutboundResponse& response) {
  std::string body = shown_body(response.body);
  auto error = ApiError(ErrorCode::bad_status,
                        fmt::format("The application service answered {}", response.status))
                   .with("status", response.status);
  if (base::is_utf8(body)) throw std::move(error).with("body", base::Json(body));
  throw std::move(error);
}

}  // namespace

runtime::Task<std::chrono::milliseconds> Pings::ping(accounts::Session session, std::string id,
                                                     std::optional<std::string> transaction,
                                                     runtime::CancelToken gone) {
  const Service* service = ports_.registry.find(id);
  if (session.service.empty() || service == nullptr || session.service != id) {
    throw ApiError(ErrorCode::forbidden, "This is not the token of that application service");
  }
  if (!service->is_reachable()) {
    throw ApiError(ErrorCode::url_not_set, "The application service has no URL");
  }
  base::JsonObject body;
  if (transaction) body["transaction_id"] = *std::move(transaction);
  const runtime::SteadyTime started = ports_.clock.steady_now();
  const http::OutboundResult result = co_await ports_.client.send(*service,
                                                                  {.method = http::Method::post,
                                                                   .path = "/_matrix/app/v1/ping",
                                                                   .legacy = {},
                                                                   .body = base::to_text(body),
                                                                   .time = kPatience},
                                                                  std::move(gone));
  if (!result && result.error() == http::OutboundFailure::timed_out) {
    throw ApiError(ErrorCode::connection_timeout, "The application service did not answer in time");
  }
  if (!result) {
    throw ApiError(ErrorCode::connection_failed, "The application service could not be reached")
        .because(std::string(http::outbound_failure_name(result.error())));
  }
  if (!is_success(result)) throw_bad_status(*result);
  ports_.deliveries.note_alive(*service);
  co_return std::chrono::duration_cast<std::chrono::milliseconds>(ports_.clock.steady_now() -
                                                                  started);
}

}  // namespace chancery::appservices
