// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The keys of a segment of the index: one hashes its words, one seals its blocks.
//
// Both come from the room-epoch key that also locks the records of what was said then. Whoever
// destroys that key makes records, words and lists unreadable together; and the same word has
// another hash in every room and in every epoch.
//
// Concurrency: any thread.

#include "domain/search/indexed_text.hpp"
#include "domain/search/postings.hpp"
#include "storage/record.hpp"
#include "storage/search_index.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chancery::search {

class SegmentKeys {
 public:
  // Absent when the key was destroyed, or never was.
  [[nodiscard]] static std::optional<SegmentKeys> find(storage::RecordKeys& keys,
                                                       std::uint32_t segment);
  ~SegmentKeys();
  SegmentKeys(SegmentKeys&&) = default;
  SegmentKeys& operator=(SegmentKeys&&) = default;
  SegmentKeys(const SegmentKeys&) = delete;
  SegmentKeys& operator=(const SegmentKeys&) = delete;

  // `word` in its normal form, as it stands under that key of an event.
  [[nodiscard]] std::int64_t hash(SearchKey key, std::string_view word) const;
  // `nonce`: 12 random bytes.
  [[nodiscard]] storage::PostingBlock seal(const storage::PostingList& list,
                                           storage::EventNumber first, const Postings& postings,
                                           std::string_view nonce) const;
  // Throws StorageCorrupt when it is not what was sealed there.
  [[nodiscard]] Postings open(const storage::PostingBlock& block) const;

 private:
  SegmentKeys(std::string words, std::string blocks)
      : words_(std::move(words)), blocks_(std::move(blocks)) {}
  std::string words_;
  std::string blocks_;
};

}  // namespace chancery::search
