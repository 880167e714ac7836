// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_request.hpp"

#include <algorithm>

namespace chancery::sync {

bool ListConfig::shows(std::size_t index) const {
  return !ranges || std::ranges::any_of(*ranges, [index](const IndexRange& range) {
    return range.first <= index && index <= range.last;
  });
}

bool ExtensionScope::has_list(const std::string& name) const {
  return !lists || std::ranges::find(*lists, name) != lists->end();
}

bool ExtensionScope::has_room(const std::string& id, bool is_subscribed) const {
  return rooms ? std::ranges::find(*rooms, id) != rooms->end() : is_subscribed;
}

}  // namespace chancery::sync
