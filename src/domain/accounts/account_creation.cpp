// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/account_creation.hpp"

#include "base/json.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/directory_words.hpp"
#include "domain/accounts/new_account.hpp"
#include "protocol/api_error.hpp"
#include "storage/errors.hpp"

#include <algorithm>

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kGeneratedAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
constexpr std::size_t kGeneratedLength = 16;

ApiError no_guest() { return ApiError(ErrorCode::forbidden, "This is no guest's account"); }

}  // namespace

protocol::UserId AccountCreation::parse_username(std::string_view username) const {
  std::string text(username);
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (!text.starts_with('@')) text = "@" + text + ":" + server_.text();
  auto user = protocol::UserId::parse_strict(text);
  if (!user) {
    throw ApiError(ErrorCode::invalid_username,
                   "A username is made of small letters, digits and . _ = - / +, and not too long")
        .because(user.error().reason);
  }
  if (user->server_name() != server_.text()) {
    throw ApiError(ErrorCode::invalid_username, "This is a name of another server");
  }
  const std::string_view localpart = user->localpart();
  // Numbers alone were given to guests.
  const bool is_number =
      std::ranges::all_of(localpart, [](char c) { return c >= '0' && c <= '9'; });
  if (is_number) {
    throw ApiError(ErrorCode::invalid_username, "A username may not be a number");
  }
  return *std::move(user);
}

void AccountCreation::require_unreserved(const protocol::UserId& user,
                                         std::string_view service) const {
  if (reserved_ == nullptr || !reserved_->is_reserved(user, service)) return;
  throw ApiError(ErrorCode::exclusive, "This username is kept for an application service");
}

runtime::Task<> AccountCreation::require_free(protocol::UserId user) {
  require_unreserved(user, "");
  if (co_await store_.find_account(std::move(user))) {
    throw ApiError(ErrorCode::user_in_use, "This username is taken");
  }
}

protocol::UserId AccountCreation::generate_name(std::string_view prefix) {
  return protocol::UserId::trusted("@" + std::string(prefix) +
                                   random_.characters(kGeneratedLength, kGeneratedAlphabet) + ":" +
                                   server_.text());
}

runtime::Task<std::optional<NewSession>> AccountCreation::create(NewAccount account) {
  require_unreserved(account.user, account.service);
  if (co_await store_.find_account(account.user)) {
    throw ApiError(ErrorCode::user_in_use, "This username is taken");
  }
  std::string hash;
  if (!account.password.empty()) hash = co_await passwords_.hash(std::move(account.password));

  storage::Change change;
  change.preconditions = std::move(account.preconditions);
  change.preconditions.emplace_back(storage::RequireUserAbsent{account.user});
  change.mutations = std::move(account.mutations);
  change.mutations.emplace_back(storage::CreateAccount{{.user = account.user,
                                                        .password_hash = std::move(hash),
                                                        .role = to_stored(account.role),
                                                        .standing = {},
                                                        .created_at = clock_.now()}});
  std::string name;
  if (account.displayname) name = base::to_text(base::Json(*account.displayname));
  change.mutations.emplace_back(storage::SetDirectoryWords{
      .user = account.user, .words = directory_words(account.user, name)});
  if (!name.empty()) {
    change.mutations.emplace_back(storage::SetProfileField{
        .user = account.user, .field = "displayname", .value = std::move(name)});
  }
  std::optional<NewSession> session;
  if (account.session) session = sessions_.add_to(change, *account.session);

  if (account.role == policy::Role::owner) account.rule += "; role owner";
  const bool is_own = account.by.empty();
  audit::Act act{.kind = is_own                   ? "user"
                         : account.by == "server" ? "server"
                                                  : "admin",
                 .who = is_own ? account.user.text() : account.by,
                 .device = session ? session->device.text() : "",
                 .act = "account.register",
                 .object = account.user.text(),
                 .rule = std::move(account.rule)};
  bool is_free = true;
  try {
    co_await commits_.commit(std::move(change), std::move(act));
  } catch (const storage::StorageConflict& conflict) {  // another was faster
    if (conflict.precondition != storage::RequireUserAbsent::kName) throw;
    is_free = false;
  }
  if (!is_free) throw ApiError(ErrorCode::user_in_use, "This username is taken");
  co_return session;
}

runtime::Task<std::optional<NewSession>> AccountCreation::upgrade_guest(NewAccount account) {
  const auto guest = co_await store_.find_account(account.user);
  if (!guest || guest->role != storage::AccountRole::guest) throw no_guest();
  storage::Change change;
  change.preconditions = std::move(account.preconditions);
  // A guest has no password: whoever has one is a guest no more.
  change.preconditions.emplace_back(
      storage::RequirePasswordHash{account.user, guest->password_hash});
  change.preconditions.emplace_back(storage::RequireAccountStanding{account.user, guest->standing});
  change.mutations = std::move(account.mutations);
  std::string hash = co_await passwords_.hash(std::move(account.password));
  change.mutations.emplace_back(storage::SetPasswordHash{account.user, std::move(hash)});
  change.mutations.emplace_back(storage::SetAccountRole{account.user, storage::AccountRole::user});
  std::optional<NewSession> session;
  if (account.session) session = sessions_.add_to(change, *account.session);
  audit::Act act{.who = account.user.text(),
                 .device = session ? session->device.text() : "",
                 .act = "account.upgrade",
                 .object = account.user.text(),
                 .rule = std::move(account.rule)};
  bool was_guest = true;
  try {
    co_await commits_.commit(std::move(change), std::move(act));
  } catch (const storage::StorageConflict& conflict) {  // another was faster
    if (conflict.precondition != storage::RequirePasswordHash::kName &&
        conflict.precondition != storage::RequireAccountStanding::kName) {
      throw;
    }
    was_guest = false;
  }
  if (!was_guest) throw no_guest();
  co_return session;
}

}  // namespace chancery::accounts
