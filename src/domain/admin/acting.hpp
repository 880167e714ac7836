// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Acting: how an owner's acts stand in the records, and by which members they are done in rooms.

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/session.hpp"
#include "domain/audit/recorder.hpp"
#include "domain/rooms/actor.hpp"
#include "domain/rooms/room.hpp"
#include "protocol/auth_rules.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chancery::admin {

// The record of an act of kind "admin", in the owner's name.
[[nodiscard]] audit::Act act_of(const accounts::Session& by, std::string act, std::string object,
                                std::string context = {});

// Who may do what in the room, as it is now; looks into the room while it lives.
[[nodiscard]] protocol::PowerLevels power_in(const rooms::CoreState& core);
struct PowerfulMember {
  rooms::Actor actor;
  std::int64_t level = 0;
};
// The joined member of that server with the most power, at least `needed`, among those whose
// account may act now; absent when there is none. Nothing is done in the name of others.
runtime::Task<std::optional<PowerfulMember>> find_most_powerful(accounts::Accounts& accounts,
                                                                rooms::RoomPtr room,
                                                                protocol::ServerName server,
                                                                std::int64_t needed);

}  // namespace chancery::admin
