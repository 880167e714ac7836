// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The search index as stored: for each room, segment and word a list of events, in sealed blocks.
//
// A segment is what was said in a room under one room-epoch key, and bears that key's id. Words are
// keyed hashes and blocks are sealed, both under the segment's key (domain/search): what is here
// says neither what was said nor which words occur.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chancery::storage {

// A word's list in one segment.
struct PostingList {
  RoomNumber room;
  std::uint32_t segment = 0;  // id of the room-epoch key
  std::int64_t word = 0;      // keyed hash
  friend auto operator<=>(const PostingList&, const PostingList&) = default;
};
// A block of a list: events from `first` on, up to the list's next block.
struct PostingBlock {
  PostingList list;
  EventNumber first;
  std::string sealed;
};

struct SearchSegment {
  RoomNumber room;
  std::uint32_t segment = 0;
  EventNumber first;  // of the events in it
  EventNumber last;
  std::uint64_t events = 0;
  std::uint64_t words = 0;  // of all of them together
};

// An event that says less than its lists say of it.
struct SearchRemoval {
  RoomNumber room;
  EventNumber event;
};

// --- mutations -------------------------------------------------------------------------------

// Blocks replace those of the same list and `first`; one that is empty goes.
struct PutPostings {
  std::vector<PostingBlock> blocks;
};
struct PutSearchSegment {
  SearchSegment segment;
};
// Every event of the room up to there is in the index, or is none that belongs there.
struct SetIndexedUntil {
  RoomNumber room;
  StreamPosition until;
  enum class Encrypted : std::uint8_t { no, yes } encrypted = Encrypted::no;
};
// Words of these events are to be taken out of the lists.
struct QueueSearchRemovals {
  std::vector<SearchRemoval> removals;
};
// They were.
struct FinishSearchRemovals {
  std::vector<SearchRemoval> removals;
};
// Some lists of the room, `most` blocks of them.
struct ForgetPostings {
  RoomNumber room;
  std::size_t most = 0;
};
// What else the index holds of the room, and how far it came. Requires: its lists are forgotten.
struct ForgetIndexOf {
  RoomNumber room;
};
// All of every room.
struct ForgetIndex {};

// --- what is read ----------------------------------------------------------------------------

struct IndexedRoom {
  RoomNumber room;
  StreamPosition until;
  bool encrypted = false;
};

class SearchIndexStore {
 public:
  virtual ~SearchIndexStore() = default;
  virtual runtime::Task<std::vector<IndexedRoom>> load_indexed_rooms() = 0;
  // In the order of rooms asked for, the oldest of a room first.
  virtual runtime::Task<std::vector<SearchSegment>> load_segments(
      std::vector<RoomNumber> rooms) = 0;
  // Of each list the newest blocks that begin below `below`, at most `most`, newest first; one
  // answer for each list asked for.
  virtual runtime::Task<std::vector<std::vector<PostingBlock>>> load_postings(
      std::vector<PostingList> lists, EventNumber below, std::size_t most) = 0;
  // Whether there is any list of the room.
  virtual runtime::Task<bool> has_postings(RoomNumber room) = 0;
  // Blocks of a segment in an order of the store's own, `limit` behind that place.
  struct BlockPlace {
    PostingList list;
    EventNumber first;
  };
  virtual runtime::Task<std::vector<PostingBlock>> load_segment_blocks(BlockPlace behind,
                                                                       std::size_t limit) = 0;
  // The first `limit` that wait, by room and event.
  virtual runtime::Task<std::vector<SearchRemoval>> load_search_removals(std::size_t limit) = 0;
};

}  // namespace chancery::storage
