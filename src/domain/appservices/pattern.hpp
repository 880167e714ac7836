// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Patterns: the regular expressions of namespaces, matched in time that grows with the text alone.
//
// They match from the beginning of an identifier and need not reach its end, as in the servers that
// registration files are written for.
//
// Concurrency: immutable; share between threads.

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace chancery::appservices {

class Pattern {
 public:
  static constexpr std::size_t kMostBytes = 4'096;

  // What is wrong with it, otherwise: look-around and back-references are not known.
  [[nodiscard]] static std::expected<Pattern, std::string> compile(std::string_view text);

  [[nodiscard]] bool matches(std::string_view identifier) const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> program) : program_(std::move(program)) {}
  std::shared_ptr<const re2::RE2> program_;
};

}  // namespace chancery::appservices
