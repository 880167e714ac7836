// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Filters of /sync, /messages, /context and their like.
//
// A filter is validated when it is given, so that a stored one can be applied without asking.
// Members that the specification does not name are ignored; what is named must have its type.
//
// Spec: client-server, "Filtering"; definitions Filter, EventFilter, RoomEventFilter. MSC4429.

#include "base/json.hpp"
#include "protocol/glob.hpp"
#include "protocol/property_path.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::protocol {

struct FilterError {
  std::string member;  // "room.timeline.limit"
  std::string reason;  // "must be an integer of at least 0"
};
template <typename Value>
using ParsedFilter = std::expected<Value, FilterError>;

// An event as filters look at it. What it has not is empty.
struct FilteredEvent {
  std::string_view type;
  std::string_view sender;
  std::string_view room;
  bool has_url = false;  // content has a string `url`
  std::string_view rel_type;
};

// Texts that may be and texts that may not be.
class TextFilter {
 public:
  TextFilter() = default;
  // Absent `wanted`: all texts. `refused` wins over `wanted`.
  TextFilter(std::optional<std::vector<std::string>> wanted, std::vector<std::string> refused,
             GlobSyntax syntax);
  [[nodiscard]] bool accepts(std::string_view text) const;
  [[nodiscard]] bool accepts_all() const {
    return !given_ && refused_.empty() && refused_globs_.empty();
  }
  // The texts wanted, absent when all are; patterns as they were given.
  [[nodiscard]] const std::optional<std::vector<std::string>>& wanted() const { return given_; }

 private:
  [[nodiscard]] static bool is_one_of(const std::vector<std::string>& texts,
                                      const std::vector<Glob>& globs, std::string_view text);

  std::optional<std::vector<std::string>> given_;
  std::vector<std::string> wanted_;   // sorted, without those that have a star
  std::vector<std::string> refused_;  // the same
  std::vector<Glob> wanted_globs_;
  std::vector<Glob> refused_globs_;
};

struct EventFilter {
  std::optional<std::uint32_t> limit;
  TextFilter types;
  TextFilter senders;

  [[nodiscard]] static ParsedFilter<EventFilter> parse(const base::Json& json);
  [[nodiscard]] bool accepts(std::string_view type, std::string_view sender) const {
    return types.accepts(type) && senders.accepts(sender);
  }
};

struct RoomEventFilter {
  EventFilter events;
  TextFilter rooms;
  TextFilter rel_types;  // of the relation that the event itself declares (MSC3874)
  std::optional<bool> contains_url;
  bool lazy_load_members = false;
  bool include_redundant_members = false;
  bool unread_thread_notifications = false;

  // Of the `filter` parameter of /messages and /context, once read as JSON.
  [[nodiscard]] static ParsedFilter<RoomEventFilter> parse(const base::Json& json);
  [[nodiscard]] bool accepts(const FilteredEvent& event) const;
  // Whether every event passes, so that none need be asked about.
  [[nodiscard]] bool accepts_all() const;
};

struct RoomFilter {
  TextFilter rooms;
  bool include_leave = false;
  RoomEventFilter ephemeral;
  RoomEventFilter state;
  RoomEventFilter timeline;
  RoomEventFilter account_data;

  [[nodiscard]] static ParsedFilter<RoomFilter> parse(const base::Json& json);
};

enum class FilterEventFormat : std::uint8_t { client, federation };

struct Filter {
  std::optional<std::vector<PropertyPath>> event_fields;  // absent: all
  FilterEventFormat event_format = FilterEventFormat::client;
  EventFilter presence;
  EventFilter account_data;
  RoomFilter room;
  // Fields of profiles that the client wants to hear of (MSC4429), sorted.
  std::vector<std::string> profile_fields;

  [[nodiscard]] static ParsedFilter<Filter> parse(const base::Json& json);
};

}  // namespace chancery::protocol
