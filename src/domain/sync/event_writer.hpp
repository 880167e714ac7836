// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events written as the filter of a sync wants them: in the client or the federation format, whole
// or only some of their fields.
//
// Spec: client-server, "Filtering": `event_format`, `event_fields`.

#include "domain/rooms/client_event.hpp"
#include "protocol/filter.hpp"

#include <string>

namespace chancery::sync {

class EventWriter {
 public:
  // Both must outlive it.
  EventWriter(const rooms::ClientView& view, const protocol::Filter& filter)
      : view_(view), filter_(filter) {}

  void append(std::string& out, const rooms::CachedEvent& event,
              const rooms::EventExtras& extras = {}) const;

 private:
  const rooms::ClientView& view_;
  const protocol::Filter& filter_;
};

}  // namespace chancery::sync
