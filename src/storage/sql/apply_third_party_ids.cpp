// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_third_party_ids.hpp"

#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kFind("SELECT 1 FROM third_party_ids WHERE medium = ?1 AND address_hash = ?2");
constexpr Statement kFindValidated(
    "SELECT 1 FROM third_party_validations "
    "WHERE session_id = ?1 AND validated_at > 0 AND expires_at > ?2");

constexpr Statement kAdd(
    "INSERT INTO third_party_ids (medium, address_hash, user_id, validated_at, added_at, record) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
constexpr Statement kRemove(
    "DELETE FROM third_party_ids WHERE medium = ?1 AND address_hash = ?2 AND user_id = ?3");
constexpr Statement kRemoveOf("DELETE FROM third_party_ids WHERE user_id = ?1");
constexpr Statement kRemoveBindingsOf("DELETE FROM third_party_bindings WHERE user_id = ?1");

constexpr Statement kRemoveOlder(
    "DELETE FROM third_party_validations "
    "WHERE session_id = ?1 OR (secret_hash = ?2 AND address_hash = ?3 AND purpose = ?4)");
constexpr Statement kPutValidation(
    "INSERT INTO third_party_validations (session_id, secret_hash, token_hash, purpose, medium, "
    "address_hash, send_attempt, expires_at, validated_at, record) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
constexpr Statement kConfirm(
    "UPDATE third_party_validations SET validated_at = ?2 "
    "WHERE session_id = ?1 AND validated_at = 0");
constexpr Statement kRemoveValidation("DELETE FROM third_party_validations WHERE session_id = ?1");
constexpr Statement kRemoveExpired("DELETE FROM third_party_validations WHERE expires_at < ?1");

constexpr Statement kAddBinding(
    "INSERT INTO third_party_bindings (user_id, medium, address_hash, id_server) "
    "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (user_id, medium, address_hash, id_server) DO NOTHING");
constexpr Statement kRemoveBinding(
    "DELETE FROM third_party_bindings "
    "WHERE user_id = ?1 AND medium = ?2 AND address_hash = ?3 AND id_server = ?4");

}  // namespace

bool holds(Writer& writer, const RequireThirdPartyIdAbsent& required) {
  return writer
      .query(kFind, {std::string_view(required.key.medium), Blob{required.key.address_hash}})
      .empty();
}

bool holds(Writer& writer, const RequireValidated& required) {
  return !writer.query(kFindValidated, {Blob{required.id}, required.now.milliseconds}).empty();
}

void apply(Writer& writer, const AddThirdPartyId& add, StreamPosition) {
  const StoredThirdPartyId& added = add.added;
  writer.execute(kAdd, {std::string_view(added.key.medium), Blob{added.key.address_hash},
                        std::string_view(added.user.text()), added.validated_at.milliseconds,
                        added.added_at.milliseconds, Blob{added.record}});
}

void apply(Writer& writer, const RemoveThirdPartyId& remove, StreamPosition) {
  writer.execute(kRemove, {std::string_view(remove.key.medium), Blob{remove.key.address_hash},
                           std::string_view(remove.user.text())});
}

void apply(Writer& writer, const RemoveThirdPartyIdsOf& remove, StreamPosition) {
  writer.execute(kRemoveOf, {std::string_view(remove.user.text())});
  writer.execute(kRemoveBindingsOf, {std::string_view(remove.user.text())});
}

void apply(Writer& writer, const PutValidation& put, StreamPosition) {
  const StoredValidation& one = put.validation;
  writer.execute(kRemoveOlder, {Blob{one.id}, Blob{one.secret_hash}, Blob{one.key.address_hash},
                                std::string_view(one.purpose)});
  writer.execute(
      kPutValidation,
      {Blob{one.id}, Blob{one.secret_hash}, Blob{one.token_hash}, std::string_view(one.purpose),
       std::string_view(one.key.medium), Blob{one.key.address_hash}, one.send_attempt,
       one.expires_at.milliseconds, one.validated_at.milliseconds, Blob{one.record}});
}

void apply(Writer& writer, const ConfirmValidation& confirm, StreamPosition) {
  writer.execute(kConfirm, {Blob{confirm.id}, confirm.at.milliseconds});
}

void apply(Writer& writer, const RemoveValidation& remove, StreamPosition) {
  writer.execute(kRemoveValidation, {Blob{remove.id}});
}

void apply(Writer& writer, const RemoveExpiredValidations& remove, StreamPosition) {
  writer.execute(kRemoveExpired, {remove.before.milliseconds});
}

void apply(Writer& writer, const AddThirdPartyBinding& add, StreamPosition) {
  writer.execute(kAddBinding, {std::string_view(add.user.text()), std::string_view(add.key.medium),
                               Blob{add.key.address_hash}, Blob{add.id_server}});
}

void apply(Writer& writer, const RemoveThirdPartyBinding& remove, StreamPosition) {
  writer.execute(kRemoveBinding,
                 {std::string_view(remove.user.text()), std::string_view(remove.key.medium),
                  Blob{remove.key.address_hash}, Blob{remove.id_server}});
}

}  // namespace chancery::storage::sql
