// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/device_sections.hpp"

#include "base/append_number.hpp"
#include "domain/sync/json_lists.hpp"

#include <algorithm>
#include <string_view>

namespace chancery::sync {

void append_unused_fallback_types(std::string& out, const storage::KeyCounts& counts) {
  out += '[';
  for (const std::string& algorithm : counts.unused_fallback_algorithms) {
    begin_item(out);
    base::append_quoted(out, algorithm);
  }
  out += ']';
}

void append_key_counts(std::string& out, const storage::KeyCounts& counts) {
  begin_member(out, "device_one_time_keys_count");
  // Named even when there is none: clients upload more only if they are told.
  constexpr std::string_view kAlways = "signed_curve25519";
  const auto always =
      std::ranges::find(counts.one_time_keys, kAlways,
                        [](const auto& entry) -> std::string_view { return entry.first; });
  out += '{';
  begin_member(out, kAlways);
  base::append_number(out, always == counts.one_time_keys.end() ? 0 : always->second);
  for (const auto& [algorithm, count] : counts.one_time_keys) {
    if (algorithm == kAlways) continue;
    begin_member(out, algorithm);
    base::append_number(out, count);
  }
  out += '}';
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
