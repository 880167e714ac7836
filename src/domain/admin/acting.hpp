// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Acting: how an owner's acts stand in the records, and by which members they are done in rooms.

#include "domain/accounts/session.hpp"
#include "domain/audit/recorder.hpp"
#include "domain/rooms/actor.hpp"
#include "domain/rooms/room.hpp"
#include "protocol/auth_rules.hpp"
#include "protocol/identifiers.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chancery::admin {

// The record of an act of kind "admin", in the owner's name.
[[nodiscard]] audit::Act act_of(const accounts::Session& by, std::string act, std::string object,
                                std::string context = {});

// Somebody who does what an owner decided for them.
[[nodiscard]] rooms::Actor actor_for(const protocol::UserId& user);

struct PowerfulMember {
  protocol::UserId user;
  std::int64_t level = 0;
};
// Who may do what in the room, as it is now; looks into the room while it lives.
[[nodiscard]] protocol::PowerLevels power_in(const rooms::CoreState& core);
// The joined member of that server with the most power, at least `needed`; absent when none has.
[[nodiscard]] std::optional<PowerfulMember> find_most_powerful(const rooms::Room& room,
                                                               const protocol::ServerName& server,
                                                               std::int64_t needed);

}  // namespace chancery::admin
