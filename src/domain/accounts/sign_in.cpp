// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/sign_in.hpp"

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "protocol/api_error.hpp"
#include "runtime/peer_network.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <algorithm>

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

// As failed attempts are counted. Names and addresses never look alike.
std::string by_address(const std::string& address) {
  return "address " + runtime::network_of(address);
}

}  // namespace

std::optional<protocol::UserId> SignIn::parse_user(const std::string& user) const {
  if (!user.starts_with('@')) {
    auto made = protocol::UserId::make(user, server_);
    if (!made) return std::nullopt;
    return *std::move(made);
  }
  auto parsed = protocol::UserId::parse(user);
  if (!parsed || parsed->server_name() != server_.text()) return std::nullopt;
  return *std::move(parsed);
}

// Throws while whoever tries must wait.
runtime::Task<SignIn::Counted> SignIn::begin_attempt(std::string name,
                                                     const storage::StoredAccount* account,
                                                     std::string address) {
  using Of = FailedAttempts::Of;
  const bool is_known =
      account != nullptr && co_await sessions_.is_known_at(account->user, address);
  Counted counted{
      .here = attempts_.begin("account " + name + " from " + runtime::network_of(address)),
      .strangers = std::nullopt};
  if (!is_known) counted.strangers.emplace(attempts_.begin("account " + name, Of::many));
  co_return counted;
}

runtime::Task<SignIn::Proven> SignIn::prove(Credentials credentials) {
  const std::uint64_t began = sessions_.proofs().now();
  // Behind one address may be a whole house.
  FailedAttempts::Attempt from_address =
      attempts_.begin(by_address(credentials.address), FailedAttempts::Of::many);
  std::optional<protocol::UserId> user = parse_user(credentials.user);
  std::optional<storage::StoredAccount> account;
  if (user) account = co_await store_.find_account(*user);
  if (user && !account) {
    // Names are given in lower case, and people type them as they like.
    std::string lower = user->text();
    std::ranges::transform(lower, lower.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    user = protocol::UserId::trusted(std::move(lower));
    account = co_await store_.find_account(*user);
  }
  std::string name = user ? user->text() : base::clean_utf8(credentials.user, 255);
  Counted counted =
      co_await begin_attempt(std::move(name), account ? &*account : nullptr, credentials.address);

  std::optional<std::string> hash;
  if (account && !account->standing.deactivated) hash = account->password_hash;
  std::string password = credentials.password;
  const PasswordCheck outcome =
      co_await passwords_.check(std::move(hash), std::move(credentials.password));
  if (outcome == PasswordCheck::wrong) {
    from_address.failed();
    counted.here.failed();
    if (counted.strangers) counted.strangers->failed();
    base::log_warn("sign_in_failed",
                   {{"request", credentials.request}, {"address", credentials.address}});
    // Keys are made for people that there are, not for every name that someone tries. And what is
    // no name here may be a password that slipped into the wrong field: it stands nowhere.
    co_await commits_.record({.who = account ? account->user.text() : "server",
                              .act = "account.login_failed",
                              .object = std::move(credentials.address)});
    throw ApiError(ErrorCode::forbidden, "Wrong user name or password");
  }
  counted.here.succeeded();
  if (account->standing.locked) {
    co_await commits_.record({.who = account->user.text(),
                              .act = "account.login_refused",
                              .object = std::move(credentials.address)});
    throw ApiError(ErrorCode::user_locked, "This account is locked").with("soft_logout", true);
  }
  if (outcome == PasswordCheck::outdated) {
    account = co_await renew_hash(*std::move(account), std::move(password));
  }
  co_return Proven{.user = account->user, .proof = Proofs::of(*account, began)};
}

runtime::Task<bool> SignIn::still_holds(Proven proven) {
  const auto account = co_await store_.find_account(proven.user);
  co_return account && !account->standing.deactivated && !account->standing.locked &&
      sessions_.proofs().holds(proven.proof, *account);
}

runtime::Task<storage::StoredAccount> SignIn::renew_hash(storage::StoredAccount account,
                                                         std::string password) {
  std::string hash = co_await passwords_.hash(password);
  storage::Change change;
  // Whoever changed the password meanwhile has had it hashed by today's rules.
  change.preconditions.emplace_back(
      storage::RequirePasswordHash{.user = account.user, .password_hash = account.password_hash});
  change.mutations.emplace_back(storage::SetPasswordHash{account.user, hash});
  audit::Act act{.kind = "server",
                 .who = account.user.text(),
                 .act = "account.password_rehash",
                 .object = account.user.text()};
  bool is_renewed = true;
  try {
    co_await commits_.commit(std::move(change), std::move(act));
  } catch (const storage::StorageConflict&) {  // the new hash stands; this one was for the old
    base::log_info("password_changed_while_rehashing");
    is_renewed = false;
  }
  if (is_renewed) {
    account.password_hash = std::move(hash);
    co_return account;
  }
  // Another sign-in by the same password may have been faster.
  auto now = co_await store_.find_account(account.user);
  if (!now) throw ApiError(ErrorCode::forbidden, "Wrong user name or password");
  const PasswordCheck outcome = co_await passwords_.check(now->password_hash, std::move(password));
  if (outcome == PasswordCheck::wrong) {
    throw ApiError(ErrorCode::forbidden, "Wrong user name or password");
  }
  co_return *std::move(now);
}

runtime::Task<SignIn::SignedIn> SignIn::sign_in(Credentials credentials, Wanted wanted) {
  Proven proven = co_await prove(std::move(credentials));
  NewSession session = co_await sessions_.open({.user = proven.user,
                                                .device = std::move(wanted.device),
                                                .device_name = std::move(wanted.device_name),
                                                .refresh = wanted.refresh,
                                                .proof = std::move(proven.proof)});
  co_return SignedIn{.user = std::move(proven.user), .session = std::move(session)};
}

}  // namespace chancery::accounts
