// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// An event as values. Apart from event.hpp: only the gate and the event itself make one.

#include "base/json.hpp"
#include "protocol/event.hpp"

#include <utility>

namespace chancery::protocol {

struct VerifiedEvent::Tree {
  explicit Tree(base::JsonObject&& event)
      : json(std::move(event)), content(&json.at("content").get_object()) {}
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  base::JsonObject json;
  const base::JsonObject* content;  // in json
};

// One block for the whole value of an event's text, which lives and dies at once.
[[nodiscard]] boost::json::storage_ptr event_memory(std::size_t bytes);

}  // namespace chancery::protocol
