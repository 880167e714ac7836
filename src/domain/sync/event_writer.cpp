// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/event_writer.hpp"

#include "base/json.hpp"

namespace chancery::sync {

void EventWriter::append(std::string& out, const rooms::CachedEvent& event,
                         const rooms::EventExtras& extras) const {
  const auto write = [&](std::string& text) {
    if (filter_.event_format == protocol::FilterEventFormat::federation)
      rooms::append_federation_event(text, event, view_, extras);
    else
      rooms::append_client_event(text, event, view_, extras);
  };
  if (!filter_.event_fields) {
    write(out);
    return;
  }
  std::string whole;
  write(whole);
  const auto json = base::parse_json(whole);
  // Our own text is JSON; a server may show more than was asked for, should it ever not be.
  if (!json || !json->is_object()) {
    out += whole;
    return;
  }
  base::append_text(out, protocol::keep_properties(json->get_object(), *filter_.event_fields));
}

}  // namespace chancery::sync
