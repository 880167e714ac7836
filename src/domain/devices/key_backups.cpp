// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/key_backups.hpp"

#include "base/parse_number.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"

#include <map>

namespace chancery::devices {

using protocol::ApiError;
using protocol::ErrorCode;
using storage::BackedUpSession;

namespace {

constexpr std::size_t kMostSessionBytes = 64 * 1024;

std::int64_t parse_version(const std::string& text) {
  const auto version = base::parse_number<std::int64_t>(text);
  if (!version || *version < 1) throw ApiError(ErrorCode::not_found, "Unknown backup version");
  return *version;
}

struct SessionRank {
  bool is_verified = false;
  std::int64_t first_message_index = 0;
  std::int64_t forwarded_count = 0;
};

SessionRank rank_of(const base::JsonObject& session) {
  return {.is_verified = base::find_bool(session, "is_verified").value_or(false),
          .first_message_index = base::find_integer(session, "first_message_index").value_or(0),
          .forwarded_count = base::find_integer(session, "forwarded_count").value_or(0)};
}

// "If the keys have different is_verified, keep the verified; else the lower first_message_index;
// else the lower forwarded_count."
bool is_better(const base::JsonObject& candidate, const base::JsonObject& stored) {
  const SessionRank a = rank_of(candidate);
  const SessionRank b = rank_of(stored);
  if (a.is_verified != b.is_verified) return a.is_verified;
  if (a.first_message_index != b.first_message_index) {
    return a.first_message_index < b.first_message_index;
  }
  return a.forwarded_count < b.forwarded_count;
}

BackedUpSession read_session(std::string room, std::string session, const base::Json& value) {
  if (!value.is_object()) throw ApiError(ErrorCode::bad_json, "A session must be an object");
  const base::JsonObject& body = value.get_object();
  const bool is_whole = base::find_integer(body, "first_message_index").has_value() &&
                        base::find_integer(body, "forwarded_count").has_value() &&
                        base::find_bool(body, "is_verified").has_value() &&
                        base::find_object(body, "session_data") != nullptr;
  if (!is_whole) {
    throw ApiError(ErrorCode::bad_json,
                   "A session needs first_message_index, forwarded_count, is_verified and "
                   "session_data");
  }
  if (room.size() > 255 || session.size() > 255) {
    throw ApiError(ErrorCode::invalid_param, "A room or session id is too long");
  }
  std::string json = base::to_text(body);
  if (json.size() > kMostSessionBytes)
    throw ApiError(ErrorCode::too_large, "A session is too large");
  return {.room = std::move(room), .session = std::move(session), .json = std::move(json)};
}

const base::JsonObject& get_object(const base::JsonObject& body, std::string_view key) {
  const base::JsonObject* object = base::find_object(body, key);
  if (object == nullptr) {
    throw ApiError(ErrorCode::bad_json, fmt::format("'{}' must be an object", key));
  }
  return *object;
}

void read_room(std::vector<BackedUpSession>& out, const std::string& room,
               const base::JsonObject& body) {
  for (const auto& [session, value] : get_object(body, "sessions")) {
    out.push_back(read_session(room, std::string(session), value));
  }
}

std::vector<BackedUpSession> read_sessions(const KeyBackups::Part& part,
                                           const base::JsonObject& body) {
  std::vector<BackedUpSession> sessions;
  if (!part.session.empty()) {
    sessions.push_back(read_session(part.room, part.session, body));
  } else if (!part.room.empty()) {
    read_room(sessions, part.room, body);
  } else {
    for (const auto& [room, value] : get_object(body, "rooms")) {
      if (!value.is_object()) throw ApiError(ErrorCode::bad_json, "A room must be an object");
      read_room(sessions, std::string(room), value.get_object());
    }
  }
  return sessions;
}

base::JsonObject parse_stored(const std::string& json) {
  auto parsed = base::parse_json(json);
  return parsed && parsed->is_object() ? std::move(parsed->get_object()) : base::JsonObject{};
}

}  // namespace

runtime::Task<std::string> KeyBackups::create(protocol::UserId user, base::JsonObject body) {
  const auto algorithm = base::find_string(body, "algorithm");
  const base::JsonObject* auth = base::find_object(body, "auth_data");
  if (!algorithm || auth == nullptr) {
    throw ApiError(ErrorCode::bad_json, "A backup needs algorithm and auth_data");
  }
  const auto turn = co_await turns_.enter(user);
  const std::int64_t version = co_await ports_.store.load_last_version(user) + 1;
  storage::Change change;
  change.mutations.emplace_back(
      storage::CreateKeyBackup{user, version, std::string(*algorithm), base::to_text(*auth)});
  change.audit = ports_.recorder.record({.who = user.text(),
                                         .act = "device.create_key_backup",
                                         .object = fmt::format("{}", version)});
  co_await ports_.committer.commit(std::move(change));
  co_return fmt::format("{}", version);
}

runtime::Task<storage::StoredKeyBackup> KeyBackups::get(protocol::UserId user,
                                                        std::optional<std::string> version) {
  auto backup = version ? co_await ports_.store.find_backup(user, parse_version(*version))
                        : co_await ports_.store.find_newest(user);
  if (!backup) throw ApiError(ErrorCode::not_found, "There is no such backup");
  co_return *std::move(backup);
}

runtime::Task<> KeyBackups::set_auth(protocol::UserId user, std::string version,
                                     base::JsonObject body) {
  const auto turn = co_await turns_.enter(user);
  const storage::StoredKeyBackup backup = co_await get(user, version);
  const auto algorithm = base::find_string(body, "algorithm");
  const base::JsonObject* auth = base::find_object(body, "auth_data");
  if (!algorithm || auth == nullptr) {
    throw ApiError(ErrorCode::bad_json, "A backup needs algorithm and auth_data");
  }
  if (*algorithm != backup.algorithm) {
    throw ApiError(ErrorCode::invalid_param, "A backup's algorithm cannot change");
  }
  const base::Json* named = body.if_contains("version");
  if (named != nullptr &&
      (!named->is_string() || std::string_view(named->get_string()) != version)) {
    throw ApiError(ErrorCode::invalid_param, "The body names another version");
  }
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireKeyBackup{user, backup.version});
  change.mutations.emplace_back(
      storage::SetKeyBackupAuth{user, backup.version, base::to_text(*auth)});
  change.audit = ports_.recorder.record(
      {.who = user.text(), .act = "device.change_key_backup", .object = version});
  co_await ports_.committer.commit(std::move(change));
}

runtime::Task<> KeyBackups::remove(protocol::UserId user, std::string version) {
  const auto turn = co_await turns_.enter(user);
  const std::int64_t number = parse_version(version);
  if (!co_await ports_.store.find_backup(user, number)) {
    // Versions are counted: one that was given and is not there was removed before.
    if (number <= co_await ports_.store.load_last_version(user)) co_return;
    throw ApiError(ErrorCode::not_found, "There is no such backup");
  }
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveKeyBackup{user, number});
  change.audit = ports_.recorder.record(
      {.who = user.text(), .act = "device.remove_key_backup", .object = version});
  co_await ports_.committer.commit(std::move(change));
}

// The part's backup, which must be the newest: M_WRONG_ROOM_KEYS_VERSION says which that is.
runtime::Task<storage::StoredKeyBackup> KeyBackups::get_current(const Part& part) {
  auto newest = co_await ports_.store.find_newest(part.user);
  const auto version = base::parse_number<std::int64_t>(part.version);
  if (!newest) throw ApiError(ErrorCode::not_found, "There is no backup");
  if (version != newest->version) {
    throw ApiError(ErrorCode::wrong_room_keys_version, "Another backup version is current")
        .with("current_version", base::Json(fmt::format("{}", newest->version)));
  }
  co_return *std::move(newest);
}

runtime::Task<KeyBackups::Stored> KeyBackups::put(Part part, base::JsonObject body) {
  std::vector<BackedUpSession> sessions = read_sessions(part, body);
  const auto turn = co_await turns_.enter(part.user);
  const storage::StoredKeyBackup backup = co_await get_current(part);
  storage::PutBackedUpSessions put{.user = part.user, .version = backup.version, .sessions = {}};
  for (BackedUpSession& session : sessions) {
    const auto known = co_await ports_.store.load_sessions(part.user, backup.version, session.room,
                                                           session.session);
    if (known.empty() || is_better(parse_stored(session.json), parse_stored(known.front().json))) {
      put.sessions.push_back(std::move(session));
    }
  }
  if (!put.sessions.empty()) {
    storage::Change change;
    change.preconditions.emplace_back(storage::RequireKeyBackup{part.user, backup.version});
    change.mutations.emplace_back(std::move(put));
    co_await ports_.committer.commit(std::move(change));
  }
  const storage::StoredKeyBackup after = co_await get(part.user, part.version);
  co_return Stored{.etag = fmt::format("{}", after.etag), .count = after.count};
}

runtime::Task<std::vector<BackedUpSession>> KeyBackups::load(Part part) {
  const storage::StoredKeyBackup backup = co_await get(part.user, part.version);
  co_return co_await ports_.store.load_sessions(part.user, backup.version, part.room, part.session);
}

runtime::Task<KeyBackups::Stored> KeyBackups::remove_sessions(Part part) {
  const auto turn = co_await turns_.enter(part.user);
  // Keys of any backup may go; it is new ones that only the newest takes.
  const storage::StoredKeyBackup backup = co_await get(part.user, part.version);
  storage::Change change;
  change.mutations.emplace_back(
      storage::RemoveBackedUpSessions{part.user, backup.version, part.room, part.session});
  change.audit = ports_.recorder.record(
      {.who = part.user.text(), .act = "device.remove_backed_up_keys", .object = part.version});
  co_await ports_.committer.commit(std::move(change));
  const storage::StoredKeyBackup after = co_await get(part.user, part.version);
  co_return Stored{.etag = fmt::format("{}", after.etag), .count = after.count};
}

}  // namespace chancery::devices
