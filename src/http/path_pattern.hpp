// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Path patterns: "/rooms/{roomId}/send/{eventType}/{txnId}" against a raw path.
//
// Segments are compared after percent-decoding; a placeholder takes one non-empty segment unless
// written {name*} (may be empty, last only) or {name...} (the rest of the path, last only).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chancery::http {

// Decoded values by placeholder, in order of the pattern.
using PathParameters = std::vector<std::pair<std::string, std::string>>;

// Absent when an escape is malformed or gives NUL, or when it is no UTF-8.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
[[nodiscard]] std::string percent_encode(std::string_view text);

// Which of many patterns a path matches: a literal segment wins over a placeholder.
class PathTable {
 public:
  // Returns the number that `find` gives back; the same pattern gives the same number.
  std::size_t add(std::string_view pattern);
  struct Match {
    std::size_t pattern;
    PathParameters parameters;
  };
  // Absent, too, where percent_decode() would be.
  [[nodiscard]] std::optional<Match> find(std::string_view path) const;

  PathTable();
  ~PathTable();
  PathTable(PathTable&&) noexcept;
  PathTable& operator=(PathTable&&) noexcept;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
  struct Pattern {
    std::string text;
    std::vector<std::string> placeholders;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::vector<Pattern> patterns_;
  // Those without placeholders, by their text.
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> whole_;
};

}  // namespace chancery::http
