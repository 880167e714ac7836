// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/accounts.hpp"

#include "domain/accounts/device_ends.hpp"
#include "domain/accounts/role_name.hpp"
#include "domain/policy/refusal.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

namespace chancery::accounts {

using protocol::ApiError;
using protocol::ErrorCode;

policy::Role to_role(storage::AccountRole role) {
  switch (role) {
    case storage::AccountRole::guest:
      return policy::Role::guest;
    case storage::AccountRole::user:
      return policy::Role::user;
    case storage::AccountRole::owner:
      return policy::Role::owner;
  }
  return policy::Role::guest;
}

storage::AccountRole to_stored(policy::Role role) {
  switch (role) {
    case policy::Role::guest:
      return storage::AccountRole::guest;
    case policy::Role::user:
      return storage::AccountRole::user;
    case policy::Role::owner:
      return storage::AccountRole::owner;
  }
  return storage::AccountRole::guest;
}

policy::Standing to_policy(const storage::AccountStanding& standing) {
  if (standing.locked || standing.deactivated) return policy::Standing::locked;
  return standing.suspended ? policy::Standing::suspended : policy::Standing::good;
}

Session session_of(const storage::StoredAccount& account, base::Timestamp authenticated_at) {
  return {.user = account.user,
          .device = protocol::DeviceId::trusted(""),
          .role = to_role(account.role),
          .assurance = policy::AssuranceLevel::password,
          .authenticated_at = authenticated_at,
          .standing = to_policy(account.standing)};
}

namespace {

// Each is lost to a change of the same account that was faster.
constexpr unsigned kMostAttempts = 16;

ApiError has_ended() { return ApiError(ErrorCode::user_deactivated, "This account has ended"); }

std::string_view kind_of(std::string_view who) { return who == "server" ? "server" : "admin"; }

}  // namespace

runtime::Task<std::optional<storage::StoredAccount>> Accounts::find(protocol::UserId user) {
  co_return co_await stores_.accounts.find_account(std::move(user));
}

runtime::Task<storage::StoredAccount> Accounts::get(protocol::UserId user) {
  auto account = co_await stores_.accounts.find_account(std::move(user));
  if (!account) throw ApiError(ErrorCode::not_found, "No such account");
  co_return *std::move(account);
}

runtime::Task<> Accounts::put_hash(NewHash wanted, storage::Change change, audit::Act act) {
  const protocol::UserId& user = wanted.account.user;
  // An account that is locked or ends meanwhile keeps the password that it has, or none.
  change.preconditions.emplace_back(storage::RequireAccountStanding{user, wanted.account.standing});
  change.mutations.emplace_back(storage::SetPasswordHash{user, std::move(wanted.hash)});
  if (wanted.others == OtherDevices::keep) {
    co_await commits_.commit(std::move(change), std::move(act));
    co_return;
  }
  co_await DeviceEnds(stores_.sessions, commits_)
      .commit(std::move(change), std::move(act), {.user = user, .but = wanted.own});
}

// One's own change is made of the password that one has shown: whoever knew the old one does not
// undo the change by which they were to be shut out, because they began before.
runtime::Task<> Accounts::put_own_hash(NewHash wanted, audit::Act act) {
  storage::Change change;
  change.preconditions.emplace_back(storage::RequirePasswordHash{
      .user = wanted.account.user, .password_hash = wanted.account.password_hash});
  bool is_overtaken = false;
  try {
    co_await put_hash(std::move(wanted), std::move(change), std::move(act));
  } catch (const storage::StorageConflict& conflict) {  // that of the password is told as such
    if (conflict.precondition != storage::RequirePasswordHash::kName) throw;
    is_overtaken = true;
  }
  if (is_overtaken) throw Proofs::overtaken();
}

runtime::Task<Proof> Accounts::change_password(PasswordChange wanted) {
  const std::uint64_t began = proofs_.now();
  const protocol::UserId& user = wanted.session.user;
  storage::StoredAccount account = co_await get(user);
  if (account.standing.deactivated) throw has_ended();
  if (account.standing.locked) throw policy::to_error({"locked"}, {});
  const Proof proof = wanted.proof ? *wanted.proof : Proofs::of(account, began);
  if (!proofs_.holds(proof, account)) throw Proofs::overtaken();
  passwords_.require_strong(wanted.password);
  std::string hash = co_await passwords_.hash(std::move(wanted.password));
  // Everything may have been signed out while it was made.
  if (!proofs_.holds(proof, account)) throw Proofs::overtaken();
  Proof renewed = Proofs::with_password(proof, hash);
  co_await put_own_hash({.account = std::move(account),
                         .hash = std::move(hash),
                         .others = wanted.others,
                         .own = wanted.session.device},
                        {.who = user.text(),
                         .device = wanted.session.device.text(),
                         .act = "account.password",
                         .object = user.text(),
                         .rule = wanted.proof ? "" : "mail"});
  co_return renewed;
}

runtime::Task<> Accounts::reset_password(std::string who, protocol::UserId user,
                                         std::string password, OtherDevices devices) {
  storage::StoredAccount account = co_await get(std::move(user));
  if (account.standing.deactivated) throw has_ended();
  passwords_.require_strong(password);
  std::string hash = co_await passwords_.hash(std::move(password));
  audit::Act act{.kind = kind_of(who),
                 .who = who,
                 .act = "account.password_reset",
                 .object = account.user.text()};
  co_await put_hash({.account = std::move(account), .hash = std::move(hash), .others = devices}, {},
                    std::move(act));
}

runtime::Task<> Accounts::set_role(std::string who, protocol::UserId user, policy::Role role) {
  const storage::StoredAccount account = co_await get(user);
  storage::Change change;
  change.mutations.emplace_back(storage::SetAccountRole{user, to_stored(role)});
  co_await commits_.commit(std::move(change), {.kind = kind_of(who),
                                               .who = who,
                                               .act = "account.role",
                                               .object = account.user.text(),
                                               .rule = "role " + std::string(role_name(role))});
}

// Repeated: it stays as it is, and the record says who asked for it.
runtime::Task<> Accounts::set_locked(std::string who, protocol::UserId user, Locked locked) {
  const storage::StoredAccount account = co_await get(std::move(user));
  storage::AccountStanding standing = account.standing;
  standing.locked = locked == Locked::yes;
  co_await change_standing(std::move(who), account, standing,
                           locked == Locked::yes ? "account.lock" : "account.unlock");
}

runtime::Task<> Accounts::set_suspended(std::string who, protocol::UserId user,
                                        Suspended suspended) {
  const storage::StoredAccount account = co_await get(std::move(user));
  storage::AccountStanding standing = account.standing;
  standing.suspended = suspended == Suspended::yes;
  co_await change_standing(std::move(who), account, standing,
                           suspended == Suspended::yes ? "account.suspend" : "account.unsuspend");
}

runtime::Task<> Accounts::change_standing(std::string who, storage::StoredAccount account,
                                          storage::AccountStanding standing, std::string act) {
  storage::Change change;
  // Nobody's change undoes another's that came between.
  change.preconditions.emplace_back(
      storage::RequireAccountStanding{account.user, account.standing});
  change.mutations.emplace_back(storage::SetAccountStanding{account.user, standing});
  co_await commits_.commit(
      std::move(change),
      {.kind = kind_of(who), .who = who, .act = std::move(act), .object = account.user.text()});
}

runtime::Task<bool> Deactivation::try_end(std::string who, protocol::UserId user, Erase erase) {
  const auto account = co_await stores_.accounts.find_account(user);
  if (!account) throw ApiError(ErrorCode::not_found, "No such account");

  storage::Change change;
  storage::AccountStanding standing = account->standing;
  standing.deactivated = true;
  standing.erased = standing.erased || erase == Erase::yes;
  // Nobody's change undoes another's that came between: who was erased stays so.
  change.preconditions.emplace_back(storage::RequireAccountStanding{user, account->standing});
  change.mutations.emplace_back(storage::SetAccountStanding{user, standing});
  change.mutations.emplace_back(storage::SetPasswordHash{user, ""});
  change.mutations.emplace_back(storage::DeleteProfile{user});
  change.mutations.emplace_back(storage::SetDirectoryWords{.user = user, .words = {}});
  change.mutations.emplace_back(storage::RemoveThirdPartyIdsOf{user});
  if (erase == Erase::yes) change.mutations.emplace_back(storage::DeleteAccountData{user});
  const bool is_own = who == user.text();
  bool is_ended = true;
  try {
    // No device is left behind, nor comes afterwards: those of accounts that ended are not let in.
    co_await DeviceEnds(stores_.sessions, commits_)
        .commit(std::move(change),
                {.kind = is_own ? "user" : kind_of(who),
                 .who = who,
                 .act = "account.deactivate",
                 .object = user.text(),
                 .rule = standing.erased ? "erase" : ""},
                {.user = user});
  } catch (const storage::StorageConflict& conflict) {  // tried again with the account as it is
    if (conflict.precondition != storage::RequireAccountStanding::kName) throw;
    is_ended = false;
  }
  co_return is_ended;
}

runtime::Task<> Deactivation::deactivate(std::string who, protocol::UserId user, Erase erase) {
  for (unsigned attempt = 0; attempt < kMostAttempts; ++attempt) {
    const bool is_ended = co_await try_end(who, user, erase);
    if (!is_ended) continue;
    co_await rooms_.leave_all(user);
    co_return;
  }
  throw storage::StorageConflict(std::string(storage::RequireAccountStanding::kName));
}

runtime::Task<> Deactivation::resume() {
  constexpr std::size_t kPage = 100;
  protocol::UserId after;
  while (true) {
    const std::vector<protocol::UserId> users =
        co_await stores_.accounts.load_ended_members(after, kPage);
    for (const protocol::UserId& user : users) co_await rooms_.leave_all(user);
    if (users.size() < kPage) co_return;
    after = users.back();
  }
}

}  // namespace chancery::accounts
