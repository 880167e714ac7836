// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/api_error.hpp"

#include <array>

namespace chancery::protocol {

namespace {

struct CodeRow {
  ErrorCode code;
  std::string_view name;
  unsigned status;
};

constexpr std::array kCodes{
    CodeRow{ErrorCode::forbidden, "M_FORBIDDEN", 403},
    CodeRow{ErrorCode::unknown_token, "M_UNKNOWN_TOKEN", 401},
    CodeRow{ErrorCode::missing_token, "M_MISSING_TOKEN", 401},
    CodeRow{ErrorCode::user_locked, "M_USER_LOCKED", 401},
    CodeRow{ErrorCode::user_suspended, "M_USER_SUSPENDED", 403},
    CodeRow{ErrorCode::bad_json, "M_BAD_JSON", 400},
    CodeRow{ErrorCode::not_json, "M_NOT_JSON", 400},
    CodeRow{ErrorCode::not_found, "M_NOT_FOUND", 404},
    CodeRow{ErrorCode::limit_exceeded, "M_LIMIT_EXCEEDED", 429},
    CodeRow{ErrorCode::unrecognized, "M_UNRECOGNIZED", 404},
    CodeRow{ErrorCode::unknown, "M_UNKNOWN", 400},
    CodeRow{ErrorCode::unauthorized, "M_UNAUTHORIZED", 401},
    CodeRow{ErrorCode::user_deactivated, "M_USER_DEACTIVATED", 403},
    CodeRow{ErrorCode::user_in_use, "M_USER_IN_USE", 400},
    CodeRow{ErrorCode::invalid_username, "M_INVALID_USERNAME", 400},
    CodeRow{ErrorCode::room_in_use, "M_ROOM_IN_USE", 400},
    CodeRow{ErrorCode::invalid_room_state, "M_INVALID_ROOM_STATE", 400},
    CodeRow{ErrorCode::unsupported_room_version, "M_UNSUPPORTED_ROOM_VERSION", 400},
    CodeRow{ErrorCode::incompatible_room_version, "M_INCOMPATIBLE_ROOM_VERSION", 400},
    CodeRow{ErrorCode::bad_state, "M_BAD_STATE", 403},
    CodeRow{ErrorCode::guest_access_forbidden, "M_GUEST_ACCESS_FORBIDDEN", 403},
    CodeRow{ErrorCode::missing_param, "M_MISSING_PARAM", 400},
    CodeRow{ErrorCode::invalid_param, "M_INVALID_PARAM", 400},
    CodeRow{ErrorCode::too_large, "M_TOO_LARGE", 413},
    CodeRow{ErrorCode::exclusive, "M_EXCLUSIVE", 400},
    CodeRow{ErrorCode::resource_limit_exceeded, "M_RESOURCE_LIMIT_EXCEEDED", 403},
    CodeRow{ErrorCode::weak_password, "M_WEAK_PASSWORD", 400},
    CodeRow{ErrorCode::wrong_room_keys_version, "M_WRONG_ROOM_KEYS_VERSION", 403},
    CodeRow{ErrorCode::duplicate_annotation, "M_DUPLICATE_ANNOTATION", 400},
    CodeRow{ErrorCode::bad_alias, "M_BAD_ALIAS", 400},
    CodeRow{ErrorCode::not_yet_uploaded, "M_NOT_YET_UPLOADED", 504},
    CodeRow{ErrorCode::cannot_overwrite_media, "M_CANNOT_OVERWRITE_MEDIA", 409},
    CodeRow{ErrorCode::unknown_pos, "M_UNKNOWN_POS", 400},
    CodeRow{ErrorCode::unable_to_authorise_join, "M_UNABLE_TO_AUTHORISE_JOIN", 400},
    CodeRow{ErrorCode::unable_to_grant_join, "M_UNABLE_TO_GRANT_JOIN", 400},
    CodeRow{ErrorCode::threepid_denied, "M_THREEPID_DENIED", 403},
    CodeRow{ErrorCode::threepid_not_found, "M_THREEPID_NOT_FOUND", 400},
    CodeRow{ErrorCode::threepid_in_use, "M_THREEPID_IN_USE", 400},
    CodeRow{ErrorCode::threepid_auth_failed, "M_THREEPID_AUTH_FAILED", 400},
    CodeRow{ErrorCode::threepid_medium_not_supported, "M_THREEPID_MEDIUM_NOT_SUPPORTED", 400},
    CodeRow{ErrorCode::server_not_trusted, "M_SERVER_NOT_TRUSTED", 401},
    CodeRow{ErrorCode::invalid_signature, "M_INVALID_SIGNATURE", 400},
    CodeRow{ErrorCode::profile_too_large, "M_PROFILE_TOO_LARGE", 400},
    CodeRow{ErrorCode::key_too_large, "M_KEY_TOO_LARGE", 400},
    CodeRow{ErrorCode::invite_blocked, "M_INVITE_BLOCKED", 403},
    CodeRow{ErrorCode::cannot_leave_server_notice_room, "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM", 403},
    CodeRow{ErrorCode::user_limit_exceeded, "M_USER_LIMIT_EXCEEDED", 403},
    CodeRow{ErrorCode::unknown_device, "M_UNKNOWN_DEVICE", 400},
    CodeRow{ErrorCode::appservice_login_unsupported, "M_APPSERVICE_LOGIN_UNSUPPORTED", 400},
    CodeRow{ErrorCode::url_not_set, "M_URL_NOT_SET", 400},
    CodeRow{ErrorCode::bad_status, "M_BAD_STATUS", 502},
    CodeRow{ErrorCode::connection_failed, "M_CONNECTION_FAILED", 502},
    CodeRow{ErrorCode::connection_timeout, "M_CONNECTION_TIMEOUT", 504},
    CodeRow{ErrorCode::not_in_thread, "IO.ELEMENT.MSC4306.M_NOT_IN_THREAD", 400},
    CodeRow{ErrorCode::conflicting_unsubscription,
            "IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION", 409},
    CodeRow{ErrorCode::unavailable, "M_UNKNOWN", 503},
};

const CodeRow& row_of(ErrorCode code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row;
  }
  return kCodes[10];
}

}  // namespace

std::string_view error_code_name(ErrorCode code) { return row_of(code).name; }
unsigned default_status(ErrorCode code) { return row_of(code).status; }

}  // namespace chancery::protocol
