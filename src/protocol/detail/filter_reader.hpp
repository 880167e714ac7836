// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A reader of the members of one object of a filter, which remembers what was wrong first.

#include "base/json.hpp"
#include "protocol/filter.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::protocol {

inline constexpr std::size_t kMaxFilterIds = 10'000;  // of one list
inline constexpr std::size_t kMaxFilterPatterns = 500;

class FilterReader {
 public:
  explicit FilterReader(const base::Json& json);

  [[nodiscard]] bool read_flag(std::string_view name);
  [[nodiscard]] std::optional<bool> find_flag(std::string_view name);
  [[nodiscard]] std::optional<std::uint32_t> find_limit();
  [[nodiscard]] std::optional<std::string> find_text(std::string_view name);
  // `sigil`: what each entry must start with; 0 for anything.
  [[nodiscard]] std::optional<std::vector<std::string>> find_texts(std::string_view name,
                                                                   char sigil);
  // The lists `name` and `not_name`.
  [[nodiscard]] TextFilter read_text_filter(std::string_view name, char sigil, GlobSyntax syntax);
  // Reads the member by the `parse` of its kind; the default value when there is none.
  template <typename Part>
  [[nodiscard]] Part read_part(std::string_view name) {
    const base::Json* member = find(name);
    if (member == nullptr) return {};
    ParsedFilter<Part> part = Part::parse(*member);
    if (part) return *std::move(part);
    fail(part.error().member.empty() ? std::string(name)
                                     : std::string(name) + "." + part.error().member,
         part.error().reason);
    return {};
  }

  void fail(std::string_view member, std::string_view reason);
  [[nodiscard]] const std::optional<FilterError>& error() const { return error_; }

 private:
  [[nodiscard]] const base::Json* find(std::string_view name) const;

  const base::JsonObject* object_;
  std::optional<FilterError> error_;
};

}  // namespace chancery::protocol
