// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_request.hpp"

#include <algorithm>
#include <utility>

namespace chancery::sync {

namespace {

std::size_t bytes_of(const std::string& text) { return sizeof(std::string) + text.size(); }
std::size_t bytes_of(const StateElement& element) { return element.bytes(); }
std::size_t bytes_of(const ExtensionScope& scope);
std::size_t bytes_of(const ProfilesWanted& profiles);

template <typename Value>
std::size_t bytes_of(const std::vector<Value>& values);

template <typename Value>
std::size_t bytes_of(const std::optional<Value>& value) {
  return sizeof value + (value ? bytes_of(*value) : 0);
}

template <typename Value>
std::size_t bytes_of(const std::vector<Value>& values) {
  std::size_t bytes = sizeof values;
  for (const Value& value : values) bytes += bytes_of(value);
  return bytes;
}

std::size_t bytes_of(const ExtensionScope& scope) {
  return bytes_of(scope.lists) + bytes_of(scope.rooms);
}

std::size_t bytes_of(const ProfilesWanted& profiles) {
  return bytes_of(profiles.scope) + bytes_of(profiles.fields);
}

}  // namespace

std::size_t StateElement::bytes() const { return bytes_of(type) + bytes_of(key); }

RequiredState RequiredState::for_viewer(const protocol::UserId& viewer) const {
  RequiredState named = *this;
  for (std::vector<StateElement>* elements : {&named.include, &named.exclude}) {
    bool is_named = false;
    for (StateElement& element : *elements) {
      if (!element.is_viewers) continue;
      element = {.type = std::move(element.type), .key = viewer.text()};
      is_named = true;
    }
    if (!is_named) continue;
    // The id may stand there in its own right as well.
    std::ranges::sort(*elements);
    const auto repeated = std::ranges::unique(*elements);
    elements->erase(repeated.begin(), repeated.end());
  }
  return named;
}

std::size_t RequiredState::bytes() const { return bytes_of(include) + bytes_of(exclude); }

std::size_t ListFilter::bytes() const {
  return bytes_of(spaces) + bytes_of(room_types) + bytes_of(not_room_types) + bytes_of(tags) +
         bytes_of(not_tags);
}

std::size_t SlidingRules::bytes() const {
  std::size_t bytes = sizeof *this;
  for (const auto& [name, list] : lists) {
    bytes += sizeof list + name.size() + list.config.state.bytes() + list.filter.bytes();
    if (list.ranges) bytes += list.ranges->size() * sizeof(IndexRange);
  }
  for (const auto& [room, config] : subscriptions) {
    bytes += sizeof config + room.text().size() + config.state.bytes();
  }
  return bytes + bytes_of(account_data) + bytes_of(receipts) + bytes_of(typing) +
         bytes_of(profiles);
}

bool ListConfig::shows(std::size_t index) const {
  return !ranges || std::ranges::any_of(*ranges, [index](const IndexRange& range) {
    return range.first <= index && index <= range.last;
  });
}

bool ExtensionScope::has_list(const std::string& name) const {
  return !lists || std::ranges::find(*lists, name) != lists->end();
}

bool ExtensionScope::has_room(const std::string& id, bool is_subscribed) const {
  return rooms ? std::ranges::find(*rooms, id) != rooms->end() : is_subscribed;
}

}  // namespace chancery::sync
