// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Filters: whatever JSON is given is refused with a reason or can be applied, and a filter that
// says it takes everything does.

#include "base/assert.hpp"
#include "protocol/filter.hpp"
#include "protocol/property_path.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using chancery::protocol::Filter;
using chancery::protocol::FilteredEvent;
using chancery::protocol::RoomEventFilter;

void check_events(const RoomEventFilter& filter, std::string_view text) {
  const FilteredEvent events[] = {
      {.type = "m.room.message", .sender = "@a:x", .room = "!r:x", .has_url = true},
      {.type = text, .sender = text, .room = text},
      {}};
  for (const FilteredEvent& event : events) {
    const bool accepted = filter.accepts(event);
    CHANCERY_ASSERT(accepted || !filter.accepts_all());
    if (filter.contains_url && *filter.contains_url != event.has_url) CHANCERY_ASSERT(!accepted);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto json = chancery::base::parse_json(text);
  if (!json) return 0;
  const auto filter = Filter::parse(*json);
  if (!filter) {
    CHANCERY_ASSERT(!filter.error().reason.empty());
  } else {
    for (const RoomEventFilter* part : {&filter->room.ephemeral, &filter->room.state,
                                        &filter->room.timeline, &filter->room.account_data}) {
      check_events(*part, text);
    }
    if (filter->event_fields && json->is_object()) {
      (void)chancery::protocol::keep_properties(json->get_object(), *filter->event_fields);
    }
  }
  const auto room_events = RoomEventFilter::parse(*json);
  if (room_events) check_events(*room_events, text);
  return 0;
}
