// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Removals: takes out of the index what is no longer said, a page of blocks at a time.
//
// When an event is redacted or purged nobody knows its words any more, so the lists of its whole
// segment are looked through, once for many events. Until then a list may name it; a search opens
// what it shows and is not misled.
//
// Concurrency: one step at a time.
// Failure:     StorageError; a step that failed is taken again.

#include "domain/search/indexed_text.hpp"
#include "domain/search/segment_keys.hpp"
#include "runtime/random.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"
#include "storage/record.hpp"
#include "storage/search_index.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace chancery::search {

// What events say now.
class PresentWords {
 public:
  virtual ~PresentWords() = default;
  // Of those, of one room, that say anything: not of what is redacted or gone.
  virtual runtime::Task<std::map<storage::EventNumber, CountedWords>> find_words_of(
      storage::RoomNumber room, std::vector<storage::EventNumber> events) = 0;
};

class Removals {
 public:
  static constexpr std::size_t kEventsAPass = 1'024;
  static constexpr std::size_t kBlocksAStep = 256;

  struct Ports {
    storage::SearchIndexStore& index;
    storage::RecordKeys& keys;
    storage::Committer& committer;
    runtime::Random& random;
  };
  explicit Removals(Ports ports) : ports_(ports) {}

  // False when nothing waits any more.
  runtime::Task<bool> step(PresentWords& words);
  // What was begun is begun anew: the index is another.
  void begin_anew() { pass_.reset(); }

 private:
  // Some events of one room, and where in its segments the pass is.
  struct Pass {
    std::vector<storage::SearchRemoval> events;
    std::vector<storage::SearchSegment> segments;  // still to be looked through, the last first
    storage::SearchIndexStore::BlockPlace place;
  };
  // By event: hashes of the lists in which it stays.
  using Staying = std::map<storage::EventNumber, std::set<std::int64_t>>;

  runtime::Task<std::optional<Pass>> begin();
  static void begin_segment(Pass& pass);
  runtime::Task<Staying> find_staying(const Pass& pass, const SegmentKeys& keys,
                                      PresentWords& words);
  // False when there was no more of the segment.
  runtime::Task<bool> take_out(Pass& pass, PresentWords& words);
  runtime::Task<> finish(std::vector<storage::SearchRemoval> events);

  Ports ports_;
  std::optional<Pass> pass_;
};

}  // namespace chancery::search
