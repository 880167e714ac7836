// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/service_authenticator.hpp"

#include "domain/accounts/accounts.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace chancery::appservices {
namespace {

using accounts::Credential;
using accounts::Session;
using accounts::TokenVerdict;
using protocol::ApiError;
using protocol::ErrorCode;

protocol::UserId named_user(const Service& service, const Credential& credential) {
  if (!credential.user) return service.sender();
  auto user = protocol::UserId::parse(*credential.user);
  if (!user) throw ApiError(ErrorCode::invalid_param, "user_id is no user id");
  if (!service.covers(*user)) {
    throw ApiError(ErrorCode::forbidden, "The application service may not act as this user")
        .because("appservice.namespace");
  }
  return *std::move(user);
}

}  // namespace

// Whom a service acts as is asked anew each time.
std::optional<TokenVerdict> ServiceAuthenticator::find_at_hand(
    const accounts::ShownToken& token) const {
  if (is_known(token)) return std::nullopt;
  return ports_.people.find_at_hand(token);
}

runtime::Task<TokenVerdict> ServiceAuthenticator::check_credential(Credential credential) {
  const Service* service = ports_.registry.find_by_token(credential.token.hash);
  if (service == nullptr) return ports_.people.check_credential(std::move(credential));
  return act_as(*service, std::move(credential));
}

runtime::Task<TokenVerdict> ServiceAuthenticator::act_as(const Service& service,
                                                         Credential credential) {
  ports_.deliveries.note_alive(service);
  const protocol::UserId user = named_user(service, credential);
  const auto account = co_await ports_.accounts.find_account(user);
  if (!account) {
    throw ApiError(ErrorCode::forbidden, "The application service has not registered this user");
  }
  if (account->standing.deactivated) {
    throw ApiError(ErrorCode::user_deactivated, "This account was deactivated");
  }
  if (account->standing.locked) co_return accounts::LockedAccount{};
  const bool is_limited = user != service.sender() && service.facts().rate_limited;
  auto device = co_await get_device(user, std::move(credential.device));
  auto session = std::make_shared<const Session>(
      Session{.user = user,
              .device = std::move(device),
              // What an owner may do, a file in the bridge's folder shall not.
              .role = std::min(accounts::to_role(account->role), policy::Role::user),
              .assurance = policy::AssuranceLevel::password,
              // It shows its secret with each request.
              .authenticated_at = ports_.clock.now(),
              .standing = accounts::to_policy(account->standing),
              .service = service.id(),
              .limits = is_limited ? Session::Limits::apply : Session::Limits::waived});
  co_return accounts::SeenSession{.session = std::move(session)};
}

runtime::Task<protocol::DeviceId> ServiceAuthenticator::get_device(
    protocol::UserId user, std::optional<std::string> name) {
  if (!name) co_return protocol::DeviceId{};
  auto device = protocol::DeviceId::parse(*name);
  if (device && co_await ports_.devices.find_device(std::move(user), *device)) {
    co_return *std::move(device);
  }
  throw ApiError(ErrorCode::unknown_device, "The user has no such device");
}

bool ServiceAuthenticator::is_known(const accounts::ShownToken& token) const {
  return ports_.registry.find_by_token(token.hash) != nullptr;
}

bool ServiceAuthenticator::waives_limits(const accounts::ShownToken& token) const {
  const Service* service = ports_.registry.find_by_token(token.hash);
  return service != nullptr && !service->facts().rate_limited;
}

void ServiceAuthenticator::note_use(const Session& session, std::string_view address,
                                    std::string_view user_agent) {
  if (session.device.text().empty()) return;
  ports_.people.note_use(session, address, user_agent);
}

}  // namespace chancery::appservices
