// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Mail messages: what is said, and the text by which mail servers pass it on.
//
// What is written is 7-bit with short lines, whatever was put in: bodies are quoted-printable,
// header values are encoded words where they are not plain ASCII. International addresses alone
// stand as they are. A header cannot be added by a subject, for no control character passes.
//
// Spec: RFC 5322, RFC 6532, RFC 2045 to 2047, RFC 3834 (Auto-Submitted).

#include "base/time.hpp"
#include "domain/mail/address.hpp"
#include "domain/mail/html.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chancery::mail {

struct Mail {
  Address to;
  std::string subject;
  std::string text;
  Html html;
  // For mail that comes again and again: where it is ended, by a POST to it (RFC 8058).
  std::optional<std::string> unsubscribe;
};

// What the server adds.
struct Envelope {
  Address from;
  std::string from_name;
  std::string unique;  // ASCII letters and digits: names the message, and parts the bodies
  base::Timestamp at;
};

// The message, lines ended by CRLF.
[[nodiscard]] std::string write_message(const Mail& mail, const Envelope& envelope);

// A header's value: as it is, or as encoded words, folded.
[[nodiscard]] std::string encode_header_text(std::string_view text);
[[nodiscard]] std::string encode_quoted_printable(std::string_view text);

}  // namespace chancery::mail
