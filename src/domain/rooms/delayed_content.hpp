// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a delayed event will be, and how that lies in its record.

#include "base/json.hpp"
#include "base/time.hpp"
#include "protocol/identifiers.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chancery::rooms {

struct DelayedContent {
  protocol::RoomId room;
  std::string type;
  std::optional<std::string> state_key;
  base::JsonObject content;
  std::optional<std::int64_t> sticky_for;
  protocol::DeviceId device;  // that gave it
  base::Milliseconds delay{0};
  base::Timestamp scheduled_at;  // or restarted
};

[[nodiscard]] std::string delayed_content_text(const DelayedContent& content);
// Throws StorageCorrupt.
[[nodiscard]] DelayedContent parse_delayed_content(const std::string& text);

}  // namespace chancery::rooms
