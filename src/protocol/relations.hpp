// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Relations of an event to others, and whom it mentions.
//
// A malformed relation is no relation: clients send what they like, and servers must not refuse
// events for it.
//
// Lifetime: views into the content they were read from.
// Spec:     client-server, "Forming relationships between events", "Threading", "Rich replies",
//           "User and room mentions".

#include "base/json.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace chancery::protocol {

struct Relation {
  // Both or neither.
  std::string_view rel_type;
  std::string_view event_id;
  // Of an annotation; empty if there is none.
  std::string_view key;
  // Empty if the event is no reply.
  std::string_view in_reply_to;
  // Of an event in a thread: `in_reply_to` is there only for clients that know no threads.
  bool is_falling_back = false;

  [[nodiscard]] bool has_type() const { return !rel_type.empty(); }
  // The root of the thread that the event says it belongs to.
  [[nodiscard]] std::optional<std::string_view> thread_root() const;
  // The event that this one replaces.
  [[nodiscard]] std::optional<std::string_view> replaced() const;
  // The event that its author answered, not counting the fallback of a thread.
  [[nodiscard]] std::optional<std::string_view> replied_to() const;
};

// Whether events show what relates to them in that way: their edits, threads and references.
[[nodiscard]] bool is_aggregated(std::string_view rel_type);

// Absent when the content has neither a relation nor a reply.
[[nodiscard]] std::optional<Relation> find_relation(const base::JsonObject& content);

struct Mentions {
  std::vector<std::string_view> user_ids;
  bool room = false;
};
// Absent when the content has no `m.mentions` object: then an old client may have sent it.
[[nodiscard]] std::optional<Mentions> find_mentions(const base::JsonObject& content);

}  // namespace chancery::protocol
