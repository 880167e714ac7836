// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/flat_event.hpp"

#include "protocol/case_folding.hpp"
#include "protocol/property_path.hpp"
#include "protocol/relations.hpp"

#include <algorithm>
#include <tuple>

namespace chancery::protocol {
namespace {

constexpr std::string_view kShown[] = {"type",    "sender",           "state_key", "content",
                                       "redacts", "origin_server_ts", "room_id",   "event_id"};

// FNV-1a. Collisions, made on purpose or not, cost a comparison: equal hashes are ordered by path.
std::uint64_t hash_of(std::string_view path) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char letter : path) {
    hash ^= static_cast<unsigned char>(letter);
    hash *= 0x100000001B3U;
  }
  return hash;
}

auto order_of(const FlatEvent::Property& property) {
  return std::tuple(property.hash, property.path);
}

bool is_folded(std::string_view text) {
  return std::ranges::none_of(text, [](char letter) {
    return (letter >= 'A' && letter <= 'Z') || static_cast<unsigned char>(letter) >= 0x80;
  });
}

}  // namespace

PropertyKey::PropertyKey(std::string_view path)
    : path_(canonical_property_path(path)), hash_(hash_of(path_)) {}

FlatEvent::FlatEvent(const VerifiedEvent& event)
    : sender_(event.sender().text()), room_(event.room().text()) {
  add_event(event.json());
  // The event does not say its id from version 3 on, and the create event of version 12 not its
  // room.
  if (!event.json().contains("event_id")) add_own("event_id", event.id().text());
  if (!event.json().contains("room_id")) add_own("room_id", event.room().text());
  finish();
}

FlatEvent::FlatEvent(const base::JsonObject& event)
    : sender_(base::find_string(event, "sender").value_or("")),
      room_(base::find_string(event, "room_id").value_or("")) {
  add_event(event);
  finish();
}

void FlatEvent::add_event(const base::JsonObject& event) {
  const base::JsonObject* content = base::find_object(event, "content");
  has_mentions_ = content != nullptr && find_mentions(*content).has_value();
  std::string path;
  for (const std::string_view name : kShown) {
    const base::Json* value = event.if_contains(name);
    if (value == nullptr) continue;
    path.assign(name);
    add(path, *value);
  }
}

void FlatEvent::add(std::string& path, const base::Json& value) {
  if (const base::JsonObject* object = value.if_object()) {
    const std::size_t length = path.size();
    for (const auto& member : *object) {
      append_property(path, member.key());
      add(path, member.value());
      path.resize(length);
    }
    return;
  }
  Property& property = properties_.emplace_back();
  property.path = texts_.emplace_back(path);
  property.hash = hash_of(path);
  property.value = &value;
  if (const boost::json::string* text = value.if_string()) {
    const std::string_view plain(*text);
    property.folded = is_folded(plain) ? plain : texts_.emplace_back(fold_case(plain));
  }
}

void FlatEvent::add_own(std::string_view name, std::string_view text) {
  std::string path(name);
  add(path, own_values_.emplace_back(text));
}

void FlatEvent::finish() {
  std::ranges::sort(properties_, {}, order_of);
  static const PropertyKey kBody("content.body");
  if (const Property* body = find(kBody)) body_words_.add(body->folded);
}

const FlatEvent::Property* FlatEvent::find(const PropertyKey& key) const {
  const auto found = std::ranges::lower_bound(
      properties_, std::tuple(key.hash(), std::string_view(key.path())), {}, order_of);
  if (found == properties_.end() || found->hash != key.hash() || found->path != key.path()) {
    return nullptr;
  }
  return &*found;
}

}  // namespace chancery::protocol
