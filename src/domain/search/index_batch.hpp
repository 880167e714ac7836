// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A batch of changes to the index of one room: gathered in memory, then put into the blocks.
//
// Putting an event in twice is as putting it in once, so that a batch which was written in part may
// be made again.
//
// Concurrency: one task.
// Failure:     StorageError.

#include "domain/search/indexed_text.hpp"
#include "domain/search/postings.hpp"
#include "domain/search/segment_keys.hpp"
#include "runtime/random.hpp"
#include "runtime/task.hpp"
#include "storage/record.hpp"
#include "storage/search_index.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace chancery::search {

class IndexBatch {
 public:
  struct Ports {
    storage::SearchIndexStore& index;
    storage::RecordKeys& keys;
    runtime::Random& random;
  };
  // `segments`: those that the room has in the index.
  IndexBatch(Ports ports, storage::RoomNumber room,
             const std::vector<storage::SearchSegment>& segments);

  struct Place {
    std::uint32_t segment = 0;
    storage::EventNumber event;
  };
  // A new event.
  void add(Place place, const CountedWords& words);
  // The event has the words `now`, and no longer those of `before`.
  void replace(Place place, const std::vector<CountedWords>& before, const CountedWords& now);
  // What the batch was to say of the event so far does not count. What lists say that are stored
  // already stays (removals.hpp).
  void drop(storage::EventNumber event);

  struct Result {
    std::vector<storage::PostingBlock> blocks;
    std::vector<storage::SearchSegment> segments;  // those that changed
  };
  runtime::Task<Result> finish();

 private:
  struct Block {
    Postings postings;
    bool is_changed = false;
  };
  using Blocks = std::map<storage::EventNumber, Block>;  // by their first event
  // What becomes of an event in a list; absent: it goes.
  using Changes = std::map<storage::EventNumber, std::optional<std::uint8_t>>;

  const SegmentKeys* keys_of(std::uint32_t segment);
  void put(Place place, const CountedWords& words, const SegmentKeys& keys);
  void keep(const storage::PostingBlock& stored);
  runtime::Task<> load_touched();
  void apply(const storage::PostingList& list, const Changes& changes);
  void write(const storage::PostingList& list, storage::EventNumber first, const Block& block,
             std::vector<storage::PostingBlock>& out);

  Ports ports_;
  storage::RoomNumber room_;
  std::map<std::uint32_t, storage::SearchSegment> segments_;
  std::set<std::uint32_t> stored_segments_;
  std::set<std::uint32_t> changed_segments_;
  std::map<std::uint32_t, std::optional<SegmentKeys>> keys_;
  std::map<storage::PostingList, Changes> changes_;
  std::map<storage::PostingList, Blocks> blocks_;  // those that are touched
};

}  // namespace chancery::search
