// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Replies of SMTP servers, read line by line and within bounds.
//
// Failure: values, whatever a server sends.
// Spec:    RFC 5321, 4.2 "SMTP Replies".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::mail {

struct SmtpReply {
  unsigned code = 0;               // 200 to 599
  std::vector<std::string> lines;  // without codes

  [[nodiscard]] bool is_positive() const { return code >= 200 && code < 400; }
  // Trying again may help.
  [[nodiscard]] bool is_transient() const { return code >= 400 && code < 500; }
};

class SmtpReplyReader {
 public:
  static constexpr std::size_t kLongestLine = 2'000;
  static constexpr std::size_t kMostLines = 100;

  enum class State : std::uint8_t { more, complete, broken };
  // Takes what was received. What comes behind a complete reply was not asked for: broken.
  State feed(std::string_view bytes);
  // Requires: complete. Begins the next one.
  [[nodiscard]] SmtpReply take();

 private:
  State take_line(std::string_view line);

  std::string line_;
  SmtpReply reply_;
  State state_ = State::more;
};

}  // namespace chancery::mail
