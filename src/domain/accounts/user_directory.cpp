// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/user_directory.hpp"

#include "base/json.hpp"

namespace chancery::accounts {
namespace {

// Of those who match, this many times the limit are looked at for whom the searcher may find.
constexpr std::size_t kLookedAt = 20;

std::optional<std::string> string_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto value = base::parse_json(text);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

}  // namespace

runtime::Task<FoundUsers> UserDirectory::search(protocol::UserId searcher, std::string term,
                                                std::size_t limit) {
  FoundUsers found;
  if (term.empty()) co_return found;
  const std::size_t most = scope_ == Scope::everyone ? limit + 2 : limit * kLookedAt + 2;
  for (const storage::ProfileMatch& match :
       co_await profiles_.search_profiles(std::move(term), most)) {
    if (match.user == searcher) continue;
    if (scope_ == Scope::rooms && !co_await rooms_.may_find(searcher, match.user)) continue;
    if (found.users.size() == limit) {
      found.limited = true;
      break;
    }
    found.users.push_back({.user = match.user,
                           .displayname = string_of(match.display_name),
                           .avatar_url = string_of(match.avatar_url)});
  }
  co_return found;
}

}  // namespace chancery::accounts
