// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sync tokens: a place in this server's order, and how far what lives in memory was told.
//
// "s<position>_<start>_<typing>_<presence>_<to device>_<chain>". The position is for everything
// that is stored but messages to devices, which may be behind when there are many; the two serials
// and the chain (sent_members.hpp) are worth something only under the start of the server that
// gave them. As a timeline token the part
// before the first '_' is enough (rooms/timeline_token.hpp).

#include "storage/positions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::sync {

struct SyncToken {
  storage::StreamPosition position;
  std::uint64_t start = 0;  // names one run of the server
  std::uint64_t typing = 0;
  std::uint64_t presence = 0;
  storage::StreamPosition to_device;
  std::uint64_t chain = 0;  // 0: none
  friend bool operator==(const SyncToken&, const SyncToken&) = default;
};

[[nodiscard]] std::string sync_token_text(const SyncToken& token);
// Absent when it is none of ours. A bare timeline token is one too, without serials.
[[nodiscard]] std::optional<SyncToken> parse_sync_token(std::string_view text);

}  // namespace chancery::sync
