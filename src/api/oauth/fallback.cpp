// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_matrix/client/v3/auth/{authType}/fallback/web
// POST /_matrix/client/v3/auth/{authType}/fallback/web
//
// A stage of interactive authentication as a page, for clients that do not know the stage.
#include "api/oauth/forms.hpp"
#include "api/oauth/mail_proof.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/terms.hpp"
#include "api/oauth/visitors.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::oauth_api {

using boundary::Call;
using pages::Html;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kShowSpec{"client-server", "v1.19", "GET /auth/{authType}/fallback/web"};
constexpr boundary::Spec kAnswerSpec{"client-server", "v1.19",
                                     "POST /auth/{authType}/fallback/web"};
constexpr std::string_view kToken = "m.login.registration_token";
constexpr std::string_view kPassword = "m.login.password";
// For so long whoever signed in on a page need not do so again.
constexpr base::Milliseconds kFresh = std::chrono::minutes(5);

struct Parts {
  accounts::InteractiveSessions& sessions;
  accounts::Registration& registration;
  accounts::SignIn& sign_in;
  MailProof mail;
  runtime::Clock& clock;
  Visitors visitors;
};

struct Stage {
  std::string type;
  std::string session;
  accounts::InteractiveOperation operation;

  [[nodiscard]] bool is_of_stranger() const { return operation.who.empty(); }
  // A new password for an account whose address is proven; else a registration.
  [[nodiscard]] bool is_new_password() const {
    return is_of_stranger() && operation.request.ends_with("/account/password");
  }
  [[nodiscard]] third_party_ids::Purpose purpose() const {
    return is_new_password() ? third_party_ids::Purpose::password
                             : third_party_ids::Purpose::registration;
  }
};

bool is_offered(const Parts& parts, const Stage& stage) {
  if (!stage.is_of_stranger()) {
    return stage.type == kPassword || stage.type == accounts::kSignOnStage;
  }
  if (stage.is_new_password()) return stage.type == accounts::kMailStage;
  return std::ranges::any_of(parts.registration.flows(), [&](const auto& stages) {
    return std::ranges::find(stages, stage.type) != stages.end();
  });
}

// Throws ApiError when there is no such session, or the stage is none of its operation's.
Stage find_stage(const Parts& parts, std::string type, std::string session) {
  auto begun = parts.sessions.find_begun(session);
  if (!begun) {
    throw ApiError(ErrorCode::not_found,
                   "This page is out of date. Go back to your app and try once more.");
  }
  Stage stage{.type = std::move(type),
              .session = std::move(session),
              .operation = std::move(begun->operation)};
  if (!is_offered(parts, stage)) {
    throw ApiError(ErrorCode::not_found, "There is no such page here.");
  }
  return stage;
}

// What is going on, in words.
std::string purpose_of(const Stage& stage) {
  if (stage.is_new_password()) return "An app wants to set a new password for your account.";
  if (stage.is_of_stranger()) return "An app is making an account for you on this server.";
  const std::string_view request = stage.operation.request;
  const auto ends = [&](std::string_view end) { return request.ends_with(end); };
  std::string what = "change something that needs your word for it";
  if (request.find("/devices/") != std::string_view::npos || ends("/delete_devices")) {
    what = "sign sessions of yours out";
  } else if (ends("/account/deactivate")) {
    what = "end your account for good";
  } else if (ends("/account/password")) {
    what = "change your password";
  } else if (ends("/keys/device_signing/upload")) {
    what = "replace the keys by which others know you";
  } else if (ends("/login/get_token")) {
    what = "sign in another device";
  }
  return "An app of " + stage.operation.who + " wants to " + what +
         ". If you did not ask for that, close this page: somebody may have access to your "
         "account.";
}

// What the form of the stage asks for.
Html fields_of(const Parts& parts, const Stage& stage, std::string_view proof) {
  Html fields;
  if (stage.type == kToken) {
    fields.append(field(
        "registration_token", "Registration token", "text",
        {{"autocomplete", "off"}, {"spellcheck", "false"}, {"required", ""}, {"maxlength", "64"}}));
  } else if (stage.type == kPassword) {
    fields.append(password_field("Password of " + stage.operation.who));
  } else if (stage.type == accounts::kTermsStage) {
    fields.append(terms_field(parts.registration.terms()));
  } else if (stage.type == accounts::kMailStage && proof.empty()) {
    fields.append(mail_field());
  } else if (stage.type == accounts::kMailStage) {
    fields.append(mail_was_sent());
    fields.empty("input", {{"type", "hidden"}, {"name", "proof"}, {"value", proof}});
  }
  return fields;
}

http::Response show_stage(const Parts& parts, const Stage& stage, std::string_view fault,
                          std::string_view proof = "") {
  Html body = complaint(fault);
  body.element("p", purpose_of(stage));
  body.open("form", {{"method", "post"}});
  body.empty("input", {{"type", "hidden"}, {"name", "session"}, {"value", stage.session}});
  body.append(fields_of(parts, stage, proof));
  body.element("button", {{"type", "submit"}}, "Go on").close("form");
  return pages::show_page(
      parts.visitors.site().server_name,
      {.status = fault.empty() ? 200U : 401U, .title = "Confirm that it is you", .body = body});
}

http::Response show_done(const Parts& parts) {
  return pages::show_page(
      parts.visitors.site().server_name,
      {.title = "Done", .body = notice("You can close this page."), .script = "auth_done.js"});
}

// --- m.login.sso: by way of the sign-in page -------------------------------------------------

bool has_signed_in_now(const Parts& parts, const Visitor& visitor) {
  return visitor.user && parts.clock.now() - visitor.session.authenticated_at <= kFresh;
}

std::string sign_in_address(const Stage& stage) {
  const std::string back =
      std::string(kSignOnStagePath) + "?session=" + oauth::encode_component(stage.session);
  return std::string(kSignInPath) + "?again=yes&next=" + oauth::encode_component(back);
}

http::Response show_sign_on(const Parts& parts, const Visitor& visitor, const Stage& stage) {
  if (!has_signed_in_now(parts, visitor)) {
    return parts.visitors.redirect(visitor, sign_in_address(stage));
  }
  const bool is_theirs = visitor.user->text() == stage.operation.who;
  Html body;
  if (is_theirs) {
    body.element("p", purpose_of(stage));
    body.append(Visitors::begin_form(visitor, kSignOnStagePath));
    body.empty("input", {{"type", "hidden"}, {"name", "session"}, {"value", stage.session}});
    body.element("button", {{"type", "submit"}}, "Go on").close("form");
  } else {
    body = complaint("You are signed in as " + visitor.user->text() + ", and this is for " +
                     stage.operation.who + " alone.");
    body.open("p").element("a", {{"href", sign_in_address(stage)}}, "Sign in as somebody else");
    body.close("p");
  }
  return parts.visitors.show(
      visitor,
      {.status = is_theirs ? 200U : 403U, .title = "Confirm that it is you", .body = body});
}

runtime::Task<http::Response> answer_sign_on(const Parts& parts, Call& call) {
  const Visitors::Posted posted = co_await parts.visitors.read(call);
  const Stage stage = find_stage(parts, std::string(accounts::kSignOnStage),
                                 std::string(posted.form.get("session")));
  const bool is_theirs = has_signed_in_now(parts, posted.visitor) &&
                         posted.visitor.user->text() == stage.operation.who;
  if (!is_theirs) co_return show_sign_on(parts, posted.visitor, stage);
  parts.sessions.complete_by_proof(stage.session, stage.type, posted.visitor.proof);
  co_return show_done(parts);
}

// --- all stages --------------------------------------------------------------------------------

runtime::Task<http::Response> show(const Parts& parts, Call& call) {
  const Stage stage =
      find_stage(parts, call.path("authType"), std::string(read_query(call).get("session")));
  if (stage.type == accounts::kSignOnStage) {
    const Visitor visitor = co_await parts.visitors.look(call);
    co_return show_sign_on(parts, visitor, stage);
  }
  co_return show_stage(parts, stage, "");
}

// Throws ApiError when what was typed is not right.
runtime::Task<> pass(const Parts& parts, const Stage& stage, const oauth::Parameters& form,
                     std::string address) {
  // Sent once more by a browser: what was shown counts once.
  const auto begun = parts.sessions.find_begun(stage.session);
  if (begun && begun->progress.completed.contains(stage.type)) co_return;
  std::string token;
  if (stage.type == kPassword) {
    accounts::SignIn::Proven proven =
        co_await parts.sign_in.prove({.user = stage.operation.who,
                                      .password = std::string(form.get("password")),
                                      .address = std::move(address)});
    parts.sessions.complete_by_proof(stage.session, stage.type, std::move(proven.proof));
    co_return;
  }
  if (stage.type == kToken) {
    token = form.get("registration_token");
    const bool is_reserved = co_await parts.registration.tokens().reserve(token);
    if (!is_reserved) throw ApiError(ErrorCode::unauthorized, "No such registration token");
  } else if (stage.type == accounts::kTermsStage) {
    require_accepted(parts.registration.terms(), form);
  } else if (stage.type == accounts::kMailStage) {
    const auto validated =
        co_await parts.mail.get(std::string(form.get("proof")), stage.session, stage.purpose());
    parts.sessions.complete_by_mail(stage.session, validated.validation);
  }
  const bool is_kept = parts.sessions.complete(stage.session, stage.type, token);
  if (!token.empty() && !is_kept) parts.registration.tokens().release(token);
}

runtime::Task<http::Response> answer(const Parts& parts, Call& call) {
  if (call.path("authType") == accounts::kSignOnStage) {
    co_return co_await answer_sign_on(parts, call);
  }
  // No cookie is asked for: apps show the page in views that keep none, and the id of the session
  // is known to nobody else.
  const oauth::Parameters form = co_await read_form(call);
  const Stage stage = find_stage(parts, call.path("authType"), std::string(form.get("session")));
  std::string proof(form.get("proof"));
  std::string fault;
  try {
    if (stage.type == accounts::kMailStage && proof.empty()) {
      proof = co_await parts.mail.send(std::string(form.get("email")), stage.session,
                                       stage.purpose(), call.request().peer.address);
      co_return show_stage(parts, stage, "", proof);
    }
    co_await pass(parts, stage, form, call.request().peer.address);
  } catch (const ApiError& error) {  // shown above the form
    fault = error.public_text() + ".";
  }
  if (!fault.empty()) co_return show_stage(parts, stage, fault, proof);
  co_return show_done(parts);
}

}  // namespace

Routes fallback_routes(const Services& services) {
  const auto parts =
      std::make_shared<const Parts>(Parts{.sessions = services.interactive_sessions,
                                          .registration = services.registration,
                                          .sign_in = services.sign_in,
                                          .mail = MailProof(services.validations, services.clock),
                                          .clock = services.clock,
                                          .visitors = Visitors(services.browsers, services.site)});
  return form_page(services.site, {.paths = boundary::v3_paths("/auth/{authType}/fallback/web"),
                                   .show_spec = kShowSpec,
                                   .answer_spec = kAnswerSpec,
                                   .show = [parts](Call& call) { return show(*parts, call); },
                                   .answer = [parts](Call& call) { return answer(*parts, call); },
                                   .answer_limit = boundary::LimitClass::sign_in});
}

}  // namespace chancery::oauth_api
