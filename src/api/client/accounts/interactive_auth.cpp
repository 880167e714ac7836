// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/accounts/interactive_auth.hpp"

#include "api/client/accounts/address_owner.hpp"
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
constexpr std::string_view kOauth = "m.oauth";
// COMPAT: the name of m.oauth before it was stable; may go when no client knows it alone.
constexpr std::string_view kOldOauth = "org.matrix.cross_signing_reset";

using Flows = std::vector<std::vector<std::string>>;

std::string request_of(Call& call) {
  return std::string(http::method_name(call.request().method)) + " " + call.request().path;
}

// Name and password may be chosen again between the stages.
accounts::InteractiveOperation registration_of(Call& call) {
  return {.who = {}, .request = request_of(call), .body = {}};
}

// What is asked for, whatever was proven.
std::string body_hash(const base::JsonObject& body) {
  base::JsonObject asked = body;
  // Wherever it stood: the rest keeps its order, by which it is known again.
  asked.stable_erase("auth");
  return base::sha256(base::to_text(asked));
}

struct Refusal {
  ErrorCode code;
  std::string text;
};

http::Response challenge(const Flows& flows, const std::string& session,
                         const std::set<std::string>& completed,
                         const std::optional<Refusal>& refusal, base::JsonObject params = {}) {
  base::JsonArray shown;
  for (const std::vector<std::string>& stages : flows) {
    shown.push_back(base::JsonObject{{"stages", base::JsonArray(stages.begin(), stages.end())}});
  }
  base::JsonObject body{{"flows", std::move(shown)},
                        {"params", std::move(params)},
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
runtime::Task<std::string> read_named_user(third_party_ids::ThirdPartyIds& addresses,
                                           base::JsonObject auth) {
  const base::JsonObject* identifier = boundary::optional_object(auth, "identifier");
  if (identifier == nullptr) co_return boundary::get_string(auth, "user");
  if (boundary::optional_string(*identifier, "type") == "m.id.thirdparty") {
    co_return co_await find_address_owner(addresses, *identifier);
  }
  co_return boundary::get_string(*identifier, "user");
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

runtime::Task<std::optional<accounts::Proof>> InteractiveAuth::prove_by_password(
    const Call& call, const base::JsonObject& auth, std::string address) {
  const protocol::UserId& user = call.session().user;
  if (!is_name_of(co_await read_named_user(addresses_, auth), user)) {
    throw ApiError(ErrorCode::forbidden, "This must be proven by the one who asks");
  }
  accounts::Credentials credentials{.user = user.text(),
                                    .password = boundary::get_string(auth, "password"),
                                    .address = std::move(address),
                                    .request = call.request_id()};
  try {
    accounts::SignIn::Proven proven = co_await sign_in_.prove(std::move(credentials));
    co_return std::move(proven.proof);
  } catch (const ApiError& error) {  // a wrong password is answered with the flows again
    if (error.code() != ErrorCode::forbidden) throw;
  }
  co_return std::nullopt;
}

void InteractiveAuth::refuse_apps_of_oauth(const accounts::Session& session) {
  if (session.client.empty()) return;
  throw ApiError(ErrorCode::forbidden,
                 "This is done on the account page of this server, not by an app");
}

runtime::Task<std::optional<http::Response>> InteractiveAuth::ask_owner(
    Call& call, const base::JsonObject& body) {
  if (!call.session().service.empty()) co_return std::nullopt;
  auto asked = co_await ask_for_proof(call, body);
  if (auto* challenge = std::get_if<http::Response>(&asked)) co_return std::move(*challenge);
  co_return std::nullopt;
}

runtime::Task<std::variant<accounts::Proof, http::Response>> InteractiveAuth::ask_for_proof(
    Call& call, const base::JsonObject& body) {
  refuse_apps_of_oauth(call.session());
  const bool takes_password = passwords_ == Passwords::asked_by_apps;
  Flows flows;
  if (takes_password) flows.push_back({std::string(kPassword)});
  flows.push_back({std::string(accounts::kSignOnStage)});
  const accounts::InteractiveOperation operation{
      .who = call.session().user.text(), .request = request_of(call), .body = body_hash(body)};
  const base::JsonObject* auth = boundary::optional_object(body, "auth");
  if (auth == nullptr) co_return challenge(flows, sessions_.begin(operation), {}, std::nullopt);

  std::string session = session_of(*auth);
  const auto progress = sessions_.find(session, operation);
  if (!progress) session = sessions_.begin(operation);
  // On a page, where the client could not ask for it itself; some minutes ago, maybe.
  if (progress && progress->proof) {
    sessions_.spend(session);
    const bool holds =
        co_await sign_in_.still_holds({.user = call.session().user, .proof = *progress->proof});
    if (!holds) throw accounts::Proofs::overtaken();
    co_return *progress->proof;
  }

  const auto type = boundary::optional_string(*auth, "type");
  std::optional<Refusal> refusal;
  if (type == accounts::kSignOnStage) {
    refusal = Refusal{ErrorCode::unauthorized, "It has not been confirmed on the page yet"};
  } else if (type && (*type != kPassword || !takes_password)) {
    refusal = Refusal{ErrorCode::unrecognized, "This stage is not offered"};
  } else if (type) {
    auto proof = co_await prove_by_password(call, *auth, call.request().peer.address);
    if (proof) {
      sessions_.spend(session);
      co_return *std::move(proof);
    }
    refusal = Refusal{ErrorCode::forbidden, "Wrong password"};
  }
  co_return challenge(flows, session, {}, refusal);
}

runtime::Task<std::optional<http::Response>> InteractiveAuth::ask_for_reset(
    Call& call, const base::JsonObject& body) {
  const protocol::UserId& user = call.session().user;
  if (call.session().client.empty()) co_return co_await ask_owner(call, body);
  const Flows flows{{std::string(kOauth)}, {std::string(kOldOauth)}};
  const base::JsonObject page{{"url", reset_.address}};
  const base::JsonObject params{{kOauth, page}, {kOldOauth, page}};
  const accounts::InteractiveOperation operation{
      .who = user.text(), .request = request_of(call), .body = body_hash(body)};
  const base::JsonObject* auth = boundary::optional_object(body, "auth");
  if (auth == nullptr) {
    co_return challenge(flows, sessions_.begin(operation), {}, std::nullopt, params);
  }
  std::string session = session_of(*auth);
  if (!sessions_.find(session, operation)) {
    session = sessions_.begin(operation);
  } else if (auto proof = reset_.permits.take(user)) {
    const bool holds = co_await sign_in_.still_holds({.user = user, .proof = *std::move(proof)});
    if (holds) {
      sessions_.spend(session);
      co_return std::nullopt;
    }
  }
  co_return challenge(
      flows, session, {},
      Refusal{ErrorCode::unauthorized, "It has not been allowed on the account page yet"}, params);
}

bool InteractiveAuth::is_underway(Call& call, const base::JsonObject& body) {
  const base::JsonObject* auth = boundary::optional_object(body, "auth");
  return auth != nullptr && sessions_.find(session_of(*auth), registration_of(call)).has_value();
}

runtime::Task<std::variant<InteractiveAuth::Newcomer, http::Response>>
InteractiveAuth::ask_newcomer(Call& call, const base::JsonObject& body) {
  const Flows flows = registration_.flows();
  const accounts::InteractiveOperation operation = registration_of(call);
  const base::JsonObject* auth = boundary::optional_object(body, "auth");
  if (auth == nullptr) {
    co_return challenge(flows, sessions_.begin(operation), {}, std::nullopt, newcomer_params());
  }
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
      // They are not to be tried one after the other.
      call.charge(boundary::LimitClass::sign_in);
      token = boundary::get_string(*auth, "token");
      const bool is_reserved = co_await registration_.tokens().reserve(token);
      if (!is_reserved) refusal = Refusal{ErrorCode::unauthorized, "No such registration token"};
    } else if (*stage == accounts::kMailStage) {
      const auto proven = co_await find_validated(*auth, third_party_ids::Purpose::registration);
      if (proven) {
        sessions_.complete_by_mail(session, proven->validation);
        progress.validation = proven->validation;
      } else {
        refusal = Refusal{ErrorCode::unauthorized, "This address was not confirmed"};
      }
    } else if (*stage != kDummy && *stage != accounts::kTermsStage) {
      refusal = Refusal{ErrorCode::unrecognized, "This stage is not known"};
    }
    if (!refusal) {
      const bool is_kept = sessions_.complete(session, *stage, token);
      if (!token.empty() && !is_kept) registration_.tokens().release(token);
      progress.completed.insert(*stage);
      if (!token.empty()) progress.registration_token = std::move(token);
    }
  }
  if (is_complete(flows, progress.completed)) {
    Newcomer newcomer{.session = std::move(session),
                      .registration_token = std::move(progress.registration_token),
                      .validated = std::nullopt};
    if (progress.validation.empty()) co_return newcomer;
    newcomer.validated = co_await validations_.find_again(progress.validation,
                                                          third_party_ids::Purpose::registration);
    if (newcomer.validated) co_return newcomer;
    sessions_.spend(newcomer.session);
    throw ApiError(ErrorCode::unauthorized, "The address was confirmed too long ago");
  }
  co_return challenge(flows, session, progress.completed, refusal, newcomer_params());
}

base::JsonObject InteractiveAuth::newcomer_params() const {
  base::JsonObject params;
  const accounts::Terms& terms = registration_.terms();
  if (terms.are_asked()) params[accounts::kTermsStage] = terms.describe();
  return params;
}

runtime::Task<std::optional<third_party_ids::Validated>> InteractiveAuth::find_validated(
    base::JsonObject auth, third_party_ids::Purpose purpose) {
  const base::JsonObject* credentials = boundary::optional_object(auth, "threepid_creds");
  // COMPAT: what the specification called them before.
  if (credentials == nullptr) credentials = boundary::optional_object(auth, "threepidCreds");
  if (credentials == nullptr) {
    throw ApiError(ErrorCode::missing_param, "'threepid_creds' is missing");
  }
  co_return co_await validations_.find(
      {.session = boundary::get_string(*credentials, "sid"),
       .client_secret = boundary::get_string(*credentials, "client_secret")},
      purpose);
}

runtime::Task<std::variant<protocol::UserId, http::Response>> InteractiveAuth::ask_by_mail(
    Call& call, const base::JsonObject& body) {
  if (!validations_.is_offered()) {
    throw ApiError(ErrorCode::missing_token, "Sign in, or ask the operator for a new password");
  }
  const Flows flows{{std::string(accounts::kMailStage)}};
  const accounts::InteractiveOperation operation{
      .who = {}, .request = request_of(call), .body = body_hash(body)};
  const base::JsonObject* auth = boundary::optional_object(body, "auth");
  if (auth == nullptr) co_return challenge(flows, sessions_.begin(operation), {}, std::nullopt);
  std::string session = boundary::optional_string(*auth, "session").value_or("");
  const auto progress = sessions_.find(session, operation);
  if (!progress) session = sessions_.begin(operation);
  const bool is_on_page = progress && !progress->validation.empty();

  const auto type = boundary::optional_string(*auth, "type");
  std::optional<Refusal> refusal;
  if (type && *type != accounts::kMailStage) {
    refusal = Refusal{ErrorCode::unrecognized, "This stage is not offered"};
  } else if (type || is_on_page) {
    constexpr auto kPurpose = third_party_ids::Purpose::password;
    const auto proven = is_on_page
                            ? co_await validations_.find_again(progress->validation, kPurpose)
                            : co_await find_validated(*auth, kPurpose);
    const auto owner = proven ? co_await addresses_.find_owner(proven->address) : std::nullopt;
    if (owner) {
      sessions_.spend(session);
      co_await validations_.spend(proven->validation);
      co_return *owner;
    }
    refusal = Refusal{ErrorCode::unauthorized, "This address was not confirmed"};
  }
  co_return challenge(flows, session, {}, refusal);
}

}  // namespace chancery::client
