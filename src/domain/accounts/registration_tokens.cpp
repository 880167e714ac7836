// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/registration_tokens.hpp"

#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"

#include <algorithm>

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kMostBytes = 64;
constexpr std::int64_t kRandomLength = 24;

bool is_well_formed(std::string_view token) {
  return !token.empty() && token.size() <= kMostBytes && std::ranges::all_of(token, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._~-").find(c) != std::string_view::npos;
  });
}

// What stands of a token on record: enough to tell long ones apart, and too little to guess one by.
std::string shown_part(std::string_view token) {
  constexpr std::size_t kMostShown = 4;
  return std::string(token.substr(0, std::min(kMostShown, token.size() / 6)));
}

std::string_view kind_of(std::string_view who) { return who == "server" ? "server" : "admin"; }

}  // namespace

bool RegistrationTokens::is_usable(const storage::StoredRegistrationToken& token,
                                   std::int64_t pending) const {
  if (token.expires_at.milliseconds != 0 && token.expires_at <= clock_.now()) return false;
  return !token.uses_allowed || token.completed + pending < *token.uses_allowed;
}

runtime::Task<bool> RegistrationTokens::is_valid(std::string token) {
  if (!is_well_formed(token)) co_return false;
  const auto stored = co_await store_.find_registration_token(token);
  co_return stored&& is_usable(*stored, pending(token));
}

runtime::Task<bool> RegistrationTokens::reserve(std::string token) {
  if (!is_well_formed(token)) co_return false;
  const auto stored = co_await store_.find_registration_token(token);
  if (!stored) co_return false;
  const std::lock_guard lock(mutex_);
  const auto found = pending_.find(token);
  if (!is_usable(*stored, found == pending_.end() ? 0 : found->second)) co_return false;
  ++pending_[token];
  co_return true;
}

void RegistrationTokens::release(const std::string& token) {
  const std::lock_guard lock(mutex_);
  const auto found = pending_.find(token);
  if (found == pending_.end()) return;
  if (--found->second == 0) pending_.erase(found);
}

std::int64_t RegistrationTokens::pending(const std::string& token) const {
  const std::lock_guard lock(mutex_);
  const auto found = pending_.find(token);
  return found == pending_.end() ? 0 : found->second;
}

void RegistrationTokens::require_sensible(const storage::StoredRegistrationToken& token) const {
  if (!is_well_formed(token.token)) {
    throw ApiError(ErrorCode::invalid_param,
                   "A token has 1 to 64 letters, digits and the characters . _ ~ -");
  }
  if (token.uses_allowed && *token.uses_allowed < 0) {
    throw ApiError(ErrorCode::invalid_param, "'uses_allowed' may not be negative");
  }
  if (token.expires_at.milliseconds != 0 && token.expires_at <= clock_.now()) {
    throw ApiError(ErrorCode::invalid_param, "The expiry must be in the future");
  }
}

runtime::Task<storage::StoredRegistrationToken> RegistrationTokens::create(std::string who,
                                                                           Wanted wanted) {
  const std::int64_t length = wanted.length.value_or(kRandomLength);
  if (length < 1 || length > static_cast<std::int64_t>(kMostBytes)) {
    throw ApiError(ErrorCode::invalid_param, "A token has 1 to 64 characters");
  }
  storage::StoredRegistrationToken token{
      .token = wanted.token ? *std::move(wanted.token)
                            : random_.alphanumeric(static_cast<std::size_t>(length)),
      .uses_allowed = wanted.uses_allowed,
      .completed = 0,
      .expires_at = wanted.expires_at,
      .created_at = clock_.now()};
  require_sensible(token);
  if (co_await store_.find_registration_token(token.token)) {
    throw ApiError(ErrorCode::invalid_param, "There is such a token already");
  }
  storage::Change change;
  change.mutations.emplace_back(storage::PutRegistrationToken{token});
  // The token itself would let whoever reads the record in.
  co_await commits_.commit(std::move(change), {.kind = kind_of(who),
                                               .who = std::move(who),
                                               .act = "registration_token.create",
                                               .object = shown_part(token.token)});
  co_return token;
}

runtime::Task<std::vector<storage::StoredRegistrationToken>> RegistrationTokens::load() {
  co_return co_await store_.load_registration_tokens();
}

runtime::Task<storage::StoredRegistrationToken> RegistrationTokens::get(std::string token) {
  auto stored = co_await store_.find_registration_token(std::move(token));
  if (!stored) throw ApiError(ErrorCode::not_found, "No such token");
  co_return *std::move(stored);
}

runtime::Task<> RegistrationTokens::change(std::string who,
                                           storage::StoredRegistrationToken token) {
  co_await get(token.token);
  require_sensible(token);
  std::string shown = shown_part(token.token);
  storage::Change change;
  change.mutations.emplace_back(storage::PutRegistrationToken{std::move(token)});
  co_await commits_.commit(std::move(change), {.kind = kind_of(who),
                                               .who = std::move(who),
                                               .act = "registration_token.change",
                                               .object = std::move(shown)});
}

runtime::Task<> RegistrationTokens::remove(std::string who, std::string token) {
  co_await get(token);
  std::string shown = shown_part(token);
  storage::Change change;
  change.mutations.emplace_back(storage::DeleteRegistrationToken{std::move(token)});
  co_await commits_.commit(std::move(change), {.kind = kind_of(who),
                                               .who = std::move(who),
                                               .act = "registration_token.delete",
                                               .object = std::move(shown)});
}

}  // namespace chancery::accounts
