// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/flat_events.hpp"

#include <functional>
#include <string>

namespace chancery::push {

std::shared_ptr<const FlatMessage> FlatEvents::get(const protocol::EventPtr& event) {
  std::shared_ptr<const FlatMessage>& place =
      places_[std::hash<protocol::EventId>{}(event->id()) % kPlaces];
  {
    const std::lock_guard lock(mutex_);
    if (place && place->event == event) return place;
  }
  auto made = std::make_shared<const FlatMessage>(event);
  const std::lock_guard lock(mutex_);
  place = made;
  return made;
}

}  // namespace chancery::push
