// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/columns.hpp"

#include "base/assert.hpp"
#include "storage/errors.hpp"

#include <cstring>

namespace chancery::storage::sql {

StateRoot to_state_root(std::string_view column) {
  StateRoot root;
  if (column.size() != root.hash.size()) throw StorageCorrupt("a state root is not 16 bytes long");
  std::memcpy(root.hash.data(), column.data(), root.hash.size());
  return root;
}

std::string pack_event_ids(const std::vector<protocol::EventId>& ids) {
  std::string packed;
  for (const protocol::EventId& id : ids) {
    CHANCERY_ASSERT(id.text().size() <= 255);
    packed += static_cast<char>(id.text().size());
    packed += id.text();
  }
  return packed;
}

std::vector<protocol::EventId> unpack_event_ids(std::string_view packed) {
  std::vector<protocol::EventId> ids;
  while (!packed.empty()) {
    const auto length = static_cast<unsigned char>(packed.front());
    packed.remove_prefix(1);
    if (length > packed.size()) throw StorageCorrupt("a list of event ids is cut short");
    ids.push_back(protocol::EventId::trusted(std::string(packed.substr(0, length))));
    packed.remove_prefix(length);
  }
  return ids;
}

}  // namespace chancery::storage::sql
