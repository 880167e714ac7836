// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/mail_proof.hpp"

#include "protocol/api_error.hpp"

#include <utility>

namespace chancery::oauth_api {

using pages::Html;
using protocol::ApiError;
using protocol::ErrorCode;

runtime::Task<std::string> MailProof::send(std::string address, std::string secret,
                                           third_party_ids::Purpose purpose,
                                           std::string from) const {
  // Who asks on a page wants a mail now, not what was asked for before.
  const std::int64_t attempt = clock_.now().milliseconds / 1'000;
  co_return co_await validations_.request({.purpose = purpose,
                                           .address = std::move(address),
                                           .client_secret = std::move(secret),
                                           .send_attempt = attempt,
                                           .next_link = std::nullopt,
                                           .from = std::move(from)});
}

runtime::Task<third_party_ids::Validated> MailProof::get(std::string proof, std::string secret,
                                                         third_party_ids::Purpose purpose) const {
  auto validated = co_await validations_.find(
      {.session = std::move(proof), .client_secret = std::move(secret)}, purpose);
  if (!validated) {
    throw ApiError(ErrorCode::unauthorized,
                   "The address was not confirmed yet. Open the link in the mail, then try again");
  }
  co_return *std::move(validated);
}

void add_mail_field(Fields& fields, std::string_view typed, std::string_view hint) {
  fields.add({.name = "email", .label = "E-mail address", .type = "email", .hint = hint},
             {{"autocomplete", "email"}, {"required", ""}, {"maxlength", "254"}, {"value", typed}});
}

Html waiting_for_mail(const SentMail& mail, Known known) {
  Html html;
  html.open("p", {{"class", "message good"}, {"role", "status"}});
  if (known == Known::perhaps) {
    html.text("If an account here has the address ").element("strong", mail.address);
    html.text(", a mail is on its way there.");
  } else {
    html.text("A mail is on its way to ").element("strong", mail.address).text(".");
  }
  html.text(" Open the link in it and confirm, then go on here.").close("p");
  html.empty("input", {{"type", "hidden"}, {"name", "proof"}, {"value", mail.proof}});
  html.empty("input", {{"type", "hidden"}, {"name", "email"}, {"value", mail.address}});
  html.append(button("Go on"));
  for (const auto& [answer, text] :
       {std::pair{"again", "Send it again"}, {"other", "Use another address"}}) {
    html.element("button",
                 {{"type", "submit"}, {"class", "second"}, {"name", "mail"}, {"value", answer}},
                 text);
  }
  return html;
}

MailAnswer read_mail_answer(const oauth::Parameters& form) {
  const std::string_view answer = form.get("mail");
  if (answer == "other") return MailAnswer::other_address;
  if (answer == "again" || !form.has("proof")) return MailAnswer::send;
  return MailAnswer::go_on;
}

}  // namespace chancery::oauth_api
