// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Turns whatever leaves an endpoint into a response. One of the four places that catch.
#include "api/boundary/error_boundary.hpp"

#include "api/boundary/boundary.hpp"
#include "api/boundary/call.hpp"
#include "base/log.hpp"
#include "protocol/api_error.hpp"
#include "storage/errors.hpp"

namespace chancery::boundary {

namespace {

http::Response matrix_error(const Failure& failure) {
  base::JsonObject body = failure.extra;
  body["errcode"] = failure.code;
  body["error"] = failure.text;
  return json_response(body, failure.status);
}

Failure describe(const protocol::ApiError& error, std::string_view request_id) {
  if (!error.reason().empty()) {
    base::log(base::LogLevel::debug, "request_refused",
              {{"request", request_id},
               {"code", protocol::error_code_name(error.code())},
               {"because", error.reason()}});
  }
  return {.status = error.status(),
          .code = std::string(protocol::error_code_name(error.code())),
          .text = error.public_text(),
          .extra = error.extra()};
}

Failure unknown(unsigned status, std::string_view text) {
  return {.status = status, .code = "M_UNKNOWN", .text = std::string(text), .extra = {}};
}

// What never became a request, or whose body cannot be had.
Failure unreadable(unsigned status, std::string_view reason) {
  Failure failure = unknown(status, reason);
  if (status == 413 || status == 414 || status == 431) failure.code = "M_TOO_LARGE";
  if (status == 404 || status == 405 || status == 501) failure.code = "M_UNRECOGNIZED";
  return failure;
}

}  // namespace

Failure ErrorBoundary::look_into(std::exception_ptr failure, std::string_view request_id) {
  try {
    std::rethrow_exception(failure);
  } catch (const protocol::ApiError& error) {
    return describe(error, request_id);
  } catch (const http::BodyError& error) {
    return unreadable(error.status, error.what());
  } catch (const storage::StorageConflict& error) {
    base::log_warn("conflict_left_endpoint", {{"request", request_id}, {"what", error.what()}});
    return unknown(503, "Another request was faster; try again");
  } catch (const storage::StorageCorrupt& error) {
    base::log_error("storage_damaged", {{"request", request_id}, {"what", error.what()}});
    return unknown(500, "What the server has stored is damaged");
  } catch (const storage::StorageError& error) {
    tell_of_storage(error.what(), request_id);
    return unknown(503, "The server cannot store this at the moment");
  } catch (const runtime::PeerGone&) {
    return unknown(499, "The client has gone");
  } catch (const std::exception& error) {
    base::log_error("request_failed", {{"request", request_id}, {"what", error.what()}});
    return unknown(500, "Internal server error");
  } catch (const runtime::Cancelled&) {
    return unknown(503, "The request was given up");
  }
}

void ErrorBoundary::tell_of_storage(std::string_view what, std::string_view request_id) {
  const auto left_out = storage_failures_.take(what, clock_.steady_now());
  if (!left_out) return;
  base::log_error("storage_failed",
                  {{"request", request_id}, {"what", what}, {"left_out", *left_out}});
}

http::Response ErrorBoundary::response_to(std::exception_ptr failure, std::string_view request_id,
                                          const Route& route) {
  const Failure told = look_into(std::move(failure), request_id);
  http::Response response = route.show_failure ? route.show_failure(told) : matrix_error(told);
  if (const base::Json* wait = told.extra.if_contains("retry_after_ms");
      wait != nullptr && wait->is_int64()) {
    response.headers.add("Retry-After", fmt::format("{}", (wait->get_int64() + 999) / 1000));
  }
  return response;
}

http::Response Boundary::refuse(unsigned status, std::string_view reason) {
  http::Response response = matrix_error(unreadable(status, reason));
  add_cors(response);
  return response;
}

}  // namespace chancery::boundary
