// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/moderation.hpp"

#include "domain/policy/refusal.hpp"

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

ApiError no_such_account() { return ApiError(ErrorCode::not_found, "There is no such account"); }

ApiError refusal_of(const policy::Refused& refused, const policy::Subject& subject) {
  if (refused.rule == "own_account") {
    return ApiError(ErrorCode::forbidden, "You may not do this to your own account")
        .because(std::string(refused.rule));
  }
  if (refused.rule == "equal_role") {
    return ApiError(ErrorCode::forbidden, "You may not do this to another administrator")
        .because(std::string(refused.rule));
  }
  return policy::to_error(refused, subject);
}

}  // namespace

void Moderation::require_owner(const Session& by, const protocol::UserId& object) const {
  const policy::Subject subject = by.subject();
  policy::require(policy::decide(subject, {.capability = policy::Capability::administer},
                                 object.text(), clock_.now()),
                  subject);
}

runtime::Task<storage::StoredAccount> Moderation::look_at(Session by, protocol::UserId user) {
  require_owner(by, user);
  if (user.server_name() != server_.text()) {
    throw ApiError(ErrorCode::invalid_param, "This is no user of this server");
  }
  auto account = co_await accounts_.find(std::move(user));
  if (!account) throw no_such_account();
  co_return *std::move(account);
}

runtime::Task<storage::StoredAccount> Moderation::act_against(Session by, protocol::UserId user) {
  storage::StoredAccount account = co_await look_at(by, std::move(user));
  const policy::Subject subject = by.subject();
  const policy::Target target{.user = account.user, .role = to_role(account.role)};
  const policy::Verdict verdict = policy::decide_against(subject, target, clock_.now());
  if (const auto* refused = std::get_if<policy::Refused>(&verdict)) {
    throw refusal_of(*refused, subject);
  }
  co_return account;
}

runtime::Task<storage::StoredAccount> Moderation::act_on(Session by, protocol::UserId user) {
  if (user == by.user) co_return co_await look_at(std::move(by), std::move(user));
  co_return co_await act_against(std::move(by), std::move(user));
}

runtime::Task<> Moderation::act_on_thing_of(Session by, protocol::UserId user) {
  require_owner(by, user);
  if (!co_await accounts_.find(user)) co_return;
  co_await act_on(std::move(by), std::move(user));
}

runtime::Task<storage::AccountStanding> Moderation::standing_of(Session by, protocol::UserId user) {
  const storage::StoredAccount account = co_await look_at(std::move(by), std::move(user));
  if (account.standing.deactivated) throw no_such_account();
  co_return account.standing;
}

runtime::Task<> Moderation::set_suspended(Session by, protocol::UserId user,
                                          Accounts::Suspended suspended) {
  const storage::StoredAccount account = co_await act_against(by, std::move(user));
  if (account.standing.deactivated) throw no_such_account();
  co_await accounts_.set_suspended(by.user.text(), account.user, suspended);
}

runtime::Task<> Moderation::set_locked(Session by, protocol::UserId user, Accounts::Locked locked) {
  const storage::StoredAccount account = co_await act_against(by, std::move(user));
  if (account.standing.deactivated) throw no_such_account();
  co_await accounts_.set_locked(by.user.text(), account.user, locked);
}

}  // namespace chancery::accounts
