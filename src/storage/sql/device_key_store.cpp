// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/device_key_store.hpp"

#include "storage/sql/columns.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kLoadDeviceKeys(
    "SELECT device_id, json FROM device_keys WHERE user_id = ?1 ORDER BY device_id");
constexpr Statement kLoadCrossSigningKeys(
    "SELECT usage, json FROM cross_signing_keys WHERE user_id = ?1");
constexpr Statement kLoadKeySignatures(
    "SELECT target_key, signer, signer_key, signature FROM key_signatures WHERE target = ?1");
constexpr Statement kCountOneTimeKeys(
    "SELECT algorithm, COUNT(*) FROM one_time_keys WHERE user_id = ?1 AND device_id = ?2 "
    "GROUP BY algorithm");
constexpr Statement kLoadUnusedFallback(
    "SELECT algorithm FROM fallback_keys WHERE user_id = ?1 AND device_id = ?2 AND used = 0 "
    "ORDER BY algorithm");
constexpr Statement kLoadOneTimeKeys(
    "SELECT algorithm, name, json FROM one_time_keys WHERE user_id = ?1 AND device_id = ?2");
constexpr Statement kLoadOldestOneTimeKeys(
    "SELECT algorithm, name, json FROM one_time_keys "
    "WHERE user_id = ?1 AND device_id = ?2 AND algorithm = ?3 "
    "ORDER BY position, ordinal LIMIT ?4");
constexpr Statement kFindFallbackKey(
    "SELECT algorithm, name, json, used FROM fallback_keys "
    "WHERE user_id = ?1 AND device_id = ?2 AND algorithm = ?3");
constexpr Statement kLoadListChanges(
    "SELECT DISTINCT user_id, seen_by FROM device_list_changes "
    "WHERE position > ?1 AND position <= ?2 ORDER BY user_id, seen_by");
constexpr Statement kLoadListChangesFor(
    "SELECT DISTINCT user_id, seen_by FROM device_list_changes "
    "WHERE position > ?1 AND position <= ?2 AND (seen_by = ?3 OR (seen_by = '' "
    "AND (user_id = ?3 OR user_id IN (SELECT other.user_id FROM memberships own "
    "JOIN memberships other ON other.room = own.room "
    "WHERE own.user_id = ?3 AND own.membership = 'join' AND other.membership = 'join')))) "
    "ORDER BY user_id, seen_by");
// The whole of each position that begins within the limit.
constexpr Statement kLoadMessages(
    "SELECT position, json FROM to_device_messages WHERE user_id = ?1 AND device_id = ?2 "
    "AND position > ?3 AND position <= (SELECT MAX(position) FROM (SELECT position FROM "
    "to_device_messages WHERE user_id = ?1 AND device_id = ?2 AND position > ?3 "
    "AND position <= ?4 ORDER BY position, ordinal LIMIT ?5) AS first) "
    "ORDER BY position, ordinal");
constexpr Statement kLoadAllMessages(
    "SELECT position, user_id, device_id, json FROM to_device_messages "
    "WHERE position > ?1 AND position <= (SELECT MAX(position) FROM (SELECT position FROM "
    "to_device_messages WHERE position > ?1 AND position <= ?2 ORDER BY position LIMIT ?3) "
    "AS first) ORDER BY position, user_id, device_id, ordinal");

OneTimeKey one_time_key(const Rows& rows, std::size_t row) {
  return {.algorithm = rows.text(row, 0), .name = rows.text(row, 1), .json = rows.text(row, 2)};
}

std::vector<NoteDeviceListChange> to_list_changes(const Rows& rows) {
  std::vector<NoteDeviceListChange> changes;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    changes.push_back({.user = protocol::UserId::trusted(rows.text(row, 0)),
                       .seen_by = protocol::UserId::trusted(rows.text(row, 1))});
  }
  return changes;
}

}  // namespace

runtime::Task<std::vector<StoredDeviceKeys>> SqlDeviceKeyStore::load_device_keys(
    protocol::UserId user) {
  const Rows rows = co_await reader_.read(kLoadDeviceKeys, {std::string_view(user.text())});
  std::vector<StoredDeviceKeys> keys;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    keys.push_back({.user = user,
                    .device = protocol::DeviceId::trusted(rows.text(row, 0)),
                    .json = rows.text(row, 1)});
  }
  co_return keys;
}

runtime::Task<std::vector<StoredCrossSigningKey>> SqlDeviceKeyStore::load_cross_signing_keys(
    protocol::UserId user) {
  const Rows rows = co_await reader_.read(kLoadCrossSigningKeys, {std::string_view(user.text())});
  std::vector<StoredCrossSigningKey> keys;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    keys.push_back({.user = user, .usage = rows.text(row, 0), .json = rows.text(row, 1)});
  }
  co_return keys;
}

runtime::Task<std::vector<PutKeySignature>> SqlDeviceKeyStore::load_key_signatures(
    protocol::UserId target) {
  const Rows rows = co_await reader_.read(kLoadKeySignatures, {std::string_view(target.text())});
  std::vector<PutKeySignature> signatures;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    signatures.push_back({.target = target,
                          .target_key = rows.text(row, 0),
                          .signer = protocol::UserId::trusted(rows.text(row, 1)),
                          .signer_key = rows.text(row, 2),
                          .signature = rows.text(row, 3)});
  }
  co_return signatures;
}

runtime::Task<KeyCounts> SqlDeviceKeyStore::count_keys(protocol::UserId user,
                                                       protocol::DeviceId device) {
  KeyCounts counts;
  const Rows one_time = co_await reader_.read(kCountOneTimeKeys,
                                              {std::string_view(user.text()), Blob{device.text()}});
  for (std::size_t row = 0; row < one_time.size(); ++row) {
    counts.one_time_keys[one_time.text(row, 0)] = one_time.integer(row, 1);
  }
  const Rows fallback = co_await reader_.read(kLoadUnusedFallback,
                                              {std::string_view(user.text()), Blob{device.text()}});
  for (std::size_t row = 0; row < fallback.size(); ++row) {
    counts.unused_fallback_algorithms.push_back(fallback.text(row, 0));
  }
  co_return counts;
}

runtime::Task<std::vector<OneTimeKey>> SqlDeviceKeyStore::load_one_time_keys(
    protocol::UserId user, protocol::DeviceId device) {
  const Rows rows =
      co_await reader_.read(kLoadOneTimeKeys, {std::string_view(user.text()), Blob{device.text()}});
  std::vector<OneTimeKey> keys;
  for (std::size_t row = 0; row < rows.size(); ++row) keys.push_back(one_time_key(rows, row));
  co_return keys;
}

runtime::Task<std::vector<OneTimeKey>> SqlDeviceKeyStore::load_oldest_one_time_keys(
    protocol::UserId user, protocol::DeviceId device, std::string algorithm, std::size_t limit) {
  const Rows rows = co_await reader_.read(
      kLoadOldestOneTimeKeys, {std::string_view(user.text()), Blob{device.text()}, Blob{algorithm},
                               static_cast<std::int64_t>(limit)});
  std::vector<OneTimeKey> keys;
  keys.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) keys.push_back(one_time_key(rows, row));
  co_return keys;
}

runtime::Task<std::optional<StoredFallbackKey>> SqlDeviceKeyStore::find_fallback_key(
    protocol::UserId user, protocol::DeviceId device, std::string algorithm) {
  const Rows rows = co_await reader_.read(
      kFindFallbackKey, {std::string_view(user.text()), Blob{device.text()}, Blob{algorithm}});
  if (rows.empty()) co_return std::nullopt;
  co_return StoredFallbackKey{.key = one_time_key(rows, 0), .used = rows.integer(0, 3) != 0};
}

runtime::Task<std::vector<NoteDeviceListChange>> SqlDeviceKeyStore::load_device_list_changes(
    StreamPosition after, StreamPosition until) {
  co_return to_list_changes(
      co_await reader_.read(kLoadListChanges, {column(after), column(until)}));
}

runtime::Task<std::vector<NoteDeviceListChange>> SqlDeviceKeyStore::load_device_list_changes_for(
    protocol::UserId viewer, StreamPosition after, StreamPosition until) {
  co_return to_list_changes(co_await reader_.read(
      kLoadListChangesFor, {column(after), column(until), std::string_view(viewer.text())}));
}

runtime::Task<std::vector<StoredToDeviceMessage>> SqlToDeviceStore::load_messages(
    protocol::UserId user, protocol::DeviceId device, StreamPosition after, StreamPosition until,
    std::size_t limit) {
  const Rows rows = co_await reader_.read(
      kLoadMessages, {std::string_view(user.text()), Blob{device.text()}, column(after),
                      column(until), static_cast<std::int64_t>(limit)});
  std::vector<StoredToDeviceMessage> messages;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    messages.push_back({.position = to_position(rows.integer(row, 0)), .json = rows.text(row, 1)});
  }
  co_return messages;
}

runtime::Task<std::vector<AddressedToDeviceMessage>> SqlToDeviceStore::load_all_messages(
    StreamPosition after, StreamPosition until, std::size_t limit) {
  const Rows rows = co_await reader_.read(
      kLoadAllMessages, {column(after), column(until), static_cast<std::int64_t>(limit)});
  std::vector<AddressedToDeviceMessage> messages;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    messages.push_back({.position = to_position(rows.integer(row, 0)),
                        .user = protocol::UserId::trusted(rows.text(row, 1)),
                        .device = protocol::DeviceId::trusted(rows.text(row, 2)),
                        .json = rows.text(row, 3)});
  }
  co_return messages;
}

}  // namespace chancery::storage::sql
