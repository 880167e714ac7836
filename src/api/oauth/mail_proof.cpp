// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/mail_proof.hpp"

#include "api/oauth/visitors.hpp"
#include "protocol/api_error.hpp"

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

Html mail_field() {
  Html html = field("email", "Mail address", "email",
                    {{"autocomplete", "email"},
                     {"required", ""},
                     {"maxlength", "254"},
                     {"aria-describedby", "email-hint"}});
  html.element("p", {{"class", "hint"}, {"id", "email-hint"}},
               "A mail is sent there, to see that it is yours.");
  return html;
}

Html mail_was_sent() {
  return notice("A mail is on its way. Open the link in it and confirm, then go on here.");
}

}  // namespace chancery::oauth_api
