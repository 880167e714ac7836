// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_devices.hpp"

#include "base/json.hpp"
#include "storage/sql/columns.hpp"

#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindOneTimeKey(
    "SELECT 1 FROM one_time_keys "
    "WHERE user_id = ?1 AND device_id = ?2 AND algorithm = ?3 AND name = ?4");
constexpr Statement kPutDehydratedDevice(
    "INSERT INTO dehydrated_devices (user_id, device_id, record) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (user_id) DO UPDATE SET device_id = excluded.device_id, record = excluded.record");
constexpr Statement kForgetDehydratedDevice(
    "DELETE FROM dehydrated_devices WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kPutDeviceKeys(
    "INSERT INTO device_keys (user_id, device_id, json) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (user_id, device_id) DO UPDATE SET json = excluded.json");
constexpr Statement kAddOneTimeKey(
    "INSERT INTO one_time_keys (user_id, device_id, algorithm, name, position, ordinal, json) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
    "ON CONFLICT (user_id, device_id, algorithm, name) DO NOTHING");
constexpr Statement kRemoveOneTimeKey(
    "DELETE FROM one_time_keys "
    "WHERE user_id = ?1 AND device_id = ?2 AND algorithm = ?3 AND name = ?4");
constexpr Statement kPutFallbackKey(
    "INSERT INTO fallback_keys (user_id, device_id, algorithm, name, json, used) "
    "VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT (user_id, device_id, algorithm) DO UPDATE SET "
    "name = excluded.name, json = excluded.json, used = 0");
constexpr Statement kMarkFallbackKeyUsed(
    "UPDATE fallback_keys SET used = 1 "
    "WHERE user_id = ?1 AND device_id = ?2 AND algorithm = ?3");
constexpr Statement kPutCrossSigningKey(
    "INSERT INTO cross_signing_keys (user_id, usage, json) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (user_id, usage) DO UPDATE SET json = excluded.json");
constexpr Statement kFindCrossSigningKeys("SELECT json FROM cross_signing_keys WHERE user_id = ?1");
constexpr Statement kPutKeySignature(
    "INSERT INTO key_signatures (target, target_key, signer, signer_key, signature) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (target, target_key, signer, signer_key) "
    "DO UPDATE SET signature = excluded.signature");
constexpr Statement kForgetKeySignatures(
    "DELETE FROM key_signatures WHERE target = ?1 AND target_key = ?2");
constexpr Statement kNoteDeviceListChange(
    "INSERT INTO device_list_changes (position, user_id, seen_by) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (position, user_id, seen_by) DO NOTHING");
// Whoever asks from before the newest change is told of that one; the older ones say nothing more.
constexpr Statement kForgetOlderListChanges(
    "DELETE FROM device_list_changes WHERE user_id = ?1 AND seen_by = ?2 AND position < ?3");
constexpr Statement kForgetDeviceKeys(
    "DELETE FROM device_keys WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kForgetOneTimeKeys(
    "DELETE FROM one_time_keys WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kForgetFallbackKeys(
    "DELETE FROM fallback_keys WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kForgetMessages(
    "DELETE FROM to_device_messages WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kAddMessage(
    "INSERT INTO to_device_messages (user_id, device_id, position, ordinal, json) "
    "VALUES (?1, ?2, ?3, ?4, ?5)");
constexpr Statement kRemoveMessages(
    "DELETE FROM to_device_messages WHERE user_id = ?1 AND device_id = ?2 AND position <= ?3");

Parameters device_row(const protocol::UserId& user, const protocol::DeviceId& device) {
  return {std::string_view(user.text()), Blob{device.text()}};
}

Parameters key_row(const protocol::UserId& user, const protocol::DeviceId& device,
                   std::string_view algorithm, std::string_view name) {
  return {std::string_view(user.text()), Blob{device.text()}, Blob{algorithm}, Blob{name}};
}

// Whether the key of `json`, which is stored as it was uploaded, is named like the device.
bool is_named_like(std::string_view json, const protocol::DeviceId& device) {
  const auto key = base::parse_json(json);
  if (!key || !key->is_object()) return false;
  const base::JsonObject* keys = base::find_object(key->get_object(), "keys");
  return keys != nullptr && keys->contains("ed25519:" + device.text());
}

}  // namespace

bool holds(Writer& writer, const RequireNoKeyOfDeviceName& required) {
  const Rows rows = writer.query(kFindCrossSigningKeys, {std::string_view(required.user.text())});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (is_named_like(rows.text(row, 0), required.device)) return false;
  }
  return true;
}

bool holds(Writer& writer, const RequireOneTimeKey& required) {
  return !writer
              .query(kFindOneTimeKey,
                     key_row(required.user, required.device, required.algorithm, required.name))
              .empty();
}

void apply(Writer& writer, const PutDeviceKeys& put, StreamPosition) {
  writer.execute(kPutDeviceKeys,
                 {std::string_view(put.user.text()), Blob{put.device.text()}, Blob{put.json}});
}

void apply(Writer& writer, const PutDehydratedDevice& put, StreamPosition) {
  writer.execute(kPutDehydratedDevice,
                 {std::string_view(put.user.text()), Blob{put.device.text()}, Blob{put.record}});
}

void apply(Writer& writer, const AddOneTimeKeys& add, StreamPosition position) {
  std::int64_t ordinal = 0;
  for (const OneTimeKey& key : add.keys) {
    Parameters row = key_row(add.user, add.device, key.algorithm, key.name);
    row.insert(row.end(), {column(position), ordinal++, Blob{key.json}});
    writer.execute(kAddOneTimeKey, row);
  }
}

void apply(Writer& writer, const RemoveOneTimeKey& remove, StreamPosition) {
  writer.execute(kRemoveOneTimeKey,
                 key_row(remove.user, remove.device, remove.algorithm, remove.name));
}

void apply(Writer& writer, const PutFallbackKey& put, StreamPosition) {
  Parameters row = key_row(put.user, put.device, put.key.algorithm, put.key.name);
  row.emplace_back(Blob{put.key.json});
  writer.execute(kPutFallbackKey, row);
}

void apply(Writer& writer, const MarkFallbackKeyUsed& mark, StreamPosition) {
  Parameters row = device_row(mark.user, mark.device);
  row.emplace_back(Blob{mark.algorithm});
  writer.execute(kMarkFallbackKeyUsed, row);
}

void apply(Writer& writer, const PutCrossSigningKey& put, StreamPosition) {
  writer.execute(kPutCrossSigningKey,
                 {std::string_view(put.user.text()), std::string_view(put.usage), Blob{put.json}});
}

void apply(Writer& writer, const PutKeySignature& put, StreamPosition) {
  writer.execute(kPutKeySignature,
                 {std::string_view(put.target.text()), Blob{put.target_key},
                  std::string_view(put.signer.text()), Blob{put.signer_key}, Blob{put.signature}});
}

void apply(Writer& writer, const ForgetKeySignatures& forget, StreamPosition) {
  writer.execute(kForgetKeySignatures,
                 {std::string_view(forget.target.text()), Blob{forget.target_key}});
}

void apply(Writer& writer, const NoteDeviceListChange& note, StreamPosition position) {
  const std::string_view user = note.user.text();
  const std::string_view seen_by = note.seen_by.text();
  writer.execute(kForgetOlderListChanges, {user, seen_by, column(position)});
  writer.execute(kNoteDeviceListChange, {column(position), user, seen_by});
}

void apply(Writer& writer, const ForgetDeviceMaterial& forget, StreamPosition) {
  const Parameters row = device_row(forget.user, forget.device);
  writer.execute(kForgetDeviceKeys, row);
  writer.execute(kForgetOneTimeKeys, row);
  writer.execute(kForgetFallbackKeys, row);
  writer.execute(kForgetMessages, row);
  writer.execute(kForgetDehydratedDevice, row);
}

void apply(Writer& writer, const AddToDeviceMessages& add, StreamPosition position) {
  std::int64_t ordinal = 0;
  for (const ToDeviceMessage& message : add.messages) {
    Parameters row = device_row(message.user, message.device);
    row.insert(row.end(), {column(position), ordinal++, Blob{message.json}});
    writer.execute(kAddMessage, row);
  }
}

void apply(Writer& writer, const RemoveToDeviceMessages& remove, StreamPosition) {
  Parameters row = device_row(remove.user, remove.device);
  row.emplace_back(column(remove.until));
  writer.execute(kRemoveMessages, row);
}

}  // namespace chancery::storage::sql
