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

#include "api/pages/html.hpp"
#include "domain/third_party_ids/validations.hpp"

#include <string>

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
[[nodiscard]] pages::Html mail_field();
// What to do next.
[[nodiscard]] pages::Html mail_was_sent();

}  // namespace chancery::oauth_api
