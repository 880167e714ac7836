// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// An event as a flat table from property path to value, for the conditions of push rules.
//
// Made once per event, then asked by the rules of every member. Only what clients are shown is in
// it: content, sender, type, state key, room, id, time, redacts.
//
// Lifetime:    refers to the event it was made of.
// Concurrency: immutable; share between threads.
// Spec:        client-server, "Conditions"; appendices, "Dot-separated property paths".

#include "base/json.hpp"
#include "protocol/event.hpp"
#include "protocol/word_starts.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::protocol {

// The path of a property in its one spelling, with its hash.
class PropertyKey {
 public:
  // `path` as a client spells it.
  explicit PropertyKey(std::string_view path);
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

 private:
  std::string path_;
  std::uint64_t hash_;
};

class FlatEvent {
 public:
  struct Property {
    std::uint64_t hash = 0;
    std::string_view path;
    const base::Json* value = nullptr;  // anything but an object
    std::string_view folded;            // of a string: without letter case
  };

  explicit FlatEvent(const VerifiedEvent& event);
  // `event` in the form of the client-server API.
  explicit FlatEvent(const base::JsonObject& event);
  FlatEvent(const FlatEvent&) = delete;
  FlatEvent& operator=(const FlatEvent&) = delete;

  // Null when the event has no such property, or an object there.
  [[nodiscard]] const Property* find(const PropertyKey& key) const;
  [[nodiscard]] const std::string& sender() const { return sender_; }
  [[nodiscard]] const std::string& room() const { return room_; }
  // Whether its client says whom it mentions, be it nobody.
  [[nodiscard]] bool has_mentions() const { return has_mentions_; }
  // Where words begin in the body, without letter case; none if it is no text.
  [[nodiscard]] const WordStarts& body_words() const { return body_words_; }

 private:
  void add_event(const base::JsonObject& event);
  void add(std::string& path, const base::Json& value);
  void add_own(std::string_view name, std::string_view text);
  void finish();

  std::string sender_;
  std::string room_;
  bool has_mentions_ = false;
  WordStarts body_words_;
  std::vector<Property> properties_;  // by hash, then path
  std::deque<std::string> texts_;     // paths and folded strings
  std::deque<base::Json> own_values_;
};

}  // namespace chancery::protocol
