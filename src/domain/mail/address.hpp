// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Mail addresses: parsed once, of a kind that no header and no SMTP command can be broken with.
//
// Before the sign there are letters and digits of any script and the signs of RFC 5322's dot-atom,
// after it a host name (an international one in its xn-- form). Quoted local parts, comments and
// address literals are addresses too, and are refused.
//
// Spec: RFC 5321 4.1.2 and 4.5.3, RFC 6531 3.3; Matrix: addresses are compared in lower case.

#include "protocol/identifiers.hpp"

#include <string>
#include <string_view>

namespace chancery::mail {

class Address {
 public:
  [[nodiscard]] static protocol::Parsed<Address> parse(std::string_view text);

  // In lower case and NFC: one mailbox, one text.
  [[nodiscard]] const std::string& text() const { return text_; }
  // Only a mail server that takes SMTPUTF8 can be given it.
  [[nodiscard]] bool is_international() const;
  [[nodiscard]] std::string_view domain() const;
  // As others may see it: "a***@e***.org".
  [[nodiscard]] std::string masked() const;
  friend bool operator==(const Address&, const Address&) = default;

 private:
  explicit Address(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace chancery::mail
