// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Indexed texts: what of an event may be searched.
//
// Concurrency: any thread.
// Spec:        client-server, "Server Side Search", "room_events".

#include "base/json.hpp"
#include "base/words.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::search {

// The keys that a client may search; together as bits.
enum class SearchKey : std::uint8_t { body = 1, name = 2, topic = 4 };
inline constexpr std::uint8_t kAllSearchKeys = 7;
// By its name in requests ("content.body"); absent for others.
[[nodiscard]] std::optional<SearchKey> find_search_key(std::string_view name);

// Words of one event beyond these are not searched.
inline constexpr std::size_t kMostWordsOfEvent = 2'000;

struct IndexedText {
  SearchKey key = SearchKey::body;
  std::vector<std::string> texts;
};
// Of an event of that type with that content, state key "" or none. Absent when nothing of it may
// be searched: other types, what has no such text, and what edits another event.
[[nodiscard]] std::optional<IndexedText> find_text(std::string_view type,
                                                   const base::JsonObject& content);
// Of a message as the edit with that content says it shall be.
[[nodiscard]] std::optional<IndexedText> find_edited_text(std::string_view type,
                                                          const base::JsonObject& edit_content);

// How often each word occurs.
struct CountedWords {
  SearchKey key = SearchKey::body;
  std::map<std::string, std::size_t, std::less<>> counts;
  std::size_t total = 0;
};
[[nodiscard]] CountedWords count_words(const IndexedText& text);

}  // namespace chancery::search
