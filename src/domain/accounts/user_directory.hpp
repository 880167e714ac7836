// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The user directory: people of this server whom the searcher may find.
//
// Found are those in whose display name or localpart every word of the term begins a word, without
// case and accents; who is found by a whole word comes first. Nobody finds accounts that are
// deactivated, locked or suspended. Of those who match a bounded number is looked at, so that the
// time of a search does not grow with the number of accounts.
//
// Concurrency: any scheduler.
// Failure:     StorageError.
// Spec:        client-server, "User directory"; docs/decisions/0033-user-directory.md.

#include "domain/accounts/joined_rooms.hpp"
#include "storage/user_directory.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::accounts {

struct FoundUser {
  protocol::UserId user;
  std::optional<std::string> displayname;
  std::optional<std::string> avatar_url;
};
struct FoundUsers {
  std::vector<FoundUser> users;
  bool limited = false;  // there are more, or there may be
};

class UserDirectory {
 public:
  static constexpr std::size_t kRowsAPage = 250;
  static constexpr std::size_t kMostPages = 20;

  // Whom a search finds: those who share a room with the searcher or are in a public one, or all.
  enum class Scope : std::uint8_t { rooms, everyone };
  UserDirectory(storage::DirectoryWordStore& store, JoinedRooms& rooms, Scope scope)
      : store_(store), rooms_(rooms), scope_(scope) {}

  runtime::Task<FoundUsers> search(protocol::UserId searcher, std::string term, std::size_t limit);

 private:
  class Hits;

  storage::DirectoryWordStore& store_;
  JoinedRooms& rooms_;
  Scope scope_;
};

}  // namespace chancery::accounts
