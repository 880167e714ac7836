// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/registration.hpp"

#include "domain/accounts/interactive_sessions.hpp"
#include "domain/accounts/new_account.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <iterator>

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

protocol::DeviceId parse_device(const std::string& text) {
  auto device = protocol::DeviceId::parse(text);
  if (!device) {
    throw ApiError(ErrorCode::invalid_param, "Not a valid device id")
        .because(device.error().reason);
  }
  return *std::move(device);
}

// What was right when it was shown, and is not any more.
ApiError refusal_of(std::string_view conflict) {
  if (conflict == storage::RequireThirdPartyIdAbsent::kName) {
    return ApiError(ErrorCode::threepid_in_use, "This address belongs to an account already");
  }
  if (conflict == storage::RequireValidated::kName) {
    return ApiError(ErrorCode::threepid_auth_failed, "The address was confirmed too long ago");
  }
  return ApiError(ErrorCode::forbidden, "The registration token is not good any more");
}

}  // namespace

std::optional<RegistrationMode> parse_registration_mode(std::string_view text) {
  if (text == "closed") return RegistrationMode::closed;
  if (text == "token") return RegistrationMode::token;
  if (text == "open") return RegistrationMode::open;
  return std::nullopt;
}

std::vector<std::vector<std::string>> Registration::flows() const {
  if (rules_.mode == RegistrationMode::closed) return {};
  const bool is_dummy =
      rules_.mode == RegistrationMode::open && rules_.dummy == RegistrationRules::Allowed::yes;
  const bool asks_mail = rules_.mail == RegistrationRules::Mail::asked;
  std::vector<std::string> stages;
  if (is_dummy && !asks_mail && !terms_.are_asked()) stages.emplace_back("m.login.dummy");
  if (!is_dummy && !(asks_mail && rules_.mode == RegistrationMode::open)) {
    stages.emplace_back("m.login.registration_token");
  }
  if (terms_.are_asked()) stages.emplace_back(kTermsStage);
  if (asks_mail) stages.emplace_back(kMailStage);
  return {std::move(stages)};
}

void Registration::require_open() const {
  if (rules_.mode == RegistrationMode::closed) {
    throw ApiError(ErrorCode::forbidden, "Registration is closed on this server");
  }
}

runtime::Task<> Registration::check(std::optional<std::string> username,
                                    std::optional<std::string> password) {
  if (password) passwords_.require_strong(*password);
  if (username) co_await creation_.require_free(creation_.parse_username(*username));
}

runtime::Task<Registered> Registration::register_account(RegisterRequest request) {
  require_open();
  passwords_.require_strong(request.password);
  const auto user_of = [&] {
    if (request.guest) return *request.guest;
    return request.username ? creation_.parse_username(*request.username)
                            : creation_.generate_name("u");
  };
  NewAccount account{.user = user_of(), .password = std::move(request.password), .rule = "open"};
  if (!request.registration_token.empty()) {
    account.preconditions.emplace_back(storage::RequireRegistrationToken{
        .token = request.registration_token, .now = clock_.now()});
    account.mutations.emplace_back(storage::CompleteRegistrationToken{request.registration_token});
    account.rule = "token";
  }
  if (terms_.are_asked()) account.rule += "; agreed to " + terms_.versions();
  if (request.also) {
    storage::Change also;
    request.also(also, account.user);
    std::ranges::move(also.preconditions, std::back_inserter(account.preconditions));
    std::ranges::move(also.mutations, std::back_inserter(account.mutations));
  }
  if (request.sign_in == RegisterRequest::SignIn::yes) {
    account.session = SessionRequest{.user = account.user,
                                     .device = std::nullopt,
                                     .device_name = std::move(request.device_name),
                                     .refresh = request.refresh};
    if (request.device) account.session->device = parse_device(*request.device);
  }
  Registered registered{.user = account.user, .session = std::nullopt};
  std::string conflict;
  try {
    registered.session = request.guest ? co_await creation_.upgrade_guest(std::move(account))
                                       : co_await creation_.create(std::move(account));
  } catch (const storage::StorageConflict& refused) {  // said below
    conflict = refused.precondition;
  }
  if (!conflict.empty()) throw refusal_of(conflict);
  co_return registered;
}

runtime::Task<Registered> Registration::register_guest(std::string device_name) {
  if (rules_.guests == RegistrationRules::Allowed::no) {
    throw ApiError(ErrorCode::guest_access_forbidden, "Guests are not let in");
  }
  NewAccount account{
      .user = creation_.generate_name("guest-"), .role = policy::Role::guest, .rule = "guest"};
  account.session = SessionRequest{
      .user = account.user, .device = std::nullopt, .device_name = std::move(device_name)};
  Registered registered{.user = account.user, .session = std::nullopt};
  registered.session = co_await creation_.create(std::move(account));
  co_return registered;
}

}  // namespace chancery::accounts
