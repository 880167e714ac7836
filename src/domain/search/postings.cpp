// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/postings.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <bit>

namespace chancery::search {
namespace {

constexpr unsigned kOccurrenceBits = 4;

void put_number(std::string& out, std::uint64_t number) {
  while (number >= 0x80) {
    out += static_cast<char>((number & 0x7F) | 0x80);
    number >>= 7;
  }
  out += static_cast<char>(number);
}

std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return number;
  }
  return std::nullopt;
}

Postings::iterator place_of(Postings& postings, storage::EventNumber event) {
  return std::ranges::lower_bound(postings, event, {}, &Posting::event);
}

}  // namespace

std::uint8_t pack_weight(std::size_t occurrences, std::size_t words) {
  constexpr std::size_t kLongest = (std::size_t{1} << 15) - 1;
  const std::size_t length = std::clamp<std::size_t>(words, 1, kLongest);
  const auto length_class = static_cast<unsigned>(std::bit_width(length));  // 1 to 15
  const auto often = std::clamp<std::size_t>(occurrences, 1, kMostOccurrences);
  return static_cast<std::uint8_t>(length_class << kOccurrenceBits | often);
}

std::size_t occurrences_in(std::uint8_t weight) { return weight & kMostOccurrences; }

std::size_t words_in(std::uint8_t weight) {
  const unsigned length_class = weight >> kOccurrenceBits;
  return length_class == 0 ? 1 : std::size_t{1} << (length_class - 1);
}

std::string write_block(storage::EventNumber first, const Postings& postings) {
  CHANCERY_ASSERT(!postings.empty() && first <= postings.front().event);
  std::string bytes;
  bytes.reserve(postings.size() * 3);
  std::uint64_t last = first.value;
  for (const Posting& posting : postings) {
    put_number(bytes, posting.event.value - last);
    bytes += static_cast<char>(posting.weight);
    last = posting.event.value;
  }
  return bytes;
}

std::optional<Postings> read_block(storage::EventNumber first, std::string_view bytes) {
  Postings postings;
  postings.reserve(bytes.size() / 2);
  std::uint64_t last = first.value;
  while (!bytes.empty()) {
    const auto distance = take_number(bytes);
    if (!distance || bytes.empty() || *distance > UINT64_MAX - last) return std::nullopt;
    if (*distance == 0 && !postings.empty()) return std::nullopt;
    last += *distance;
    postings.push_back({{last}, static_cast<std::uint8_t>(bytes.front())});
    bytes.remove_prefix(1);
  }
  return postings;
}

void insert(Postings& postings, Posting posting) {
  const auto place = place_of(postings, posting.event);
  if (place != postings.end() && place->event == posting.event) {
    *place = posting;
  } else {
    postings.insert(place, posting);
  }
}

bool erase(Postings& postings, storage::EventNumber event) {
  const auto place = place_of(postings, event);
  if (place == postings.end() || place->event != event) return false;
  postings.erase(place);
  return true;
}

}  // namespace chancery::search
