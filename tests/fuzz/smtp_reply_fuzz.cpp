// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// SMTP replies: the same wherever the bytes are cut, and bounded.

#include "base/assert.hpp"
#include "domain/mail/smtp_reply.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace chancery;
using State = mail::SmtpReplyReader::State;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  mail::SmtpReplyReader whole;
  mail::SmtpReplyReader piece_by_piece;
  const State state = whole.feed(text);
  State other = State::more;
  for (std::size_t at = 0; at < size; ++at) other = piece_by_piece.feed(text.substr(at, 1));
  CHANCERY_ASSERT(state == other);
  if (state != State::complete) return 0;
  const mail::SmtpReply reply = whole.take();
  CHANCERY_ASSERT(reply.code >= 200 && reply.code < 600);
  CHANCERY_ASSERT(!reply.lines.empty() && reply.lines.size() <= mail::SmtpReplyReader::kMostLines);
  return 0;
}
