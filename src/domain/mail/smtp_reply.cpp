// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/mail/smtp_reply.hpp"

#include "base/parse_number.hpp"

#include <utility>

namespace chancery::mail {

SmtpReplyReader::State SmtpReplyReader::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (state_ != State::more) return state_ = State::broken;
    if (c != '\n') {
      line_ += c;
      if (line_.size() > kLongestLine) return state_ = State::broken;
      continue;
    }
    if (line_.ends_with('\r')) line_.pop_back();
    state_ = take_line(line_);
    line_.clear();
  }
  return state_;
}

SmtpReplyReader::State SmtpReplyReader::take_line(std::string_view line) {
  const auto code = base::parse_number<unsigned>(line.substr(0, 3));
  if (line.size() < 3 || !code || *code < 200 || *code > 599) return State::broken;
  if (reply_.code != 0 && reply_.code != *code) return State::broken;
  const char separator = line.size() == 3 ? ' ' : line[3];
  if (separator != ' ' && separator != '-') return State::broken;
  if (reply_.lines.size() >= kMostLines) return State::broken;
  reply_.code = *code;
  reply_.lines.emplace_back(line.size() > 4 ? line.substr(4) : std::string_view());
  return separator == '-' ? State::more : State::complete;
}

SmtpReply SmtpReplyReader::take() {
  state_ = State::more;
  return std::exchange(reply_, {});
}

}  // namespace chancery::mail
