// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The user directory: people of this server whom the searcher may find.
//
// Concurrency: any scheduler.

#include "domain/accounts/joined_rooms.hpp"
#include "storage/personal.hpp"

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
  bool limited = false;  // there are more
};

class UserDirectory {
 public:
  // Whom a search finds: those who share a room with the searcher or are in a public one, or all.
  enum class Scope : std::uint8_t { rooms, everyone };
  UserDirectory(storage::ProfileStore& profiles, JoinedRooms& rooms, Scope scope)
      : profiles_(profiles), rooms_(rooms), scope_(scope) {}

  runtime::Task<FoundUsers> search(protocol::UserId searcher, std::string term, std::size_t limit);

 private:
  storage::ProfileStore& profiles_;
  JoinedRooms& rooms_;
  Scope scope_;
};

}  // namespace chancery::accounts
