// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/company.hpp"

namespace chancery::sync {

std::size_t count_company(const rooms::Memberships& memberships, const protocol::UserId& user,
                          std::size_t enough) {
  std::size_t members = 0;
  const auto rooms = memberships.current_rooms(user);
  for (const rooms::UserRoom& room : rooms) {
    if (members >= enough) break;
    if (room.membership != rooms::Membership::join) continue;
    members += memberships.count_joined(room.room);
  }
  return members;
}

}  // namespace chancery::sync
