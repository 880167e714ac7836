// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/account_editor.hpp"

#include "domain/accounts/new_account.hpp"
#include "domain/admin/acting.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"

#include <algorithm>
#include <utility>

namespace chancery::admin {
namespace {

using accounts::Accounts;
using protocol::ApiError;
using protocol::ErrorCode;

void check_user_type(const std::string& user_type) {
  if (user_type.empty() || user_type == "bot" || user_type == "support") return;
  throw ApiError(ErrorCode::invalid_param, "A user type is 'bot' or 'support'");
}

}  // namespace

runtime::Task<AccountEditor::Outcome> AccountEditor::put(accounts::Session by,
                                                         protocol::UserId user, AccountWish wish) {
  if (wish.user_type) check_user_type(*wish.user_type);
  if (user.server_name() != ports_.creation.server().text()) {
    throw ApiError(ErrorCode::invalid_param, "This is no user of this server");
  }
  if (wish.addresses) co_await require_free(user, *wish.addresses);
  auto account = co_await ports_.accounts.find(user);
  if (!account) {
    co_await make(std::move(by), std::move(user), std::move(wish));
    co_return Outcome::made;
  }
  co_await change(std::move(by), *std::move(account), std::move(wish));
  co_return Outcome::changed;
}

runtime::Task<> AccountEditor::make(accounts::Session by, protocol::UserId user, AccountWish wish) {
  accounts::NewAccount account;
  account.user = ports_.creation.parse_username(user.text());
  if (account.user != user) {
    throw ApiError(ErrorCode::invalid_username, "A user name has no capitals");
  }
  if (wish.password) {
    ports_.accounts.require_strong(*wish.password);
    account.password = *std::move(wish.password);
  }
  account.by = by.user.text();
  account.rule = "admin_api";
  co_await ports_.creation.create(std::move(account));
  wish.password.reset();
  // As if it had been there: who is made locked, as a bot, as an owner.
  co_await change(std::move(by), co_await ports_.accounts.get(std::move(user)), std::move(wish));
}

runtime::Task<> AccountEditor::change(accounts::Session by, storage::StoredAccount account,
                                      AccountWish wish) {
  const protocol::UserId& user = account.user;
  if (account.standing.deactivated) {
    if (!wish.is_deactivated.value_or(true)) {
      throw ApiError(ErrorCode::forbidden, "An account that has ended cannot be brought back");
    }
    co_return;
  }
  if (wish.displayname || wish.avatar_url) {
    co_await ports_.moderation.act_on(by, user);
    co_await change_profile(by, user, wish);
  }
  if (wish.addresses) co_await change_addresses(by, user, *std::move(wish.addresses));
  if (wish.user_type && *wish.user_type != account.user_type) {
    co_await set_user_type(by, user, *std::move(wish.user_type));
  }
  if (wish.password) co_await reset_password(by, user, *std::move(wish.password), wish.devices);
  if (wish.is_locked && *wish.is_locked != account.standing.locked) {
    co_await ports_.moderation.set_locked(
        by, user, *wish.is_locked ? Accounts::Locked::yes : Accounts::Locked::no);
  }
  // After the rest: nobody acts against whoever is an owner from then on.
  const bool is_owner = account.role == storage::AccountRole::owner;
  if (wish.is_owner && *wish.is_owner != is_owner) co_await set_owner(by, user, *wish.is_owner);
  if (wish.is_deactivated.value_or(false)) {
    co_await deactivate(by, user, accounts::Deactivation::Erase::no);
  }
}

runtime::Task<> AccountEditor::change_profile(accounts::Session by, protocol::UserId user,
                                              const AccountWish& wish) {
  struct Field {
    std::string_view name;
    const std::optional<std::string>& value;
  };
  for (const Field& field :
       {Field{"displayname", wish.displayname}, Field{"avatar_url", wish.avatar_url}}) {
    if (!field.value) continue;
    const accounts::OnBehalf theirs(by, user);
    if (field.value->empty()) {
      co_await ports_.profiles.remove(theirs, std::string(field.name));
    } else {
      co_await ports_.profiles.set(theirs, std::string(field.name), base::Json(*field.value));
    }
  }
}

runtime::Task<> AccountEditor::require_free(protocol::UserId user,
                                            std::vector<mail::Address> addresses) {
  if (addresses.size() > third_party_ids::ThirdPartyIds::kMostOfOne) {
    throw ApiError(ErrorCode::invalid_param, "These are too many addresses");
  }
  for (const mail::Address& address : addresses) {
    const auto owner = co_await ports_.addresses.find_owner(address);
    if (!owner || *owner == user) continue;
    throw ApiError(ErrorCode::threepid_in_use, "This address belongs to another account");
  }
}

runtime::Task<> AccountEditor::change_addresses(accounts::Session by, protocol::UserId user,
                                                std::vector<mail::Address> wanted) {
  co_await ports_.moderation.act_on(by, user);
  for (const third_party_ids::ThirdPartyId& one : co_await ports_.addresses.load(user)) {
    // What is left of the wish is what they do not have.
    if (std::erase(wanted, one.address) > 0) continue;
    co_await ports_.addresses.remove_for(by, user, one.address);
  }
  std::ranges::sort(wanted, {}, &mail::Address::text);
  const auto again = std::ranges::unique(wanted);
  wanted.erase(again.begin(), again.end());
  for (mail::Address& address : wanted) {
    co_await ports_.addresses.add_for(by, user, std::move(address));
  }
}

runtime::Task<std::vector<third_party_ids::ThirdPartyId>> AccountEditor::load_addresses(
    protocol::UserId user) {
  co_return co_await ports_.addresses.load(std::move(user));
}

runtime::Task<std::optional<protocol::UserId>> AccountEditor::find_owner_of(mail::Address address) {
  co_return co_await ports_.addresses.find_owner(std::move(address));
}

runtime::Task<> AccountEditor::set_user_type(accounts::Session by, protocol::UserId user,
                                             std::string user_type) {
  co_await ports_.moderation.act_on(by, user);
  storage::Change change;
  change.mutations.emplace_back(storage::SetUserType{user, std::move(user_type)});
  co_await ports_.commits.commit(std::move(change), act_of(by, "account.user_type", user.text()));
}

runtime::Task<> AccountEditor::set_owner(accounts::Session by, protocol::UserId user,
                                         bool is_owner) {
  const storage::StoredAccount account = co_await ports_.moderation.look_at(by, user);
  const bool is_one = account.role == storage::AccountRole::owner;
  if (is_one == is_owner) co_return;
  co_await ports_.moderation.act_against(by, user);
  if (account.standing.deactivated) {
    throw ApiError(ErrorCode::not_found, "There is no such account");
  }
  co_await ports_.accounts.set_role(by.user.text(), user,
                                    is_owner ? policy::Role::owner : policy::Role::user);
}

runtime::Task<> AccountEditor::deactivate(accounts::Session by, protocol::UserId user,
                                          accounts::Deactivation::Erase erase) {
  co_await ports_.moderation.act_against(by, user);
  co_await ports_.deactivation.deactivate(by.user.text(), std::move(user), erase);
}

runtime::Task<> AccountEditor::reset_password(accounts::Session by, protocol::UserId user,
                                              std::string password,
                                              Accounts::OtherDevices devices) {
  co_await ports_.moderation.act_against(by, user);
  co_await ports_.accounts.reset_password(by.user.text(), std::move(user), std::move(password),
                                          devices);
}

}  // namespace chancery::admin
