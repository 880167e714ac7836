// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/event.hpp"

namespace chancery::protocol {

const base::JsonObject& VerifiedEvent::content() const { return *content_; }

std::optional<EventId> VerifiedEvent::redacts() const {
  if (type_ != "m.room.redaction") return std::nullopt;
  const base::JsonObject& holder = version_->redacts_in_content ? content() : json_;
  const auto target = base::find_string(holder, "redacts");
  if (!target) return std::nullopt;
  Parsed<EventId> id = EventId::parse(*target);
  if (!id) return std::nullopt;
  return *std::move(id);
}

}  // namespace chancery::protocol
