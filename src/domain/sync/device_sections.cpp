// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/device_sections.hpp"

#include "domain/sync/json_lists.hpp"

namespace chancery::sync {

void append_unused_fallback_types(std::string& out, const storage::KeyCounts& counts) {
  base::JsonArray unused;
  for (const std::string& algorithm : counts.unused_fallback_algorithms) {
    unused.emplace_back(algorithm);
  }
  base::append_text(out, unused);
}

void append_key_counts(std::string& out, const storage::KeyCounts& counts) {
  // Named even when there is none: clients upload more only if they are told.
  base::JsonObject one_time{{"signed_curve25519", 0}};
  for (const auto& [algorithm, count] : counts.one_time_keys) one_time[algorithm] = count;
  begin_member(out, "device_one_time_keys_count");
  base::append_text(out, one_time);
  begin_member(out, "device_unused_fallback_key_types");
  append_unused_fallback_types(out, counts);
}

void append_device_lists(std::string& out, const devices::DeviceLists::Changes& changes) {
  const auto list = [](const std::set<protocol::UserId>& users) {
    base::JsonArray names;
    for (const protocol::UserId& user : users) names.emplace_back(user.text());
    return names;
  };
  base::append_text(
      out, base::JsonObject{{"changed", list(changes.changed)}, {"left", list(changes.left)}});
}

}  // namespace chancery::sync
