// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Path patterns: "/rooms/{roomId}/send/{eventType}/{txnId}" against a raw path.
//
// Segments are compared after percent-decoding; a placeholder takes one non-empty segment unless
// written {name*} (may be empty, last only) or {name...} (the rest of the path, last only).

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::http {

// Decoded values by placeholder, in order of the pattern.
using PathParameters = std::vector<std::pair<std::string, std::string>>;

// Absent when an escape is malformed or gives NUL.
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
  [[nodiscard]] std::optional<Match> find(std::string_view path) const;

  PathTable();
  ~PathTable();
  PathTable(PathTable&&) noexcept;
  PathTable& operator=(PathTable&&) noexcept;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
  std::vector<std::string> patterns_;
};

}  // namespace chancery::http
