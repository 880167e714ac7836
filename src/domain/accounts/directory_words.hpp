// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Directory words: by which words a person is found, and what a search term asks for.
//
// A person is found by the beginning of each word of their display name and of their localpart. A
// term that has the form of a user id, or begins as one, is the beginning of one; it is looked up
// as a word of its own that starts with '@', which no other word does.
//
// Concurrency: any thread.

#include "protocol/identifiers.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::accounts {

// In order, each once. `display_name`: JSON text as it is stored, "" when there is none.
[[nodiscard]] std::vector<std::string> directory_words(const protocol::UserId& user,
                                                       std::string_view display_name);

class DirectoryTerm {
 public:
  // Absent when it asks for nobody: no letter in it, too long, half a sign.
  [[nodiscard]] static std::optional<DirectoryTerm> parse(std::string_view text);

  // The beginning of a word by which those who match are found.
  [[nodiscard]] const std::string& prefix() const { return prefix_; }
  // Whether all of it fits; the words as directory_words gives them.
  [[nodiscard]] bool matches(const protocol::UserId& user, std::string_view display_name) const;

 private:
  static std::optional<DirectoryTerm> parse_id(std::string_view text);

  std::string prefix_;
  std::vector<std::string> words_;  // beginnings; all must be there
  std::string server_;              // a beginning too
};

}  // namespace chancery::accounts
