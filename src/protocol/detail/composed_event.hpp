// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A local event as it is composed: its value, and its canonical text made in the same breath.

#include "base/json.hpp"
#include "protocol/event.hpp"

#include <string>

namespace chancery::protocol {

struct ComposedEvent {
  base::JsonObject json;
  std::string canonical;
};

// The event of `draft` with its content hash, unsigned. Consumes the draft.
[[nodiscard]] ComposedEvent compose_event(EventDraft&& draft, const RoomVersion& version);

}  // namespace chancery::protocol
