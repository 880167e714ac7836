// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the create event says about who made the room.
//
// Spec: room versions 1, 11 and 12.

#include "protocol/event.hpp"

#include <string_view>

namespace chancery::protocol {

// The one who made the room: `content.creator` up to version 10, the sender from 11 on. Empty when
// the event does not say.
[[nodiscard]] std::string_view room_creator(const VerifiedEvent& create);

// Whether `user` is the sender of `create` or, from version 12 on, an additional creator.
[[nodiscard]] bool is_creator(const VerifiedEvent& create, std::string_view user);

}  // namespace chancery::protocol
