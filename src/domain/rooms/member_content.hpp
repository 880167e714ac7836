// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Member events: what they say beside the membership, from the profile of whom they speak of.

#include "base/json.hpp"
#include "domain/rooms/membership.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/personal.hpp"

#include <optional>
#include <string>

namespace chancery::rooms {

// The content of a member event: membership, displayname, avatar_url, reason.
runtime::Task<base::JsonObject> make_member_content(storage::ProfileStore& profiles,
                                                    protocol::UserId user, Membership membership,
                                                    std::optional<std::string> reason);

}  // namespace chancery::rooms
