// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Postings: which events have a word, how often, and how long they are.
//
// A block holds postings in the order of their events: the distance to the event before as a
// number of 7 bits a byte, and one byte for the rest.
//
// Failure: reading a block that was not written so gives an absent value.

#include "storage/positions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::search {

struct Posting {
  storage::EventNumber event;
  std::uint8_t weight = 0;  // see pack_weight
  friend bool operator==(const Posting&, const Posting&) = default;
};
using Postings = std::vector<Posting>;  // by event, each once

// How often the word occurs (1 to kMostOccurrences and more) and how many words the event has.
inline constexpr std::size_t kMostOccurrences = 15;
[[nodiscard]] std::uint8_t pack_weight(std::size_t occurrences, std::size_t words);
[[nodiscard]] std::size_t occurrences_in(std::uint8_t weight);
// Rounded to a power of two.
[[nodiscard]] std::size_t words_in(std::uint8_t weight);

// Below a quarter of a page of SQLite, so that a block lies in its row's page.
inline constexpr std::size_t kMostInBlock = 256;

// Requires: `first` is at most the first posting's event; at least one posting.
[[nodiscard]] std::string write_block(storage::EventNumber first, const Postings& postings);
[[nodiscard]] std::optional<Postings> read_block(storage::EventNumber first,
                                                 std::string_view bytes);

// In its place; replaces the posting of the same event.
void insert(Postings& postings, Posting posting);
// False when there was none.
bool erase(Postings& postings, storage::EventNumber event);

}  // namespace chancery::search
