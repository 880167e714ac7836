// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/accounts/interactive_auth.hpp"

#include "base/digest.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <vector>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::string_view kPassword = "m.login.password";
constexpr std::string_view kDummy = "m.login.dummy";
constexpr std::string_view kRegistrationToken = "m.login.registration_token";

using Flows = std::vector<std::vector<std::string>>;

std::string request_of(Call& call) {
  return std::string(http::method_name(call.request().method)) + " " + call.request().path;
}

// What is asked for, whatever was proven.
std::string body_hash(const base::JsonObject& body) {
  base::JsonObject asked = body;
  asked.erase("auth");
  return base::sha256(base::to_text(asked));
}

struct Refusal {
  ErrorCode code;
  std::string text;
};

http::Response challenge(const Flows& flows, const std::string& session,
                         const std::set<std::string>& completed,
                         const std::optional<Refusal>& refusal) {
  base::JsonArray shown;
  for (const std::vector<std::string>& stages : flows) {
    shown.push_back(base::JsonObject{{"stages", base::JsonArray(stages.begin(), stages.end())}});
  }
  base::JsonObject body{{"flows", std::move(shown)},
                        {"params", base::JsonObject{}},
                        {"session", session},
                        {"completed", base::JsonArray(completed.begin(), completed.end())}};
  if (refusal) {
    body["errcode"] = protocol::error_code_name(refusal->code);
    body["error"] = refusal->text;
  }
  return boundary::json_response(body, 401);
}

bool is_complete(const Flows& flows, const std::set<std::string>& completed) {
  return std::ranges::any_of(flows, [&](const std::vector<std::string>& stages) {
    return std::ranges::all_of(stages,
                               [&](const std::string& stage) { return completed.contains(stage); });
  });
}

bool has_stage(const Flows& flows, const std::string& stage) {
  return std::ranges::any_of(flows, [&](const std::vector<std::string>& stages) {
    return std::ranges::find(stages, stage) != stages.end();
  });
}

// The user that a password stage names: by identifier, or by the deprecated `user`.
std::string named_user(const base::JsonObject& auth) {
  if (const base::JsonObject* identifier = boundary::optional_object(auth, "identifier")) {
    return boundary::get_string(*identifier, "user");
  }
  return boundary::get_string(auth, "user");
}

bool is_name_of(std::string name, const protocol::UserId& user) {
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name == user.text() || name == user.localpart();
}

// COMPAT: matrix-rust-sdk says null where it has none; may go when it leaves it out.
std::string session_of(const base::JsonObject& auth) {
  const base::Json* given = auth.if_contains("session");
  return given == nullptr || given->is_null() ? "" : boundary::get_string(auth, "session");
}

}  // namespace

runtime::Task<bool> InteractiveAuth::is_password_right(const Call& call,
                                                       const base::JsonObject& auth,
                                                       std::string address) {
  const protocol::UserId& user = call.session().user;
  if (!is_name_of(named_user(auth), user)) {
    throw ApiError(ErrorCode::forbidden, "This must be proven by the one who asks");
  }
  accounts::Credentials credentials{.user = user.text(),
                                    .password = boundary::get_string(auth, "password"),
                                    .address = std::move(address)};
  try {
    co_await sign_in_.check(std::move(credentials));
  } catch (const ApiError& error) {  // a wrong password is answered with the flows again
    if (error.code() != ErrorCode::forbidden) throw;
    co_return false;
  }
  co_return true;
}

runtime::Task<std::optional<http::Response>> InteractiveAuth::ask_owner(
    Call& call, const base::JsonObject& body) {
  if (!call.session().service.empty()) co_return std::nullopt;
  const Flows flows{{std::string(kPassword)}};
  const accounts::InteractiveOperation operation{
      .who = call.session().user.text(), .request = request_of(call), .body = body_hash(body)};
  const base::JsonObject* auth = boundary::optional_object(body, "auth");
  if (auth == nullptr) co_return challenge(flows, sessions_.begin(operation), {}, std::nullopt);

  std::string session = session_of(*auth);
  const auto progress = sessions_.find(session, operation);
  if (!progress) session = sessions_.begin(operation);

  const auto type = boundary::optional_string(*auth, "type");
  std::optional<Refusal> refusal;
  if (type && *type != kPassword) {
    refusal = Refusal{ErrorCode::unrecognized, "This stage is not offered"};
  } else if (type) {
    if (co_await is_password_right(call, *auth, call.request().peer.address)) {
      sessions_.spend(session);
      co_return std::nullopt;
    }
    refusal = Refusal{ErrorCode::forbidden, "Wrong password"};
  }
  co_return challenge(flows, session, {}, refusal);
}

runtime::Task<std::variant<InteractiveAuth::Newcomer, http::Response>>
InteractiveAuth::ask_newcomer(Call& call, const base::JsonObject& body) {
  const Flows flows = registration_.flows();
  // Name and password may be chosen again between the stages.
  const accounts::InteractiveOperation operation{
      .who = {}, .request = request_of(call), .body = {}};
  const base::JsonObject* auth = boundary::optional_object(body, "auth");
  if (auth == nullptr) co_return challenge(flows, sessions_.begin(operation), {}, std::nullopt);

  std::string session = session_of(*auth);
  accounts::InteractiveProgress progress;
  if (auto found = sessions_.find(session, operation)) {
    progress = *std::move(found);
  } else {
    session = sessions_.begin(operation);
  }

  std::optional<Refusal> refusal;
  const auto stage = boundary::optional_string(*auth, "type");
  if (stage && !progress.completed.contains(*stage)) {
    std::string token;
    if (!has_stage(flows, *stage)) {
      refusal = Refusal{ErrorCode::unrecognized, "This stage is not offered"};
    } else if (*stage == kRegistrationToken) {
      token = boundary::get_string(*auth, "token");
      const bool is_reserved = co_await registration_.tokens().reserve(token);
      if (!is_reserved) refusal = Refusal{ErrorCode::unauthorized, "No such registration token"};
    } else if (*stage != kDummy) {
      refusal = Refusal{ErrorCode::unrecognized, "This stage is not known"};
    }
    if (!refusal) {
      sessions_.complete(session, *stage, token);
      progress.completed.insert(*stage);
      if (!token.empty()) progress.registration_token = std::move(token);
    }
  }
  if (is_complete(flows, progress.completed)) {
    co_return Newcomer{.session = std::move(session),
                       .registration_token = std::move(progress.registration_token)};
  }
  co_return challenge(flows, session, progress.completed, refusal);
}

}  // namespace chancery::client
