// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The lookup: which events of some rooms have all of some words, and how well they match.
//
// Work is bounded: a lookup reads so many lists and so many blocks of them, the newest. It says
// down to which event it knows everything; what is older is the next lookup's. Ranks compare within
// one lookup (BM25, over what was read).
//
// What is counted, and the ranks, come from events that the user is known to see: nobody learns
// from a number how often a word was said where they may not look.
//
// Concurrency: any thread.
// Failure:     StorageError.

#include "domain/search/indexed_text.hpp"
#include "domain/search/postings.hpp"
#include "runtime/task.hpp"
#include "storage/record.hpp"
#include "storage/search_index.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chancery::search {

// From which event on the user sees everything of a room; where that is not known, UINT64_MAX.
class KnownSight {
 public:
  virtual ~KnownSight() = default;
  virtual runtime::Task<storage::EventNumber> seen_from(storage::RoomNumber room) = 0;
};

struct Candidate {
  double rank = 0;
  storage::EventNumber event;
  storage::RoomNumber room;
  std::uint32_t order = 0;  // of its room in the request
  bool is_seen = false;     // for certain; others have yet to be asked about
};

class Lookup {
 public:
  // Most of one lookup. Lists of segments that lie across its upper end come on top.
  static constexpr std::size_t kMostLists = 4'096;
  static constexpr std::size_t kMostBlocks = 2'048;

  struct Ports {
    storage::SearchIndexStore& index;
    storage::RecordKeys& keys;
  };
  explicit Lookup(Ports ports) : ports_(ports) {}

  struct Wanted {
    std::vector<storage::RoomNumber> rooms;
    std::vector<std::string> words;  // in normal form, each once; not empty
    std::uint8_t keys = kAllSearchKeys;
    storage::EventNumber below{UINT64_MAX};
    storage::EventNumber from;  // 0: as far as the bounds allow
  };
  struct Found {
    std::vector<Candidate> candidates;  // in no order
    storage::EventNumber below;         // an upper end that what comes later does not move
    storage::EventNumber from;          // everything from here on is known
    bool is_all = true;                 // nothing older is left
  };
  // `sight` must outlive the task.
  runtime::Task<Found> find(Wanted wanted, KnownSight& sight);

 private:
  class Run;
  Ports ports_;
};

}  // namespace chancery::search
