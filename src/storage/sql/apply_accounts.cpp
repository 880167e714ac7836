// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_accounts.hpp"

#include <cstdint>
#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindAccount("SELECT 1 FROM accounts WHERE user_id = ?1");
constexpr Statement kFindActive(
    "SELECT 1 FROM accounts WHERE user_id = ?1 AND deactivated = 0 AND locked = 0");
constexpr Statement kFindStanding(
    "SELECT 1 FROM accounts WHERE user_id = ?1 AND deactivated = ?2 AND locked = ?3 "
    "AND erased = ?4 AND suspended = ?5");
constexpr Statement kFindPasswordHash(
    "SELECT 1 FROM accounts WHERE user_id = ?1 AND password_hash = ?2 AND deactivated = 0");
constexpr Statement kFindRegistrationToken(
    "SELECT 1 FROM registration_tokens WHERE token = ?1 AND (expires_at = 0 OR expires_at > ?2) "
    "AND (uses_allowed IS NULL OR uses_allowed > completed)");
constexpr Statement kFindSetupLink("SELECT 1 FROM setup_links WHERE hash = ?1 AND expires_at > ?2");

constexpr Statement kAddAccount(
    "INSERT INTO accounts (user_id, password_hash, role, deactivated, locked, erased, suspended, "
    "created_at, user_type) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
constexpr Statement kSetPasswordHash("UPDATE accounts SET password_hash = ?2 WHERE user_id = ?1");
constexpr Statement kSetRole("UPDATE accounts SET role = ?2 WHERE user_id = ?1");
constexpr Statement kSetStanding(
    "UPDATE accounts SET deactivated = ?2, locked = ?3, erased = ?4, suspended = ?5 "
    "WHERE user_id = ?1");
constexpr Statement kSetUserType("UPDATE accounts SET user_type = ?2 WHERE user_id = ?1");

constexpr Statement kPutRegistrationToken(
    "INSERT INTO registration_tokens (token, uses_allowed, completed, expires_at, created_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (token) DO UPDATE SET "
    "uses_allowed = excluded.uses_allowed, expires_at = excluded.expires_at");
constexpr Statement kDeleteRegistrationToken("DELETE FROM registration_tokens WHERE token = ?1");
constexpr Statement kCompleteRegistrationToken(
    "UPDATE registration_tokens SET completed = completed + 1 WHERE token = ?1");
constexpr Statement kPutSetupLink(
    "INSERT INTO setup_links (hash, expires_at) VALUES (?1, ?2) "
    "ON CONFLICT (hash) DO UPDATE SET expires_at = excluded.expires_at");
constexpr Statement kDeleteSetupLinks("DELETE FROM setup_links");

std::int64_t flag(bool value) { return value ? 1 : 0; }

}  // namespace

bool holds(Writer& writer, const RequireUserAbsent& required) {
  return writer.query(kFindAccount, {std::string_view(required.user.text())}).empty();
}

bool holds(Writer& writer, const RequireAccountActive& required) {
  return !writer.query(kFindActive, {std::string_view(required.user.text())}).empty();
}

bool holds(Writer& writer, const RequireAccountStanding& required) {
  const AccountStanding& standing = required.standing;
  return !writer
              .query(kFindStanding,
                     {std::string_view(required.user.text()), flag(standing.deactivated),
                      flag(standing.locked), flag(standing.erased), flag(standing.suspended)})
              .empty();
}

bool holds(Writer& writer, const RequirePasswordHash& required) {
  return !writer
              .query(kFindPasswordHash, {std::string_view(required.user.text()),
                                         std::string_view(required.password_hash)})
              .empty();
}

bool holds(Writer& writer, const RequireRegistrationToken& required) {
  return !writer
              .query(kFindRegistrationToken,
                     {std::string_view(required.token), required.now.milliseconds})
              .empty();
}

bool holds(Writer& writer, const RequireSetupLink& required) {
  return !writer.query(kFindSetupLink, {Blob{required.hash}, required.now.milliseconds}).empty();
}

void apply(Writer& writer, const CreateAccount& create, StreamPosition) {
  const StoredAccount& account = create.account;
  writer.execute(kAddAccount,
                 {std::string_view(account.user.text()), std::string_view(account.password_hash),
                  static_cast<std::int64_t>(account.role), flag(account.standing.deactivated),
                  flag(account.standing.locked), flag(account.standing.erased),
                  flag(account.standing.suspended), account.created_at.milliseconds,
                  std::string_view(account.user_type)});
}

void apply(Writer& writer, const SetPasswordHash& set, StreamPosition) {
  writer.execute(kSetPasswordHash,
                 {std::string_view(set.user.text()), std::string_view(set.password_hash)});
}

void apply(Writer& writer, const SetAccountRole& set, StreamPosition) {
  writer.execute(kSetRole,
                 {std::string_view(set.user.text()), static_cast<std::int64_t>(set.role)});
}

void apply(Writer& writer, const SetAccountStanding& set, StreamPosition) {
  writer.execute(kSetStanding, {std::string_view(set.user.text()), flag(set.standing.deactivated),
                                flag(set.standing.locked), flag(set.standing.erased),
                                flag(set.standing.suspended)});
}

void apply(Writer& writer, const SetUserType& set, StreamPosition) {
  writer.execute(kSetUserType,
                 {std::string_view(set.user.text()), std::string_view(set.user_type)});
}

void apply(Writer& writer, const PutRegistrationToken& put, StreamPosition) {
  const StoredRegistrationToken& token = put.token;
  const Parameter uses =
      token.uses_allowed ? Parameter(*token.uses_allowed) : Parameter(std::nullptr_t{});
  writer.execute(kPutRegistrationToken,
                 {std::string_view(token.token), uses, token.completed,
                  token.expires_at.milliseconds, token.created_at.milliseconds});
}

void apply(Writer& writer, const DeleteRegistrationToken& remove, StreamPosition) {
  writer.execute(kDeleteRegistrationToken, {std::string_view(remove.token)});
}

void apply(Writer& writer, const CompleteRegistrationToken& complete, StreamPosition) {
  writer.execute(kCompleteRegistrationToken, {std::string_view(complete.token)});
}

void apply(Writer& writer, const PutSetupLink& put, StreamPosition) {
  writer.execute(kPutSetupLink, {Blob{put.hash}, put.expires_at.milliseconds});
}

void apply(Writer& writer, const DeleteSetupLinks&, StreamPosition) {
  writer.execute(kDeleteSetupLinks, {});
}

}  // namespace chancery::storage::sql
