// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/pattern.hpp"

#include <fmt/core.h>

#include <re2/re2.h>

namespace chancery::appservices {

std::expected<Pattern, std::string> Pattern::compile(std::string_view text) {
  constexpr std::int64_t kMostMemory = 1024 * 1024;
  if (text.size() > kMostBytes) {
    return std::unexpected(fmt::format("may have at most {} bytes", kMostBytes));
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMostMemory);
  options.set_never_capture(true);
  auto program =
      std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!program->ok()) return std::unexpected("is no regular expression: " + program->error());
  return Pattern(std::move(program));
}

bool Pattern::matches(std::string_view identifier) const {
  const re2::StringPiece text(identifier.data(), identifier.size());
  return program_->Match(text, 0, text.size(), re2::RE2::ANCHOR_START, nullptr, 0);
}

}  // namespace chancery::appservices
