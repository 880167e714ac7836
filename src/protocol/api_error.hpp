// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The error that ends a request: a Matrix error code and a text that anyone may read.
//
// Thrown by the domain and the endpoints; api/boundary alone turns it into HTTP. What is for the
// log alone goes into `because`.
//
// Spec: client-server, "Standard error response" and "Other error codes".

#include "base/json.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::protocol {

enum class ErrorCode : std::uint8_t {
  forbidden,
  unknown_token,
  missing_token,
  user_locked,
  user_suspended,
  bad_json,
  not_json,
  not_found,
  limit_exceeded,
  unrecognized,
  unknown,
  unauthorized,
  user_deactivated,
  user_in_use,
  invalid_username,
  room_in_use,
  invalid_room_state,
  unsupported_room_version,
  incompatible_room_version,
  bad_state,
  guest_access_forbidden,
  missing_param,
  invalid_param,
  too_large,
  exclusive,
  resource_limit_exceeded,
  weak_password,
  wrong_room_keys_version,
  duplicate_annotation,
  bad_alias,
  not_yet_uploaded,
  cannot_overwrite_media,
  unknown_pos,
  unable_to_authorise_join,
  unable_to_grant_join,
  threepid_denied,
  threepid_not_found,
  threepid_in_use,
  threepid_auth_failed,
  threepid_medium_not_supported,
  server_not_trusted,
  invalid_signature,
  profile_too_large,
  key_too_large,
  invite_blocked,
  cannot_leave_server_notice_room,
  user_limit_exceeded,
  unknown_device,
  appservice_login_unsupported,
  url_not_set,
  bad_status,
  connection_failed,
  connection_timeout,
  not_in_thread,               // MSC4306
  conflicting_unsubscription,  // MSC4306
  unavailable,                 // 503, M_UNKNOWN: the server cannot store at the moment
};

// "M_FORBIDDEN" and its like.
[[nodiscard]] std::string_view error_code_name(ErrorCode code);
// The HTTP status that goes with `code` unless an endpoint says otherwise.
[[nodiscard]] unsigned default_status(ErrorCode code);

class ApiError : public std::exception {
 public:
  ApiError(ErrorCode code, std::string public_text)
      : code_(code), status_(default_status(code)), text_(std::move(public_text)) {}

  // For the log only.
  ApiError&& because(std::string reason) && {
    reason_ = std::move(reason);
    return std::move(*this);
  }
  // Another HTTP status than the code's own, where the specification has one.
  ApiError&& with_status(unsigned status) && {
    status_ = status;
    return std::move(*this);
  }
  // Members beside errcode and error: "retry_after_ms", "soft_logout", "room_version", ….
  ApiError&& with(std::string_view name, base::Json value) && {
    extra_[name] = std::move(value);
    return std::move(*this);
  }

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] unsigned status() const { return status_; }
  [[nodiscard]] const std::string& public_text() const { return text_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] const base::JsonObject& extra() const { return extra_; }
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  ErrorCode code_;
  unsigned status_;
  std::string text_;
  std::string reason_;
  base::JsonObject extra_;
};

}  // namespace chancery::protocol
