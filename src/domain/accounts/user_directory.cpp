// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/user_directory.hpp"

#include "base/json.hpp"
#include "domain/accounts/directory_words.hpp"

#include <unordered_set>
#include <utility>

namespace chancery::accounts {
namespace {

std::optional<std::string> string_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto value = base::parse_json(text);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

bool is_hidden(const storage::AccountStanding& standing) {
  return standing != storage::AccountStanding{};
}

}  // namespace

// Those of the index's rows who match, each once.
class UserDirectory::Hits {
 public:
  Hits(protocol::UserId searcher, DirectoryTerm term) : term_(std::move(term)) {
    known_.insert(std::move(searcher));
  }

  std::vector<storage::DirectoryRow> take(std::vector<storage::DirectoryRow> rows) {
    std::erase_if(rows, [this](const storage::DirectoryRow& row) {
      return is_hidden(row.standing) || !term_.matches(row.place.user, row.display_name) ||
             !known_.insert(row.place.user).second;
    });
    return rows;
  }

 private:
  DirectoryTerm term_;
  std::unordered_set<protocol::UserId> known_;
};

runtime::Task<FoundUsers> UserDirectory::search(protocol::UserId searcher, std::string term,
                                                std::size_t limit) {
  FoundUsers found;
  const std::optional<DirectoryTerm> wanted = DirectoryTerm::parse(term);
  if (!wanted) co_return found;
  Hits hits(searcher, *wanted);
  std::optional<storage::DirectoryPlace> after;
  for (std::size_t page = 0; page < kMostPages; ++page) {
    auto rows = co_await store_.load_directory(wanted->prefix(), after, kRowsAPage);
    const bool is_last = rows.size() < kRowsAPage;
    if (!is_last) after = rows.back().place;
    rows = hits.take(std::move(rows));
    std::vector<protocol::UserId> visible;
    visible.reserve(rows.size());
    for (const storage::DirectoryRow& row : rows) visible.push_back(row.place.user);
    if (scope_ == Scope::rooms) {
      visible = co_await rooms_.find_visible(searcher, std::move(visible));
    }
    auto next = visible.begin();
    for (const storage::DirectoryRow& row : rows) {
      if (next == visible.end() || row.place.user != *next) continue;
      ++next;
      if (found.users.size() == limit) {
        found.limited = true;
        co_return found;
      }
      found.users.push_back({.user = row.place.user,
                             .displayname = string_of(row.display_name),
                             .avatar_url = string_of(row.avatar_url)});
    }
    if (is_last) co_return found;
  }
  found.limited = true;  // nobody looked at the rest
  co_return found;
}

}  // namespace chancery::accounts
