// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Parameters: what comes in a query or in a form, each name once.
//
// Spec: RFC 6749 3.1 ("parameters MUST NOT be included more than once"), WHATWG URL 5.1
// (application/x-www-form-urlencoded).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::oauth {

class Parameters {
 public:
  static constexpr std::size_t kMost = 64;

  // Absent when an escape is malformed, gives NUL or what is no UTF-8, when a name comes twice, or
  // there are too many. One without a value counts as absent (RFC 6749 3.1).
  [[nodiscard]] static std::optional<Parameters> parse(std::string_view text);

  void set(std::string_view name, std::string_view value);
  // "" when absent.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return !get(name).empty(); }
  [[nodiscard]] bool empty() const { return pairs_.empty(); }
  // As a query; what parse reads again.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

// `text` with everything but unreserved characters as %XX.
[[nodiscard]] std::string encode_component(std::string_view text);

}  // namespace chancery::oauth
