// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/directory_words.hpp"

#include "base/json.hpp"
#include "base/words.hpp"

#include <algorithm>

namespace chancery::accounts {
namespace {

constexpr std::size_t kMostTermBytes = 255;  // nobody has such a name
constexpr std::size_t kMostTermWords = 16;
constexpr std::size_t kMostWordsOfId = 16;
constexpr std::size_t kMostWordsOfName = 64;

void add_words(std::vector<std::string>& words, std::string_view text, std::size_t most) {
  for (base::Word& word : base::find_words(text, base::WordUse::text, most)) {
    words.push_back(std::move(word.normal));
  }
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& one : lower) {
    if (one >= 'A' && one <= 'Z') one = static_cast<char>(one - 'A' + 'a');
  }
  return lower;
}

// The word that stands for the beginning of the id; its end is not looked at.
std::string id_word(std::string_view localpart) {
  return "@" + lowered(localpart.substr(0, base::kMostWordBytes));
}

}  // namespace

std::vector<std::string> directory_words(const protocol::UserId& user,
                                         std::string_view display_name) {
  std::vector<std::string> words{id_word(user.localpart())};
  add_words(words, user.localpart(), kMostWordsOfId);
  const auto name = base::parse_json(display_name);
  if (name && name->is_string()) add_words(words, name->get_string(), kMostWordsOfName);
  std::ranges::sort(words);
  const auto repeated = std::ranges::unique(words);
  words.erase(repeated.begin(), repeated.end());
  return words;
}

std::optional<DirectoryTerm> DirectoryTerm::parse(std::string_view text) {
  if (text.size() > kMostTermBytes) return std::nullopt;
  if (text.starts_with('@')) return parse_id(text);
  DirectoryTerm term;
  // An id is often typed without its sign, and nobody is found by the words of a server's name.
  const std::size_t colon = text.find(':');
  for (base::Word& word : base::find_words(text, base::WordUse::term, kMostTermWords)) {
    const bool may_be_server =
        static_cast<std::size_t>(word.surface.data() - text.data()) > colon && !term.words_.empty();
    // The longest has the fewest who have it.
    if (!may_be_server && word.normal.size() > term.prefix_.size()) term.prefix_ = word.normal;
    term.words_.push_back(std::move(word.normal));
  }
  if (term.words_.empty()) return std::nullopt;
  return term;
}

std::optional<DirectoryTerm> DirectoryTerm::parse_id(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view localpart = text.substr(1, colon - 1);
  if (localpart.empty()) return std::nullopt;
  DirectoryTerm term;
  term.prefix_ = id_word(localpart);
  // With the server's name the localpart is complete, as far as the word goes.
  if (colon < text.size()) term.server_ = ":" + lowered(text.substr(colon + 1));
  term.words_.push_back("@" + lowered(localpart));
  return term;
}

bool DirectoryTerm::matches(const protocol::UserId& user, std::string_view display_name) const {
  if (prefix_.front() == '@') {
    return lowered(user.text()).starts_with(words_.front() + server_);
  }
  std::vector<std::string> words = directory_words(user, display_name);
  add_words(words, user.server_name(), kMostWordsOfId);
  std::ranges::sort(words);
  return std::ranges::all_of(words_, [&](const std::string& wanted) {
    const auto at = std::ranges::lower_bound(words, wanted);
    return at != words.end() && at->starts_with(wanted);
  });
}

}  // namespace chancery::accounts
