// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/third_party_id_store.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kFind(
    "SELECT medium, address_hash, user_id, validated_at, added_at, record FROM third_party_ids "
    "WHERE medium = ?1 AND address_hash = ?2");
constexpr Statement kLoad(
    "SELECT medium, address_hash, user_id, validated_at, added_at, record FROM third_party_ids "
    "WHERE user_id = ?1 ORDER BY added_at, address_hash");
constexpr Statement kFindValidation(
    "SELECT session_id, secret_hash, token_hash, purpose, medium, address_hash, send_attempt, "
    "expires_at, validated_at, record FROM third_party_validations WHERE session_id = ?1");
constexpr Statement kFindByToken(
    "SELECT session_id, secret_hash, token_hash, purpose, medium, address_hash, send_attempt, "
    "expires_at, validated_at, record FROM third_party_validations WHERE token_hash = ?1");
constexpr Statement kFindOfClient(
    "SELECT session_id, secret_hash, token_hash, purpose, medium, address_hash, send_attempt, "
    "expires_at, validated_at, record FROM third_party_validations "
    "WHERE secret_hash = ?1 AND address_hash = ?2 AND purpose = ?3");
constexpr Statement kLoadBindings(
    "SELECT id_server FROM third_party_bindings "
    "WHERE user_id = ?1 AND medium = ?2 AND address_hash = ?3 ORDER BY id_server");

StoredThirdPartyId to_id(const Rows& rows, std::size_t row) {
  return {.key = {.medium = rows.text(row, 0), .address_hash = rows.text(row, 1)},
          .user = protocol::UserId::trusted(rows.text(row, 2)),
          .validated_at = {rows.integer(row, 3)},
          .added_at = {rows.integer(row, 4)},
          .record = rows.text(row, 5)};
}

std::optional<StoredValidation> to_validation(const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return StoredValidation{.id = rows.text(0, 0),
                          .secret_hash = rows.text(0, 1),
                          .token_hash = rows.text(0, 2),
                          .purpose = rows.text(0, 3),
                          .key = {.medium = rows.text(0, 4), .address_hash = rows.text(0, 5)},
                          .send_attempt = rows.integer(0, 6),
                          .expires_at = {rows.integer(0, 7)},
                          .validated_at = {rows.integer(0, 8)},
                          .record = rows.text(0, 9)};
}

}  // namespace

runtime::Task<std::optional<StoredThirdPartyId>> SqlThirdPartyIdStore::find_third_party_id(
    ThirdPartyKey key) {
  const Rows rows =
      co_await reader_.read(kFind, {std::string_view(key.medium), Blob{key.address_hash}});
  if (rows.empty()) co_return std::nullopt;
  co_return to_id(rows, 0);
}

runtime::Task<std::vector<StoredThirdPartyId>> SqlThirdPartyIdStore::load_third_party_ids(
    protocol::UserId user) {
  const Rows rows = co_await reader_.read(kLoad, {std::string_view(user.text())});
  std::vector<StoredThirdPartyId> ids;
  ids.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) ids.push_back(to_id(rows, row));
  co_return ids;
}

runtime::Task<std::optional<StoredValidation>> SqlThirdPartyIdStore::find_validation(
    std::string id) {
  const Rows rows = co_await reader_.read(kFindValidation, {Blob{id}});
  co_return to_validation(rows);
}

runtime::Task<std::optional<StoredValidation>> SqlThirdPartyIdStore::find_validation_by_token(
    std::string token_hash) {
  const Rows rows = co_await reader_.read(kFindByToken, {Blob{token_hash}});
  co_return to_validation(rows);
}

runtime::Task<std::optional<StoredValidation>> SqlThirdPartyIdStore::find_validation_of(
    OfClient client) {
  const Rows rows = co_await reader_.read(
      kFindOfClient,
      {Blob{client.secret_hash}, Blob{client.address_hash}, std::string_view(client.purpose)});
  co_return to_validation(rows);
}

runtime::Task<std::vector<std::string>> SqlThirdPartyIdStore::load_bindings(protocol::UserId user,
                                                                            ThirdPartyKey key) {
  const Rows rows = co_await reader_.read(
      kLoadBindings,
      {std::string_view(user.text()), std::string_view(key.medium), Blob{key.address_hash}});
  std::vector<std::string> servers;
  for (std::size_t row = 0; row < rows.size(); ++row) servers.push_back(rows.text(row, 0));
  co_return servers;
}

}  // namespace chancery::storage::sql
