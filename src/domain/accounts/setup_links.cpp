// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/setup_links.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "domain/accounts/new_account.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kTokenBytes = 32;

ApiError not_good() {
  return ApiError(
      ErrorCode::forbidden,
      "This set-up link does not work: it was used, is older than a day, or is incomplete. Make a "
      "new one by: chancery user setup-link");
}

}  // namespace

runtime::Task<std::string> SetupLinks::create() {
  std::string token = base::encode_base64url(random_.bytes(kTokenBytes));
  storage::Change change;
  change.mutations.emplace_back(
      storage::PutSetupLink{.hash = base::sha256(token), .expires_at = clock_.now() + kLifetime});
  co_await commits_.commit(std::move(change),
                           {.kind = "server", .who = "server", .act = "setup_link.create"});
  co_return token;
}

runtime::Task<bool> SetupLinks::is_valid(std::string token) {
  const auto expires_at = co_await store_.find_setup_link(base::sha256(token));
  co_return expires_at && *expires_at > clock_.now();
}

runtime::Task<> SetupLinks::require_valid(std::string token) {
  if (!co_await is_valid(std::move(token))) throw not_good();
}

runtime::Task<SetupLinks::Owner> SetupLinks::consume(std::string token, std::string username,
                                                     std::string password) {
  // First of all: who has no link learns nothing of names and rules.
  co_await require_valid(token);
  passwords_.require_strong(password);
  NewAccount account{.user = creation_.parse_username(username),
                     .password = std::move(password),
                     .role = policy::Role::owner,
                     .rule = "setup_link"};
  account.session = SessionRequest{.user = account.user, .device = std::nullopt, .device_name = {}};
  account.preconditions.emplace_back(
      storage::RequireSetupLink{.hash = base::sha256(token), .now = clock_.now()});
  account.mutations.emplace_back(storage::DeleteSetupLinks{});
  Owner owner{.user = account.user, .session = {}};
  std::optional<NewSession> session;
  try {
    session = co_await creation_.create(std::move(account));
  } catch (const storage::StorageConflict&) {  // someone else used it
  }
  if (!session) throw not_good();
  owner.session = *std::move(session);
  co_return owner;
}

}  // namespace chancery::accounts
