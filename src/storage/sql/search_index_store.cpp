// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/search_index_store.hpp"

#include "storage/sql/columns.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace chancery::storage::sql {
namespace {

// Lists and rooms that one statement asks for; a room 0 has none of them.
constexpr std::size_t kAtOnce = 8;

constexpr Statement kIndexedRooms(
    "SELECT room, indexed_until, encrypted FROM search_rooms ORDER BY room");
constexpr Statement kSegments(
    "SELECT room, segment, first_event, last_event, events, words FROM search_segments "
    "WHERE room IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ORDER BY room, segment");

#define CHANCERY_NEWEST_OF(slot, room, segment, word)                \
  "SELECT * FROM (SELECT " slot                                      \
  " AS slot, first_event, sealed FROM search_postings "              \
  "WHERE room = " room " AND segment = " segment " AND word = " word \
  " AND first_event < ?1 "                                           \
  "ORDER BY first_event DESC LIMIT ?2) AS list" slot
constexpr Statement kOneList(CHANCERY_NEWEST_OF("0", "?3", "?4", "?5"));
constexpr Statement kEightLists(
    CHANCERY_NEWEST_OF("0", "?3", "?4", "?5") " UNION ALL "
    CHANCERY_NEWEST_OF("1", "?6", "?7", "?8") " UNION ALL "
    CHANCERY_NEWEST_OF("2", "?9", "?10", "?11") " UNION ALL "
    CHANCERY_NEWEST_OF("3", "?12", "?13", "?14") " UNION ALL "
    CHANCERY_NEWEST_OF("4", "?15", "?16", "?17") " UNION ALL "
    CHANCERY_NEWEST_OF("5", "?18", "?19", "?20") " UNION ALL "
    CHANCERY_NEWEST_OF("6", "?21", "?22", "?23") " UNION ALL "
    CHANCERY_NEWEST_OF("7", "?24", "?25", "?26"));
#undef CHANCERY_NEWEST_OF

constexpr Statement kSegmentBlocks(
    "SELECT word, first_event, sealed FROM search_postings "
    "WHERE room = ?1 AND segment = ?2 AND (word, first_event) > (?3, ?4) "
    "ORDER BY word, first_event LIMIT ?5");

constexpr Statement kOnePosting("SELECT 1 FROM search_postings WHERE room = ?1 LIMIT 1");
constexpr Statement kRemovals(
    "SELECT room, event FROM search_removals ORDER BY room, event LIMIT ?1");

std::int64_t bound_column(EventNumber number) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(number.value, kMost));
}

SearchSegment to_segment(const Rows& rows, std::size_t row) {
  return {.room = to_room_number(rows.integer(row, 0)),
          .segment = static_cast<std::uint32_t>(rows.integer(row, 1)),
          .first = to_event_number(rows.integer(row, 2)),
          .last = to_event_number(rows.integer(row, 3)),
          .events = static_cast<std::uint64_t>(rows.integer(row, 4)),
          .words = static_cast<std::uint64_t>(rows.integer(row, 5))};
}

}  // namespace

runtime::Task<std::vector<IndexedRoom>> SqlSearchIndexStore::load_indexed_rooms() {
  const Rows rows = co_await reader_.read(kIndexedRooms, {});
  std::vector<IndexedRoom> rooms;
  rooms.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    rooms.push_back({.room = to_room_number(rows.integer(row, 0)),
                     .until = to_position(rows.integer(row, 1)),
                     .encrypted = rows.integer(row, 2) != 0});
  }
  co_return rooms;
}

runtime::Task<std::vector<SearchSegment>> SqlSearchIndexStore::load_segments(
    std::vector<RoomNumber> rooms) {
  std::unordered_map<RoomNumber, std::vector<SearchSegment>> found;
  for (std::size_t at = 0; at < rooms.size(); at += kAtOnce) {
    Parameters parameters;
    for (std::size_t i = at; i < at + kAtOnce; ++i) {
      parameters.emplace_back(i < rooms.size() ? column(rooms[i]) : std::int64_t{0});
    }
    const Rows rows = co_await reader_.read(kSegments, std::move(parameters));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const SearchSegment segment = to_segment(rows, row);
      found[segment.room].push_back(segment);
    }
  }
  std::vector<SearchSegment> segments;
  for (const RoomNumber room : rooms) {
    const auto of_room = found.find(room);
    if (of_room == found.end()) continue;
    segments.insert(segments.end(), of_room->second.begin(), of_room->second.end());
  }
  co_return segments;
}

runtime::Task<std::vector<std::vector<PostingBlock>>> SqlSearchIndexStore::load_postings(
    std::vector<PostingList> lists, EventNumber below, std::size_t most) {
  std::vector<std::vector<PostingBlock>> found(lists.size());
  for (std::size_t at = 0; at < lists.size(); at += kAtOnce) {
    const bool is_one = lists.size() - at == 1;
    Parameters parameters{bound_column(below), static_cast<std::int64_t>(most)};
    for (std::size_t i = at; i < at + (is_one ? 1 : kAtOnce); ++i) {
      const PostingList list = i < lists.size() ? lists[i] : PostingList{};
      parameters.emplace_back(column(list.room));
      parameters.emplace_back(std::int64_t{list.segment});
      parameters.emplace_back(list.word);
    }
    const Rows rows = co_await reader_.read(is_one ? kOneList : kEightLists, std::move(parameters));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::size_t slot = at + static_cast<std::size_t>(rows.integer(row, 0));
      found.at(slot).push_back({.list = lists[slot],
                                .first = to_event_number(rows.integer(row, 1)),
                                .sealed = rows.text(row, 2)});
    }
  }
  // Each part of the statement is in order, but nothing says that their union keeps it.
  for (std::vector<PostingBlock>& blocks : found) {
    std::ranges::sort(blocks, std::greater{}, &PostingBlock::first);
  }
  co_return found;
}

runtime::Task<bool> SqlSearchIndexStore::has_postings(RoomNumber room) {
  const Rows rows = co_await reader_.read(kOnePosting, {column(room)});
  co_return !rows.empty();
}

runtime::Task<std::vector<PostingBlock>> SqlSearchIndexStore::load_segment_blocks(
    BlockPlace behind, std::size_t limit) {
  const Rows rows = co_await reader_.read(
      kSegmentBlocks, {column(behind.list.room), std::int64_t{behind.list.segment},
                       behind.list.word, column(behind.first), static_cast<std::int64_t>(limit)});
  std::vector<PostingBlock> blocks;
  blocks.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    PostingList list = behind.list;
    list.word = rows.integer(row, 0);
    blocks.push_back({.list = list,
                      .first = to_event_number(rows.integer(row, 1)),
                      .sealed = rows.text(row, 2)});
  }
  co_return blocks;
}

runtime::Task<std::vector<SearchRemoval>> SqlSearchIndexStore::load_search_removals(
    std::size_t limit) {
  const Rows rows = co_await reader_.read(kRemovals, {static_cast<std::int64_t>(limit)});
  std::vector<SearchRemoval> removals;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    removals.push_back({.room = to_room_number(rows.integer(row, 0)),
                        .event = to_event_number(rows.integer(row, 1))});
  }
  co_return removals;
}

}  // namespace chancery::storage::sql
