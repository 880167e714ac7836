// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sync requests: what one /sync asks for, and whom it is for.

#include "base/time.hpp"
#include "domain/accounts/session.hpp"
#include "domain/sync/sync_token.hpp"
#include "protocol/filter.hpp"
#include "runtime/cancellation.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace chancery::sync {

enum class StateScope : std::uint8_t { changes, full };
// Where a room's state is told: before its timeline (`state`), or after it (`state_after`,
// MSC4222).
enum class StatePlace : std::uint8_t { before_timeline, after_timeline };

struct SyncRequest {
  accounts::Session session;
  std::optional<SyncToken> since;                  // absent: an initial sync
  std::shared_ptr<const protocol::Filter> filter;  // never null
  StateScope state_scope = StateScope::changes;
  StatePlace state_place = StatePlace::before_timeline;
  std::string_view state_after_name = "state_after";  // of that member, as the client asked for it
  base::Milliseconds timeout{0};
  runtime::CancelToken gone;
};

// What every part of one answer is made for: everything up to `until` and after `since`.
struct SyncWindow {
  storage::StreamPosition after;  // 0 for an initial sync
  storage::StreamPosition until;
  bool initial = false;
};

}  // namespace chancery::sync
