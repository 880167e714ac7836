// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/create_content.hpp"

#include <algorithm>

namespace chancery::protocol {

std::string_view room_creator(const VerifiedEvent& create) {
  if (create.version().implicit_creator) return create.sender().text();
  return base::find_string(create.content(), "creator").value_or("");
}

bool is_creator(const VerifiedEvent& create, std::string_view user) {
  if (!create.version().creators_have_infinite_power) return room_creator(create) == user;
  if (create.sender().text() == user) return true;
  const base::JsonArray* more = base::find_array(create.content(), "additional_creators");
  return more != nullptr && std::ranges::any_of(*more, [user](const base::Json& creator) {
           return creator.is_string() && std::string_view(creator.get_string()) == user;
         });
}

}  // namespace chancery::protocol
