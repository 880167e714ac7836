// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_accounts.hpp"
#include "storage/sql/apply_devices.hpp"
#include "storage/sql/apply_personal.hpp"
#include "storage/sql/apply_push.hpp"
#include "storage/sql/apply_sync.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindDevice("SELECT 1 FROM devices WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kFindDevices("SELECT device_id FROM devices WHERE user_id = ?1");
constexpr Statement kFindRefreshToken("SELECT 1 FROM refresh_tokens WHERE hash = ?1");

constexpr Statement kPutDevice(
    "INSERT INTO devices (user_id, device_id, display_name, created_at, last_seen_at, "
    "last_seen_address, last_seen_agent) VALUES (?1, ?2, ?3, ?4, 0, '', ?5) "
    "ON CONFLICT (user_id, device_id) DO NOTHING");
constexpr Statement kRenameDevice(
    "UPDATE devices SET display_name = ?3 WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kNoteUse(
    "UPDATE devices SET last_seen_at = ?3, last_seen_address = ?4, last_seen_agent = ?5 "
    "WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kDeleteDevice("DELETE FROM devices WHERE user_id = ?1 AND device_id = ?2");

constexpr Statement kPutAccessToken(
    "INSERT INTO access_tokens (hash, user_id, device_id, created_at, expires_at, "
    "authenticated_at, pair, replaces, client_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
    "ON CONFLICT (hash) DO UPDATE SET created_at = excluded.created_at, "
    "expires_at = excluded.expires_at");
constexpr Statement kPutRefreshToken(
    "INSERT INTO refresh_tokens (hash, user_id, device_id, created_at, expires_at, "
    "authenticated_at, replaces, client_id, family) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
    "ON CONFLICT (hash) DO UPDATE SET created_at = excluded.created_at, "
    "expires_at = excluded.expires_at");
constexpr Statement kRevokeAccess(
    "DELETE FROM access_tokens WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kRevokeRefresh(
    "DELETE FROM refresh_tokens WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kRevokePaired(
    "DELETE FROM access_tokens WHERE user_id = ?1 AND device_id = ?2 AND pair = ?3");
constexpr Statement kRevokeOneRefresh("DELETE FROM refresh_tokens WHERE hash = ?1");
constexpr Statement kForgetReplacedAccess(
    "UPDATE access_tokens SET replaces = ?4 "
    "WHERE user_id = ?1 AND device_id = ?2 AND replaces = ?3");
constexpr Statement kForgetReplacedRefresh(
    "UPDATE refresh_tokens SET replaces = ?4 "
    "WHERE user_id = ?1 AND device_id = ?2 AND replaces = ?3");
constexpr Statement kRevokeSuccessorAccess(
    "DELETE FROM access_tokens WHERE user_id = ?1 AND device_id = ?2 AND replaces = ?3 "
    "AND pair <> ?4");
constexpr Statement kRevokeSuccessorRefresh(
    "DELETE FROM refresh_tokens WHERE user_id = ?1 AND device_id = ?2 AND replaces = ?3 "
    "AND hash <> ?4");

void revoke_tokens(Writer& writer, const protocol::UserId& user, const protocol::DeviceId& device) {
  writer.execute(kRevokeAccess, {std::string_view(user.text()), Blob{device.text()}});
  writer.execute(kRevokeRefresh, {std::string_view(user.text()), Blob{device.text()}});
}

}  // namespace

bool holds(Writer& writer, const RequireDevice& required) {
  return !writer
              .query(kFindDevice,
                     {std::string_view(required.user.text()), Blob{required.device.text()}})
              .empty();
}

bool holds(Writer& writer, const RequireDeviceAbsent& required) {
  return !holds(writer, RequireDevice{required.user, required.device});
}

bool holds(Writer& writer, const RequireDevices& required) {
  const Rows rows = writer.query(kFindDevices, {std::string_view(required.user.text())});
  if (rows.size() != required.devices.size()) return false;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const bool is_named = std::ranges::any_of(
        required.devices,
        [&](const protocol::DeviceId& device) { return device.text() == rows.text(row, 0); });
    if (!is_named) return false;
  }
  return true;
}

bool holds(Writer& writer, const RequireRefreshToken& required) {
  return !writer.query(kFindRefreshToken, {Blob{required.hash}}).empty();
}

void apply(Writer& writer, const PutDevice& put, StreamPosition) {
  const std::string_view user = put.user.text();
  const Blob device{put.device.text()};
  writer.execute(kPutDevice,
                 {user, device, Blob{put.display_name}, put.created_at.milliseconds, Blob{}});
  if (put.name == PutDevice::Name::of_any) {
    writer.execute(kRenameDevice, {user, device, Blob{put.display_name}});
  }
}

void apply(Writer& writer, const NoteDeviceUse& note, StreamPosition) {
  writer.execute(
      kNoteUse, {std::string_view(note.user.text()), Blob{note.device.text()}, note.at.milliseconds,
                 std::string_view(note.address), Blob{note.agent}});
}

void apply(Writer& writer, const DeleteDevice& remove, StreamPosition position) {
  revoke_tokens(writer, remove.user, remove.device);
  // Its keys and what waits for it go in the same breath, and others must hear that it is gone.
  apply(writer, ForgetDeviceMaterial{remove.user, remove.device}, position);
  apply(writer, NoteDeviceListChange{remove.user, {}}, position);
  remove_pushers_of(writer, remove.user, remove.device);
  remove_notification_settings_of(writer, remove.user, remove.device);
  remove_sliding_connections_of(writer, remove.user, remove.device);
  writer.execute(kDeleteDevice, {std::string_view(remove.user.text()), Blob{remove.device.text()}});
}

void apply(Writer& writer, const PutAccessToken& put, StreamPosition) {
  const StoredAccessToken& token = put.token;
  writer.execute(kPutAccessToken,
                 {Blob{token.hash}, std::string_view(token.user.text()), Blob{token.device.text()},
                  token.created_at.milliseconds, token.expires_at.milliseconds,
                  token.authenticated_at.milliseconds, Blob{token.pair}, Blob{token.replaces},
                  std::string_view(token.client)});
}

void apply(Writer& writer, const PutRefreshToken& put, StreamPosition) {
  const StoredRefreshToken& token = put.token;
  writer.execute(kPutRefreshToken,
                 {Blob{token.hash}, std::string_view(token.user.text()), Blob{token.device.text()},
                  token.created_at.milliseconds, token.expires_at.milliseconds,
                  token.authenticated_at.milliseconds, Blob{token.replaces},
                  std::string_view(token.client), std::string_view(token.family)});
}

void apply(Writer& writer, const RevokeDeviceTokens& revoke, StreamPosition) {
  revoke_tokens(writer, revoke.user, revoke.device);
}

void apply(Writer& writer, const RevokeRefreshToken& revoke, StreamPosition) {
  const std::string_view user = revoke.user.text();
  const Blob device{revoke.device.text()};
  writer.execute(kRevokeOneRefresh, {Blob{revoke.hash}});
  writer.execute(kRevokePaired, {user, device, Blob{revoke.hash}});
  writer.execute(kForgetReplacedAccess, {user, device, Blob{revoke.hash}, Blob{}});
  writer.execute(kForgetReplacedRefresh, {user, device, Blob{revoke.hash}, Blob{}});
}

void apply(Writer& writer, const RevokeSuccessors& revoke, StreamPosition) {
  const std::string_view user = revoke.user.text();
  const Blob device{revoke.device.text()};
  writer.execute(kRevokeSuccessorAccess, {user, device, Blob{revoke.hash}, Blob{revoke.but}});
  writer.execute(kRevokeSuccessorRefresh, {user, device, Blob{revoke.hash}, Blob{revoke.but}});
}

}  // namespace chancery::storage::sql
