// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_matrix/client/v3/auth/{authType}/fallback/web
// POST /_matrix/client/v3/auth/{authType}/fallback/web
//
// A stage of interactive authentication as a page, for clients that do not know the stage.
#include "api/oauth/forms.hpp"
#include "api/oauth/mail_proof.hpp"
#include "api/oauth/newcomers.hpp"
#include "api/oauth/own_password.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/stage_purpose.hpp"
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
  [[nodiscard]] bool is_new_password() const { return oauth_api::is_new_password(operation); }
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

std::string_view title_of(const Stage& stage) {
  if (stage.type == kToken) return "Show your registration token";
  if (stage.type == kPassword) return "Confirm with your password";
  if (stage.type == accounts::kTermsStage) return "Agree to the terms";
  if (stage.type == accounts::kMailStage) return "Confirm your e\u2011mail address";
  return "Confirm that it is you";
}

// What was typed, to be shown again; but no password.
struct Draft {
  std::string token = {};
  std::string email = {};
  std::string proof = {};
};

// What the form of the stage asks for, and its buttons.
Html fields_of(const Parts& parts, const Stage& stage, const Draft& draft, const Fault& fault) {
  const StagePurpose purpose = purpose_of(stage.operation);
  Fields fields(fault);
  if (stage.type == accounts::kMailStage && !draft.proof.empty()) {
    const Known known = stage.is_new_password() ? Known::perhaps : Known::yes;
    fields.add(waiting_for_mail({.address = draft.email, .proof = draft.proof}, known));
    return fields.html();
  }
  if (stage.type == kToken) {
    add_token_field(fields, draft.token);
  } else if (stage.type == kPassword) {
    fields.add_password(stage.operation.who, "Password of " + stage.operation.who);
  } else if (stage.type == accounts::kTermsStage) {
    add_terms_field(fields, parts.registration.terms(), Accepted::no);
  } else if (stage.type == accounts::kMailStage) {
    add_mail_field(fields, draft.email);
  }
  const bool is_mail = stage.type == accounts::kMailStage;
  fields.add(is_mail ? button("Send the mail") : button(purpose.verb, purpose.button_kind()));
  return fields.html();
}

http::Response show_stage(const Parts& parts, const Stage& stage, const Draft& draft,
                          const Fault& fault) {
  Html body = complaint(fault.text);
  body.element("p", purpose_of(stage.operation).text);
  body.open("form", {{"method", "post"}});
  body.empty("input", {{"type", "hidden"}, {"name", "session"}, {"value", stage.session}});
  body.append(fields_of(parts, stage, draft, fault)).close("form");
  return pages::show_page(
      parts.visitors.site().server_name,
      {.status = fault.page_status(), .title = std::string(title_of(stage)), .body = body});
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
    const StagePurpose purpose = purpose_of(stage.operation);
    body.element("p", purpose.text);
    body.append(Visitors::begin_form(visitor, kSignOnStagePath));
    body.empty("input", {{"type", "hidden"}, {"name", "session"}, {"value", stage.session}});
    body.append(button(purpose.verb, purpose.button_kind())).close("form");
  } else {
    body = complaint("You are signed in as " + visitor.user->text() + ", and this is for " +
                     stage.operation.who + " alone.");
    body.append(link(sign_in_address(stage), "Sign in as somebody else"));
  }
  return parts.visitors.show(
      visitor,
      {.status = is_theirs ? 200U : 403U, .title = std::string(title_of(stage)), .body = body});
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
  co_return show_stage(parts, stage, {}, {});
}

// What is wrong with what was typed; nothing when the stage is passed. Throws ApiError for what is
// not about a field.
runtime::Task<Fault> pass(const Parts& parts, Call& call, const Stage& stage,
                          const oauth::Parameters& form) {
  // Sent once more by a browser: what was shown counts once.
  const auto begun = parts.sessions.find_begun(stage.session);
  if (begun && begun->progress.completed.contains(stage.type)) co_return Fault{};
  std::string token;
  if (stage.type == kPassword) {
    auto proof =
        co_await prove_password(parts.sign_in, {.user = stage.operation.who,
                                                .password = std::string(form.get("password")),
                                                .address = call.request().peer.address,
                                                .request = call.request_id()});
    if (!proof) co_return wrong_password();
    parts.sessions.complete_by_proof(stage.session, stage.type, *std::move(proof));
    co_return Fault{};
  }
  if (stage.type == kToken) {
    token = form.get("registration_token");
    const bool is_reserved = co_await parts.registration.tokens().reserve(token);
    if (!is_reserved) co_return Fault{.text = kNoSuchToken, .field = "registration_token"};
  } else if (stage.type == accounts::kTermsStage) {
    require_accepted(parts.registration.terms(), form);
  } else if (stage.type == accounts::kMailStage) {
    const auto validated =
        co_await parts.mail.get(std::string(form.get("proof")), stage.session, stage.purpose());
    parts.sessions.complete_by_mail(stage.session, validated.validation);
  }
  const bool is_kept = parts.sessions.complete(stage.session, stage.type, token);
  if (!token.empty() && !is_kept) parts.registration.tokens().release(token);
  co_return Fault{};
}

// Sends the mail, or asks where to. Throws ApiError.
runtime::Task<http::Response> ask_by_mail(const Parts& parts, const Stage& stage, Draft draft,
                                          MailAnswer answer, std::string from) {
  if (answer == MailAnswer::send) {
    draft.proof =
        co_await parts.mail.send(draft.email, stage.session, stage.purpose(), std::move(from));
  } else {
    draft.proof.clear();
  }
  co_return show_stage(parts, stage, draft, {});
}

runtime::Task<http::Response> answer(const Parts& parts, Call& call) {
  if (call.path("authType") == accounts::kSignOnStage) {
    co_return co_await answer_sign_on(parts, call);
  }
  // No cookie is asked for: apps show the page in views that keep none, and the id of the session
  // is known to nobody else.
  const oauth::Parameters form = co_await read_form(call);
  const Stage stage = find_stage(parts, call.path("authType"), std::string(form.get("session")));
  const Draft draft{.token = std::string(form.get("registration_token")),
                    .email = std::string(form.get("email")),
                    .proof = std::string(form.get("proof"))};
  Fault fault;
  try {
    const MailAnswer mail = read_mail_answer(form);
    if (stage.type == accounts::kMailStage && mail != MailAnswer::go_on) {
      co_return co_await ask_by_mail(parts, stage, draft, mail, call.request().peer.address);
    }
    fault = co_await pass(parts, call, stage, form);
  } catch (const ApiError& error) {  // shown above the form
    fault = to_fault(error);
    if (stage.type == accounts::kMailStage && draft.proof.empty()) fault.field = "email";
    if (stage.type == accounts::kTermsStage) fault.field = "accepted";
  }
  if (!fault.is_there()) co_return show_done(parts);
  // Nothing was proven: as interactive authentication says it.
  if (fault.status != 429) fault.status = 401;
  co_return show_stage(parts, stage, draft, fault);
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
