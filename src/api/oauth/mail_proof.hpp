// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The proof of a mail address, on pages: a mail is sent, its link is opened, the page goes on.
//
// The page carries the id of the proof; what makes it good for this browser alone is a secret that
// the page knows without carrying it.
//
// Concurrency: any scheduler.
// Failure:     ApiError; StorageError.

#include "api/oauth/fields.hpp"
#include "api/pages/html.hpp"
#include "domain/oauth/parameters.hpp"
#include "domain/third_party_ids/validations.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace chancery::oauth_api {

class MailProof {
 public:
  MailProof(third_party_ids::Validations& validations, runtime::Clock& clock)
      : validations_(validations), clock_(clock) {}

  // The id of the proof. Each time a mail is sent, as far as there is a budget for the mailbox.
  // `from` is where the browser is.
  runtime::Task<std::string> send(std::string address, std::string secret,
                                  third_party_ids::Purpose purpose, std::string from) const;
  // Throws ApiError unauthorized before the link was opened.
  runtime::Task<third_party_ids::Validated> get(std::string proof, std::string secret,
                                                third_party_ids::Purpose purpose) const;

 private:
  third_party_ids::Validations& validations_;
  runtime::Clock& clock_;
};

// The field for the address.
void add_mail_field(Fields& fields, std::string_view typed,
                    std::string_view hint = "A mail is sent there, to see that it is yours.");

// The part of a form that waits until the link was opened: what to do, and buttons to go on, to
// send the mail again and to send it elsewhere.
struct SentMail {
  std::string address;
  std::string proof;  // its id
};
// Whether a mail is sent to every address, or to those that an account has.
enum class Known : std::uint8_t { yes, perhaps };
[[nodiscard]] pages::Html waiting_for_mail(const SentMail& mail, Known known);
// Which of the buttons was pressed; `send` before there was a mail.
enum class MailAnswer : std::uint8_t { send, other_address, go_on };
[[nodiscard]] MailAnswer read_mail_answer(const oauth::Parameters& form);

}  // namespace chancery::oauth_api
