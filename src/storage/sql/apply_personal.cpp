// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_personal.hpp"

#include "storage/sql/apply_sync.hpp"
#include "storage/sql/columns.hpp"

#include <string>
#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kSetField(
    "INSERT INTO profile_fields (user_id, field, value) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (user_id, field) DO UPDATE SET value = excluded.value");
constexpr Statement kDeleteField("DELETE FROM profile_fields WHERE user_id = ?1 AND field = ?2");
constexpr Statement kDeleteProfile("DELETE FROM profile_fields WHERE user_id = ?1");
constexpr Statement kPutAccountData(
    "INSERT INTO account_data (user_id, room_id, type, position, record, bytes) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (user_id, room_id, type) DO UPDATE SET "
    "position = excluded.position, record = excluded.record, bytes = excluded.bytes");
constexpr Statement kDeleteAccountData("DELETE FROM account_data WHERE user_id = ?1");
constexpr Statement kDeleteAccountDataOfTypes(
    "DELETE FROM account_data WHERE user_id = ?1 AND room_id = ?2 AND type IN (?3, ?4)");
constexpr Statement kPutFilter(
    "INSERT INTO filters (user_id, filter_id, filter) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (user_id, filter_id) DO NOTHING");

}  // namespace

void apply(Writer& writer, const SetProfileField& set, StreamPosition) {
  const std::string_view user = set.user.text();
  const std::string_view field = set.field;
  if (set.value.empty()) {
    writer.execute(kDeleteField, {user, field});
  } else {
    writer.execute(kSetField, {user, field, std::string_view(set.value)});
  }
}

void apply(Writer& writer, const DeleteProfile& remove, StreamPosition) {
  writer.execute(kDeleteProfile, {std::string_view(remove.user.text())});
}

void apply(Writer& writer, const PutAccountData& put, StreamPosition position) {
  writer.execute(kPutAccountData,
                 {std::string_view(put.user.text()), Blob{put.room}, Blob{put.type},
                  column(position), Blob{put.record}, static_cast<std::int64_t>(put.bytes)});
}

void apply(Writer& writer, const DeleteAccountData& remove, StreamPosition) {
  writer.execute(kDeleteAccountData, {std::string_view(remove.user.text())});
  remove_thread_subscriptions_of(writer, remove.user);
}

void apply(Writer& writer, const PutFilter& put, StreamPosition) {
  writer.execute(kPutFilter,
                 {std::string_view(put.user.text()), std::string_view(put.id), Blob{put.filter}});
}

void remove_notification_settings_of(Writer& writer, const protocol::UserId& user,
                                     const protocol::DeviceId& device) {
  const std::string stable = "m.local_notification_settings." + device.text();
  const std::string unstable = "org.matrix.msc3890.local_notification_settings." + device.text();
  writer.execute(kDeleteAccountDataOfTypes,
                 {std::string_view(user.text()), Blob{""}, Blob{stable}, Blob{unstable}});
}

}  // namespace chancery::storage::sql
