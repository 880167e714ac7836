// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/ghosts.hpp"

#include "domain/accounts/new_account.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"

#include <utility>

namespace chancery::appservices {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

void require_covered(const Service& service, const protocol::UserId& user) {
  if (service.covers(user)) return;
  throw ApiError(ErrorCode::exclusive, "The user is in no namespace of the application service");
}

void refuse_session(const Service& service) {
  if (!service.facts().device_management) return;
  throw ApiError(ErrorCode::appservice_login_unsupported,
                 "The application service makes its devices by PUT /devices");
}

accounts::SessionRequest to_request(const protocol::UserId& user, Ghosts::Wanted wanted) {
  return {.user = user,
          .device = std::move(wanted.device),
          .device_name = std::move(wanted.device_name),
          .refresh = wanted.refresh};
}

}  // namespace

const Service& Ghosts::get_service(const std::string& token) const {
  if (token.empty()) {
    throw ApiError(ErrorCode::missing_token, "The token of an application service is needed");
  }
  const Service* service = ports_.registry.find_by_token(accounts::TokenHash(token));
  if (service == nullptr) {
    throw ApiError(ErrorCode::unknown_token, "This is no token of an application service")
        .with("soft_logout", false);
  }
  return *service;
}

runtime::Task<accounts::Registered> Ghosts::register_user(std::string token, std::string username,
                                                          std::optional<Wanted> session) {
  const Service& service = get_service(token);
  const protocol::UserId user = ports_.creation.parse_username(username);
  require_covered(service, user);
  if (session) refuse_session(service);
  accounts::NewAccount account{.user = user, .rule = "appservice", .service = service.id()};
  if (session) account.session = to_request(user, *std::move(session));
  accounts::Registered registered{.user = user, .session = std::nullopt};
  registered.session = co_await ports_.creation.create(std::move(account));
  co_return registered;
}

runtime::Task<accounts::SignIn::SignedIn> Ghosts::sign_in(std::string token,
                                                          std::optional<std::string> name,
                                                          Wanted wanted) {
  const Service& service = get_service(token);
  refuse_session(service);
  const protocol::UserId user = name ? ports_.creation.parse_username(*name) : service.sender();
  require_covered(service, user);
  const auto account = co_await ports_.accounts.find_account(user);
  if (!account) throw ApiError(ErrorCode::forbidden, "There is no such user");
  if (account->standing.deactivated) {
    throw ApiError(ErrorCode::user_deactivated, "This account was deactivated");
  }
  if (account->standing.locked) {
    throw ApiError(ErrorCode::user_locked, "This account is locked").with("soft_logout", true);
  }
  accounts::NewSession session = co_await ports_.sessions.open(to_request(user, std::move(wanted)));
  co_return accounts::SignIn::SignedIn{.user = user, .session = std::move(session)};
}

runtime::Task<> Ghosts::ensure_senders() {
  for (const auto& service : ports_.registry.services()) {
    if (co_await ports_.accounts.find_account(service->sender())) continue;
    accounts::NewAccount account{
        .user = service->sender(), .rule = "appservice", .service = service->id()};
    co_await ports_.creation.create(std::move(account));
  }
}

}  // namespace chancery::appservices
