// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/devices/key_backup_json.hpp"

#include "protocol/api_error.hpp"

namespace chancery::client {

using protocol::ApiError;
using protocol::ErrorCode;

std::string backup_version(const boundary::Call& call) {
  const auto version = call.query("version");
  if (!version) throw ApiError(ErrorCode::missing_param, "'version' is missing");
  return std::string(*version);
}

http::Response describe_backup(const storage::StoredKeyBackup& backup) {
  std::string text = "{\"algorithm\":";
  base::append_quoted(text, backup.algorithm);
  text += fmt::format(",\"auth_data\":{},\"count\":{},\"etag\":\"{}\",\"version\":\"{}\"}}",
                      backup.auth_data, backup.count, backup.etag, backup.version);
  return boundary::json_text_response(std::move(text));
}

http::Response describe_stored(const devices::KeyBackups::Stored& stored) {
  return boundary::json_response(base::JsonObject{{"count", stored.count}, {"etag", stored.etag}});
}

http::Response rooms_response(const std::vector<storage::BackedUpSession>& sessions) {
  std::string text = "{\"rooms\":{";
  const std::string* room = nullptr;
  for (const storage::BackedUpSession& one : sessions) {
    if (room == nullptr || *room != one.room) {
      if (room != nullptr) text += "}},";
      base::append_quoted(text, one.room);
      text += ":{\"sessions\":{";
    } else {
      text += ',';
    }
    room = &one.room;
    base::append_quoted(text, one.session);
    text += ':';
    text += one.json;
  }
  text += room == nullptr ? "}}" : "}}}}";
  return boundary::json_text_response(std::move(text));
}

http::Response sessions_response(const std::vector<storage::BackedUpSession>& sessions) {
  std::string text = "{\"sessions\":{";
  bool is_first = true;
  for (const storage::BackedUpSession& one : sessions) {
    if (!is_first) text += ',';
    is_first = false;
    base::append_quoted(text, one.session);
    text += ':';
    text += one.json;
  }
  text += "}}";
  return boundary::json_text_response(std::move(text));
}

http::Response session_response(const std::vector<storage::BackedUpSession>& sessions) {
  if (sessions.empty()) throw ApiError(ErrorCode::not_found, "There is no such session");
  return boundary::json_text_response(sessions.front().json);
}

}  // namespace chancery::client
