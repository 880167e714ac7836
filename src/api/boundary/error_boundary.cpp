// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Turns whatever leaves an endpoint into a response. One of the four places that catch.
#include "api/boundary/boundary.hpp"
#include "api/boundary/call.hpp"
#include "base/log.hpp"
#include "protocol/api_error.hpp"
#include "storage/errors.hpp"

namespace chancery::boundary {

namespace {

http::Response error_response(unsigned status, std::string_view code, std::string_view text,
                              base::JsonObject extra = {}) {
  base::JsonObject body = std::move(extra);
  body["errcode"] = code;
  body["error"] = text;
  return json_response(body, status);
}

http::Response respond(const protocol::ApiError& error, std::string_view request_id) {
  if (!error.reason().empty()) {
    base::log(base::LogLevel::debug, "request refused",
              {{"request", request_id},
               {"code", protocol::error_code_name(error.code())},
               {"because", error.reason()}});
  }
  http::Response response = error_response(error.status(), protocol::error_code_name(error.code()),
                                           error.public_text(), error.extra());
  if (const base::Json* wait = error.extra().if_contains("retry_after_ms");
      wait != nullptr && wait->is_int64()) {
    response.headers.add("Retry-After", fmt::format("{}", (wait->get_int64() + 999) / 1000));
  }
  return response;
}

}  // namespace

http::Response response_to_failure(std::exception_ptr failure, std::string_view request_id) {
  try {
    std::rethrow_exception(failure);
  } catch (const protocol::ApiError& error) {
    return respond(error, request_id);
  } catch (const http::BodyError& error) {
    return Boundary::refuse(error.status, error.what());
  } catch (const storage::StorageConflict& error) {
    base::log_warn("conflict left an endpoint", {{"request", request_id}, {"what", error.what()}});
    return error_response(503, "M_UNKNOWN", "Another request was faster; try again");
  } catch (const storage::StorageCorrupt& error) {
    base::log_error("what is stored is damaged", {{"request", request_id}, {"what", error.what()}});
    return error_response(500, "M_UNKNOWN", "What the server has stored is damaged");
  } catch (const storage::StorageError& error) {
    base::log_error("storage failed", {{"request", request_id}, {"what", error.what()}});
    return error_response(503, "M_UNKNOWN", "The server cannot store this at the moment");
  } catch (const runtime::PeerGone&) {
    return error_response(499, "M_UNKNOWN", "The client has gone");
  } catch (const std::exception& error) {
    base::log_error("request failed", {{"request", request_id}, {"what", error.what()}});
    return error_response(500, "M_UNKNOWN", "Internal server error");
  } catch (const runtime::Cancelled&) {
    return error_response(503, "M_UNKNOWN", "The request was given up");
  }
}

http::Response Boundary::refuse(unsigned status, std::string_view reason) {
  std::string_view code = "M_UNKNOWN";
  if (status == 413 || status == 414 || status == 431) code = "M_TOO_LARGE";
  if (status == 404 || status == 405 || status == 501) code = "M_UNRECOGNIZED";
  http::Response response = error_response(status, code, reason);
  add_cors(response);
  return response;
}

}  // namespace chancery::boundary
