// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What redaction keeps of an event, and the canonical text of what it keeps.
//
// Spec: "Redactions" of each room version.

#include "base/json.hpp"
#include "protocol/room_version.hpp"

#include <span>
#include <string>
#include <string_view>

namespace chancery::protocol {

// True if redaction keeps the top-level member `key`.
[[nodiscard]] bool is_kept_at_top(std::string_view key, const RoomVersion& version);

// What redaction keeps of the content of events of one type.
class ContentRule {
 public:
  ContentRule(std::string_view type, const RoomVersion& version);
  [[nodiscard]] bool keeps(std::string_view key, const base::Json& value) const;
  // True if only member "signed" of this kept object stays.
  [[nodiscard]] bool keeps_only_signed(std::string_view key) const;

 private:
  const RoomVersion* version_;
  enum class Type : std::uint8_t {
    other,
    member,
    create,
    join_rules,
    power_levels,
    aliases,
    history_visibility,
    redaction
  } type_;
};

// The text that is signed and whose digest is the reference hash: the redacted event in canonical
// form without `signatures` and `unsigned`.
[[nodiscard]] std::string signed_event_text(const base::JsonObject& event,
                                            const RoomVersion& version);

}  // namespace chancery::protocol
